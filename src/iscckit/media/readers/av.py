"""Audio and video files: open a container safely, choose a stream, decode it.

A file is read through the stream that the caller opened; no other file is opened. ``DEMUXERS`` has
no formats that refer to other files or to the network (playlists, manifests), all protocols are
switched off, and a demuxer that asks for another file is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, cast

import av
from av.container import InputContainer
from av.error import ArgumentError, FFmpegError
from av.error import BlockingIOError as AgainError
from av.error import EOFError as EndError
from av.stream import Disposition

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Source

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.filter import Graph
    from av.packet import Packet
    from av.video.stream import VideoStream

    Stream = AudioStream | VideoStream

__all__ = [
    "DEMUXERS",
    "choose_duration",
    "choose_stream",
    "decode_frames",
    "has_only_sound",
    "list_versions",
    "measure_duration",
    "open_container",
    "pull_frames",
    "read_duration",
    "round_half_away",
]

# FFmpeg's names of the containers and raw streams that contain audio or video themselves.
DEMUXERS: Final = (
    *("3dostr", "4xm", "aa", "aac", "aax", "ac3", "ac4", "ace", "adx", "aea", "aiff", "amr"),
    *("amrnb", "amrwb", "apc", "ape", "apng", "aptx", "aptx_hd", "apv", "asf", "asf_o", "ast"),
    *("au", "av1", "avi", "avr", "avs", "avs2", "avs3", "bethsoftvid", "bfi", "bfstm", "bink"),
    *("binka", "bonk", "brstm", "c93", "caf", "cavsvideo", "cdxl", "cine", "codec2", "dfpwm"),
    *("dhav", "dirac", "dnxhd", "dsf", "dsicin", "dss", "dts", "dtshd", "dv", "dxa", "ea"),
    *("eac3", "evc", "film_cpk", "filmstrip", "flac", "flic", "flv", "fsb", "g722", "g729"),
    *("gif", "gsm", "gxf", "h261", "h263", "h264", "hca", "hcom", "hevc", "hnm", "iamf", "idcin"),
    *("iff", "ifv", "ilbc", "ircam", "ivf", "ivr", "jv", "kux", "kvag", "laf", "lc3", "live_flv"),
    *("lmlm4", "loas", "lxf", "m4v", "matroska", "webm", "mjpeg", "mlp", "mlv", "mm", "mmf"),
    *("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "moflex", "mp3", "mpc", "mpc8", "mpeg", "mpegts"),
    *("mpegvideo", "mpjpeg", "mtv", "mv", "mvi", "mxf", "mxg", "nistsphere", "nsv", "nut", "nuv"),
    *("obu", "ogg", "oma", "osq", "paf", "pmp", "pva", "pvf", "qcp", "qoa", "r3d", "redspark"),
    *("rka", "rl2", "rm", "roq", "rpl", "rsd", "rso", "sbc", "scd", "sdr2", "sds", "sdx", "ser"),
    *("shn", "siff", "smjpeg", "smk", "smush", "sol", "sox", "spdif", "swf", "tak", "thp", "tmv"),
    *("truehd", "tta", "ty", "usm", "vag", "vc1", "vc1test", "vivo", "vmd", "voc", "vqf", "vvc"),
    *("w64", "wav", "wavarc", "wc3movie", "wsaud", "wsd", "wsvqa", "wtv", "wv", "wve", "xa"),
    *("xmv", "xvag", "xwma", "yop", "yuv4mpegpipe"),
)

_BUFFER: Final = 1 << 17  # bytes per read
_GENERATE_PTS: Final = 0x1  # container flag, set by PyAV but not by the ffmpeg command
_EXTRA_THREADS: Final = 2  # FFmpeg's threads wait for each other and for Python (measured)
_MOST_THREADS: Final = 8  # more threads need more memory and save little time
_PICTURES: Final = 1 << 25  # pixels of the frames that all threads hold together
_AGREEMENT: Final = 1.0  # seconds by which a stated duration may differ from what was decoded
_ENCRYPTED: Final = ("enca", "encv", "drms", "drmi")  # sample entries of MP4
_COVERS: Final = Disposition.attached_pic | Disposition.timed_thumbnails


class _NamedStream:
    """A stream with a neutral name; the extension helps FFmpeg to tell formats apart."""

    def __init__(self, source: Source) -> None:
        self.name = f"file{os.path.splitext(source.path)[1]}"
        self.read = source.stream.read
        self.tell = source.stream.tell
        self._seek = source.stream.seek

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._seek(offset, whence)
        except (OSError, ValueError):  # damaged files ask for positions before their start
            return -1


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError(f"a media file may not open another one: {url}")


@contextmanager
def open_container(source: Source) -> Iterator[InputContainer]:
    """Open ``source`` for demuxing; turn what FFmpeg finds wrong into ``ExtractionFailed``.

    Raises:
        ExtractionFailed: No container of audio or video, damaged, or it asks for another file.
    """
    try:
        with _open(source) as container:
            # Otherwise AVI files with packed pictures get other timestamps than by the command.
            container.flags &= ~_GENERATE_PTS
            yield container
    except (FFmpegError, PermissionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ExtractionFailed(source.path, source.mediatype, reason) from error


def _open(source: Source) -> InputContainer:
    try:
        container = av.open(
            cast("Any", _NamedStream(source)),
            options={"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": ""},
            metadata_errors="ignore",
            buffer_size=_BUFFER,
            io_open=_refuse,
        )
    except ArgumentError as error:
        reason = "no container of audio or video, or one that only points to other files"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    return cast("InputContainer", container)


def choose_stream(
    source: Source, container: InputContainer, kind: Literal["audio", "video"]
) -> Stream:
    """Return the best stream by the rules of FFmpeg, set up for decoding in several threads.

    Raises:
        ExtractionFailed: The container has no such stream, or FFmpeg no decoder for it.
    """
    stream = cast("Stream | None", container.streams.best(kind))
    if stream is None:
        raise ExtractionFailed(source.path, source.mediatype, f"has no {kind} that can be decoded")
    if stream.codec_context is None:
        raise ExtractionFailed(source.path, source.mediatype, f"has no decoder for its {kind}")
    if stream.codec_context.codec_tag in _ENCRYPTED:
        raise ExtractionFailed(
            source.path, source.mediatype, f"it has DRM: its {kind} is encrypted"
        )
    threads = min((os.cpu_count() or 1) + _EXTRA_THREADS, _MOST_THREADS)
    if stream.type == "video":
        pixels = stream.width * stream.height
        threads = max(1, min(threads, _PICTURES // max(pixels, 1)))
    stream.codec_context.thread_type = "AUTO"
    stream.codec_context.thread_count = threads
    return stream


def _read_packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Any] | None]:
    """Yield the packets of ``stream``, then None, which makes the decoder return held frames."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (FFmpegError, IndexError):  # the rest cannot be read; PyAV fails on late streams
            break
        if packet is None:
            break
        if packet.size:  # an empty packet would end decoding early
            yield packet
    yield None


def decode_frames(source: Source, container: InputContainer, stream: Stream) -> Iterator[Any]:
    """Yield the frames of ``stream``. Broken packets are skipped.

    Each frame is returned under Python's global lock, so a thread that decodes ahead of its
    consumer slows both down. Decode several files in several threads instead.

    Raises:
        ExtractionFailed: More than two thirds of the packets are broken.
    """
    packets = broken = 0
    for packet in _read_packets(container, stream):
        packets += 1
        try:
            frames = stream.codec_context.decode(cast("Any", packet))
        except FFmpegError:
            broken += 1
            continue
        yield from frames
    if 3 * broken > 2 * packets:
        reason = f"{broken} of {packets} packets are broken"
        raise ExtractionFailed(source.path, source.mediatype, reason)


def pull_frames(graph: Graph) -> Iterator[Any]:
    """Yield the frames that ``graph`` has ready."""
    while True:
        try:
            frame = graph.pull()
        except (AgainError, EndError):
            return
        yield frame


def round_half_away(value: Fraction) -> int:
    """Return ``value`` rounded to the nearest integer, halves away from zero, as FFmpeg does."""
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole


def read_duration(container: InputContainer, stream: Stream) -> float | None:
    """Return the longer of the durations in seconds that container and stream state, or None."""
    stated = []
    if container.duration is not None:
        stated.append(container.duration / av.time_base)
    if stream.duration is not None and stream.time_base is not None:
        stated.append(float(stream.duration * stream.time_base))
    return max(stated, default=None)


def has_only_sound(container: InputContainer) -> bool:
    """Tell whether a file holds sound, and no moving pictures: covers do not move."""
    moving = [each for each in container.streams.video if not each.disposition & _COVERS]
    return bool(container.streams.audio) and not moving


def choose_duration(stated: float | None, decoded: float) -> float:
    """Return the duration that a file states, unless its content was longer or shorter.

    Args:
        stated: Seconds that the headers state, which may be wrong; None or 0 if they state none.
        decoded: Seconds that were decoded.
    """
    return stated if stated and abs(stated - decoded) <= _AGREEMENT else decoded


def measure_duration(container: InputContainer) -> float:
    """Return the seconds from the first to the end of the last packet of sound and pictures.

    The rest of the file is read, but not decoded.
    """
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    streams = [*container.streams.video, *container.streams.audio]
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets, None)
        except (FFmpegError, IndexError):
            break
        if packet is None:
            break
        if packet.pts is None or not packet.time_base or packet.stream.disposition & _COVERS:
            continue
        start = float(packet.pts * packet.time_base)
        end = start + float((packet.duration or 0) * packet.time_base)
        index = packet.stream_index
        first[index] = min(first.get(index, start), start)
        last[index] = max(last.get(index, end), end)
    return max(last.values(), default=0.0) - min(first.values(), default=0.0)


def list_versions() -> dict[str, str]:
    """Return the versions of PyAV and of the libraries that decode."""
    libraries = {
        name: ".".join(map(str, av.library_versions[name]))
        for name in ("libavcodec", "libavformat")
    }
    return {"av": av.__version__, **libraries}
