"""Cut and encode sound and films with PyAV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any, Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.subtitles.subtitle import SubtitleSet
from av.video.stream import VideoStream

__all__ = ["Codec", "cut_film", "cut_sound", "filtered_film", "filtered_sound", "length_of"]

# The encoder of a codec, bits a second (0: the encoder's choice) and options.
Codec = tuple[str, int, dict[str, str]]
FLAC: Final[Codec] = ("flac", 0, {})
GOOD: Final[Codec] = ("libx264", 0, {"crf": "18", "preset": "veryfast"})
_WIDEST: Final = 640
Filters = Sequence[tuple[str, str]]
Span = tuple[float, float]  # seconds


def length_of(path: Path) -> float:
    """Return the length of a sound or film in seconds; 0 of what cannot be read."""
    try:
        with av.open(str(path)) as file:
            return (file.duration or 0) / 1e6
    except av.error.InvalidDataError:
        return 0.0


def _graph(source: AudioStream | VideoStream, filters: Filters) -> Graph:
    """Return a filter graph from the source through each filter to its end."""
    graph = Graph()
    if isinstance(source, AudioStream):
        last, end = graph.add_abuffer(template=source), "abuffersink"
    else:
        last, end = graph.add_buffer(template=source), "buffersink"
    for name, arguments in filters:
        step = graph.add(name, arguments)
        last.link_to(step)
        last = step
    last.link_to(graph.add(end))
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[Any]:
    while True:
        try:
            yield graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return


def _through(frames: Iterable[Any], graph: Graph) -> Iterator[Any]:
    for frame in frames:
        graph.push(frame)
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _between(
    file: InputContainer, stream: AudioStream | VideoStream, between: Span
) -> Iterator[Any]:
    start, end = between
    for frame in file.decode(stream):
        assert not isinstance(frame, SubtitleSet)
        time = frame.time or 0.0
        if time >= end:
            return
        if time >= start:
            yield frame


def filtered_sound(
    source: Path,
    target: Path,
    codec: Codec,
    filters: Filters = (),
    between: Span = (0.0, inf),
) -> None:
    """Write the sound of ``source`` between two times through filters, encoded by ``codec``."""
    name, bit_rate, options = codec
    with av.open(str(source)) as file, av.open(str(target), "w") as out:
        stream = file.streams.audio[0]
        graph = _graph(stream, filters)
        writer: Any = None
        resampler: Any = None
        for frame in _through(_between(file, stream, between), graph):
            if writer is None:
                rate = 48000 if name == "libopus" else frame.sample_rate
                writer = out.add_stream(name, rate=rate, layout=frame.layout.name, options=options)
                if bit_rate:
                    writer.bit_rate = bit_rate
                writer.open()
                resampler = av.AudioResampler(writer.format, frame.layout.name, rate,
                                              writer.frame_size or None)  # fmt: skip
            frame.pts = None
            for piece in resampler.resample(frame):
                out.mux(writer.encode(piece))
        if writer is not None:
            for piece in resampler.resample(None):
                out.mux(writer.encode(piece))
            out.mux(writer.encode(None))


def filtered_film(
    source: Path,
    target: Path,
    codec: Codec = GOOD,
    filters: Filters = (),
    between: Span = (0.0, inf),
) -> None:
    """Write the pictures of ``source`` between two times through filters, without the sound.

    The frame rate is that of the source, unless a filter ``fps`` sets another.
    """
    name, bit_rate, options = codec
    with av.open(str(source)) as file, av.open(str(target), "w") as out:
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        chosen = dict(filters).get("fps")
        rate = Fraction(chosen or stream.average_rate or 25).limit_denominator(1001)
        steps = [*filters] if chosen else [*filters, ("fps", str(rate))]
        graph = _graph(stream, [*steps, ("format", "pix_fmts=yuv420p")])
        writer: Any = None
        for i, frame in enumerate(_through(_between(file, stream, between), graph)):
            if writer is None:
                writer = out.add_stream(name, rate=rate, options=options)
                writer.width, writer.height, writer.pix_fmt = frame.width, frame.height, "yuv420p"
                if bit_rate:
                    writer.bit_rate = bit_rate
            frame.pts, frame.time_base = i, 1 / rate
            frame.pict_type = av.video.frame.PictureType.NONE
            out.mux(writer.encode(frame))
        if writer is not None:
            out.mux(writer.encode(None))


def cut_sound(source: Path, target: Path, start: float, end: float) -> None:
    """Write a part of a sound without loss."""
    filtered_sound(source, target, FLAC, (), (start, end))


def cut_film(source: Path, target: Path, start: float, end: float) -> None:
    """Write a part of a film in good quality, at most 640 pixels wide."""
    scale = ("scale", f"w='trunc(min(iw,{_WIDEST})/2)*2':h=-2")
    filtered_film(source, target, GOOD, [scale], (start, end))
