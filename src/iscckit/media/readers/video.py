"""Video in any container and codec that FFmpeg decodes: its frame signatures."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING, Final, cast

import av
from av.filter import Graph

from iscckit.algorithms.frame_signature import BLANK, SIDE_MIN, frame_signature
from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Profile, Scene, Source, VideoContent
from iscckit.media.readers.av import (
    choose_stream,
    decode_frames,
    list_versions,
    open_container,
    pull_frames,
    read_duration,
    round_half_away,
)
from iscckit.media.readers.scenes import FILTER, CutDetector, divide_scenes
from iscckit.media.readers.timing import Clock

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from typing_extensions import Buffer

__all__ = [
    "RATE",
    "choose_rotation_filters",
    "choose_upright_filters",
    "extract",
    "extract_video",
    "make_graph",
    "sign_frames",
]

RATE: Final = 5  # signatures per second

_DAY: Final = 24 * 3600  # seconds; damaged timestamps may state years
_LONGEST: Final = _DAY * RATE  # signatures, also if times jump back repeatedly
_TIMES: Final = (-(2**62), 2**62)  # beyond these FFmpeg's sums may overflow
_BATCH: Final = 4  # frames pushed before chosen frames are pulled
_NO_TIMESTAMPS: Final = 0x80  # flags of a container format
_DISCONTINUOUS: Final = 0x200
# The pixel formats that FFmpeg's filter ``signature`` accepts; others are converted.
_FORMATS: Final = (
    "gray|yuv410p|yuv411p|yuv420p|yuv422p|yuv440p|yuv444p|yuvj411p|yuvj420p|yuvj422p|yuvj444p"
    "|yuvj440p|nv12|nv21"
)


def choose_rotation_filters(matrix: Sequence[int]) -> list[tuple[str, str]]:
    """Return the filters, with arguments, that turn frames upright.

    Args:
        matrix: The nine integers of the display matrix, in the order of FFmpeg.
    """
    across, down = hypot(matrix[0], matrix[3]), hypot(matrix[1], matrix[4])
    if not across or not down:
        return []
    angle = round(degrees(atan2(matrix[1] / down, matrix[0] / across))) % 360
    if angle == 90:
        return [("transpose", "cclock_flip" if matrix[3] > 0 else "clock")]
    if angle == 180:
        flips = (("hflip", matrix[0]), ("vflip", matrix[4]))
        return [(name, "") for name, value in flips if value < 0]
    if angle == 270:
        return [("transpose", "clock_flip" if matrix[3] < 0 else "cclock")]
    if angle > 1:
        return [("rotate", f"{angle}*PI/180")]
    return [("vflip", "")] if matrix[4] < 0 else []


def choose_upright_filters(frame: VideoFrame) -> list[tuple[str, str]]:
    """Return the filters that turn ``frame`` upright by its display matrix."""
    data = cast("Buffer | None", frame.side_data.get("DISPLAYMATRIX"))
    return choose_rotation_filters(struct.unpack("=9i", bytes(data))) if data else []


def make_graph(
    frame: VideoFrame,
    time_base: Fraction,
    filters: list[tuple[str, str]],
    last: tuple[tuple[str, str], ...] = (("format", f"pix_fmts={_FORMATS}"),),
) -> Graph:
    """Return a graph for frames like ``frame``; by default its output has a luma plane."""
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=time_base
    )
    nodes = [graph.add(name, arguments or None) for name, arguments in (*filters, *last)]
    graph.link_nodes(source, *nodes, graph.add("buffersink"))
    graph.configure()
    return graph


def _describe_frame(frame: VideoFrame) -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name


def _choose_frames(frames: Iterable[VideoFrame], time_base: Fraction) -> Iterator[VideoFrame]:
    """Yield five upright frames per second of ``frames``, whose pts and duration are set."""
    graph, shape = None, None
    for count, frame in enumerate(frames):
        if graph is None or _describe_frame(frame) != shape:
            if graph is not None:  # some streams change their format
                graph.push(None)
                yield from pull_frames(graph)
            filters = [*choose_upright_filters(frame), ("fps", f"fps={RATE}")]
            graph, shape = make_graph(frame, time_base, filters), _describe_frame(frame)
        graph.push(frame)
        if count % _BATCH == 0:
            yield from pull_frames(graph)
    if graph is not None:
        graph.push(None)
        yield from pull_frames(graph)


def _sign_frame(frame: VideoFrame, time_base: Fraction) -> bytes:
    upwards = frame.planes[0].line_size < 0
    if upwards:
        # PyAV starts at the wrong end of lines that are stored upwards. The filter flips the order
        # of the lines without moving a pixel; the plane is then read from the bottom.
        graph = make_graph(frame, time_base, [("vflip", "")])
        graph.push(frame)
        frame = cast("VideoFrame", graph.pull())
    plane = frame.planes[0]
    stride = -plane.line_size if upwards else plane.line_size
    return frame_signature(plane, frame.width, frame.height, stride=stride)


def sign_frames(
    frames: Iterable[VideoFrame], time_base: Fraction
) -> Iterator[tuple[bytes, Fraction]]:
    """Yield five frame signatures per second of ``frames``, each with its time in seconds.

    Args:
        frames: Frames with pts and duration from ``Clock``.
        time_base: Seconds per unit of pts and duration.

    Raises:
        LimitExceeded: The frames last longer than a day.
    """
    last: VideoFrame | None = None
    signature = b""
    for count, frame in enumerate(_choose_frames(frames, time_base)):
        if count >= _LONGEST:
            raise LimitExceeded("video", "signatures", _LONGEST)
        # A repeated frame has the same memory; ``last`` prevents its reuse for another frame.
        if last is None or last.planes[0].buffer_ptr != frame.planes[0].buffer_ptr:
            last, signature = frame, _sign_frame(frame, time_base)
        yield signature, Fraction(frame.pts or 0, RATE)


def _find_offset(container: InputContainer, stream: VideoStream) -> Fraction:
    """Return the seconds to add to all times, so that the file starts at 0."""
    start = None
    if container.format.flags & _DISCONTINUOUS:
        streams = (stream, container.streams.best("audio"))
        starts = [
            s.start_time * s.time_base
            for s in streams
            if s and s.time_base and s.start_time is not None
        ]
        start = min(starts, default=None)
    elif container.start_time is not None:
        start = Fraction(container.start_time, av.time_base)
    return -(start or Fraction(0))


def _make_clock(container: InputContainer, stream: VideoStream) -> Clock:
    time_base = stream.time_base or Fraction(1, av.time_base)
    return Clock(
        time_base,
        round_half_away(_find_offset(container, stream) / time_base),
        not container.format.flags & _NO_TIMESTAMPS,
        stream.average_rate,
    )


def _time_frames(
    source: Source, frames: Iterable[VideoFrame], clock: Clock, stream: VideoStream
) -> Iterator[VideoFrame]:
    """Yield ``frames`` with the times of ``clock``."""
    most = round_half_away(_DAY / clock.time_base)
    start = None
    for frame in frames:
        if min(frame.width, frame.height) < SIDE_MIN:
            reason = f"shrinks to pictures of {frame.width} x {frame.height} pixels"
            raise ExtractionFailed(source.path, source.mediatype, reason)
        rate = stream.codec_context.framerate
        time, length = clock.stamp(frame.pts, frame.dts, frame.duration, rate)
        start = time if start is None else start
        if time + length - start > most or not _TIMES[0] < time < _TIMES[1]:
            raise LimitExceeded(source.path, "seconds of video", _DAY)
        frame.pts, frame.duration = time, length
        yield frame


def _sign_video(
    source: Source, container: InputContainer, stream: VideoStream, with_scenes: bool
) -> tuple[bytes, tuple[Scene, ...], bool]:
    """Return all signatures, the scenes if ``with_scenes``, and whether width and height swap."""
    clock = _make_clock(container, stream)
    frames = _time_frames(source, decode_frames(source, container, stream), clock, stream)
    first = list(islice(frames, 1))
    turned = any("transpose" in each for frame in first for each in choose_upright_filters(frame))
    frames = chain(first, frames)
    cuts = CutDetector(
        lambda frame: make_graph(
            frame, clock.time_base, [*choose_upright_filters(frame), FILTER], ()
        )
    )
    if with_scenes:
        frames = cuts.watch(frames)
    found, elapsed = bytearray(), list[Fraction]()
    for signature, time in sign_frames(frames, clock.time_base):
        found += signature
        if with_scenes:
            elapsed.append(time)
    return bytes(found), divide_scenes(elapsed, cuts.times()), turned


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> VideoContent:
    """Return five frame signatures per second of the best video stream of ``source``.

    Frames that are too small for a signature do not raise an error: ``reason`` of the content
    states it.

    Args:
        source: The file.
        profile: Signatures are the same under all profiles; under ``sdk-0.9.7`` width and height
            are those of the stored pictures.
        limits: ``limits.pixels`` bounds the pixels of a frame.
        granular: Whether to find the changes of scene too, which needs every frame.

    Raises:
        ExtractionFailed: No frame can be decoded, or more than two thirds are damaged.
        LimitExceeded: A frame has more than ``limits.pixels``, or the video is longer than a day.

    Source:
        Equal to ``ffmpeg -i … -filter_complex fps=fps=5,signature`` of FFmpeg 8.
    """
    with open_container(source) as container:
        return extract_video(source, container, profile=profile, limits=limits, granular=granular)


def extract_video(
    source: Source,
    container: InputContainer,
    *,
    profile: Profile,
    limits: Limits,
    granular: bool = False,
) -> VideoContent:
    """Do as ``extract`` does, with a container that is open."""
    stream = cast("VideoStream", choose_stream(source, container, "video"))
    width, height, found, reason = stream.width, stream.height, b"", ""
    parts: tuple[Scene, ...] = ()
    if width * height > limits.pixels:
        raise LimitExceeded(source.path, "pixels", limits.pixels)
    if min(width, height) < SIDE_MIN:
        reason = f"{width} x {height} pixels are too few: a Video-Code needs {SIDE_MIN} a side"
    else:
        found, parts, turned = _sign_video(source, container, stream, granular)
        if turned and profile != "sdk-0.9.7":
            width, height = height, width
        if not found:
            reason = "too short or damaged: no picture is shown for a fifth of a second"
    rate = stream.guessed_rate
    fps = round(float(rate), 3) if rate else None
    duration = read_duration(container, stream)
    blank = found == BLANK * (len(found) // len(BLANK)) != b""
    return VideoContent(found, duration, width, height, fps, list_versions(), reason, parts, blank)
