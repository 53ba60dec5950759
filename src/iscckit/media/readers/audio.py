"""Sound in any container and codec that FFmpeg decodes: its Chromaprint fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from struct import pack
from typing import TYPE_CHECKING, Final

from av.filter import Graph

from iscckit.algorithms.chromaprint import SAMPLE_RATE, SHORTEST, SILENCE, Fingerprinter
from iscckit.errors import LimitExceeded
from iscckit.media.content_values import AudioContent, Limits, Profile, Source
from iscckit.media.readers.av import (
    choose_duration,
    choose_stream,
    decode_frames,
    list_versions,
    open_container,
    pull_frames,
    read_duration,
)
from iscckit.media.readers.ogg_links import split_links

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

__all__ = ["extract", "resample"]

# The settings of fpcalc 1.6.0; the fingerprint depends on each of them.
_RESAMPLER: Final = (
    f"out_sample_rate={SAMPLE_RATE}:out_sample_fmt=s16:out_chlayout=mono:"
    "resampler=swr:filter_size=16:phase_shift=8:linear_interp=1:cutoff=0.8"
)
_BATCH: Final = 64  # frames pushed before resampled blocks are pulled
_BLOCK: Final = 1 << 14  # samples in a resampled block
_LONGEST: Final = 7 * 24 * 3600  # seconds; at a stated rate of 1 Hz each byte is a second
_SAMPLE: Final = 2  # bytes


def _describe_frame(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def _make_graph(frame: AudioFrame) -> Graph:
    """Return a graph that resamples frames like ``frame``."""
    graph = Graph()
    buffer = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format,
        layout=frame.layout,
        time_base=Fraction(1, frame.sample_rate),
    )
    graph.link_nodes(buffer, graph.add("aresample", _RESAMPLER), graph.add("abuffersink"))
    graph.configure()
    graph.set_audio_frame_size(_BLOCK)  # fewer, longer blocks; the last one may be shorter
    return graph


def _pull_blocks(graph: Graph) -> Iterator[memoryview]:
    for frame in pull_frames(graph):
        yield memoryview(frame.planes[0])[: frame.samples * _SAMPLE]


def resample(frames: Iterable[AudioFrame]) -> Iterator[memoryview]:
    """Yield the sound of ``frames`` in blocks of 16-bit mono samples at 11025 Hz."""
    graph, shape = None, None
    for count, frame in enumerate(frames):
        if graph is None or _describe_frame(frame) != shape:
            if graph is not None:  # some streams change their format
                graph.push(None)
                yield from _pull_blocks(graph)
            graph, shape = _make_graph(frame), _describe_frame(frame)
        frame.pts = None
        graph.push(frame)
        if count % _BATCH == 0:
            yield from _pull_blocks(graph)
    if graph is not None:
        graph.push(None)
        yield from _pull_blocks(graph)


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> AudioContent:
    """Return the fingerprint of the best audio stream of ``source``.

    Sound that is too short for a fingerprint does not raise an error: ``reason`` of the content
    states it. The duration is that of the decoded sound where the headers state another one; under
    ``sdk-0.9.7`` it is what they state.

    Raises:
        ExtractionFailed: No sound can be decoded, or more than two thirds of it are damaged.
        LimitExceeded: The sound is longer than a week.

    Source:
        Equal to ``fpcalc -raw -signed -length 0`` of fpcalc 1.6.0.
    """
    fingerprinter = Fingerprinter()
    count = 0
    stated: float | None = 0.0
    for link in (source,) if profile == "sdk-0.9.7" else split_links(source):
        with open_container(link) as container:
            stream = choose_stream(link, container, "audio")
            part = read_duration(container, stream)
            stated = None if stated is None or part is None else stated + part
            for block in resample(decode_frames(link, container, stream)):
                count += block.nbytes // _SAMPLE
                fingerprinter.update(block)
                if count > _LONGEST * SAMPLE_RATE:
                    raise LimitExceeded(source.path, "seconds of sound", _LONGEST)
    length = count / SAMPLE_RATE
    reason = ""
    if count < SHORTEST:
        least = SHORTEST / SAMPLE_RATE
        reason = f"{length:.3f} s of sound are too short: an Audio-Code needs {least:.3f} s"
    words = fingerprinter.words()
    silent = words == pack("=i", SILENCE) * (len(words) // 4) != b""
    duration = (stated or length) if profile == "sdk-0.9.7" else choose_duration(stated, length)
    return AudioContent(words, duration, list_versions(), reason, silent)
