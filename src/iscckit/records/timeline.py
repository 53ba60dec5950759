"""Sound and video as time series of 64-bit codes, for alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.chromaprint import SAMPLE_RATE, SECONDS_A_WORD, SHORTEST
from iscckit.comparison.alignment import TimeSeries
from iscckit.media.content_values import AudioContent, VideoContent
from iscckit.units.video import FRAME_ELEMENTS, video_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.media.content_values import Content

__all__ = [
    "FRAME_RADIUS",
    "SECONDS_A_FRAME",
    "SOUND_RADIUS",
    "SOUND_REACH",
    "frame_codes",
    "sound_codes",
    "time_series",
]

SECONDS_A_FRAME: Final = 1 / 5  # from one frame signature to the next
SOUND_REACH: Final = SHORTEST / SAMPLE_RATE  # seconds of sound that one code covers
SOUND_RADIUS: Final = 10  # of 64 bits: a clip cut at any place differs in a tenth of them
FRAME_RADIUS: Final = 8  # of 64 bits
_SHIFT: Final = np.uint64(32)


def time_series(content: Content | None) -> TimeSeries | None:
    """Return the codes of sound or video; None for other content."""
    if isinstance(content, AudioContent):
        codes = sound_codes(content.fingerprint)
        steps = np.arange(len(codes))
        return TimeSeries(codes, steps, SECONDS_A_WORD, SOUND_REACH, SOUND_RADIUS, content.duration)
    if isinstance(content, VideoContent):
        codes, steps = frame_codes(content.signatures)
        count = len(content.signatures) // FRAME_ELEMENTS
        duration = content.duration or count * SECONDS_A_FRAME
        return TimeSeries(codes, steps, SECONDS_A_FRAME, SECONDS_A_FRAME, FRAME_RADIUS, duration)
    return None


def sound_codes(fingerprint: bytes) -> NDArray[np.uint64]:
    """Return a code for each pair of neighbouring words of a fingerprint."""
    words = np.frombuffer(fingerprint, np.uint32).astype(np.uint64)
    return (words[:-1] << _SHIFT) | words[1:]


def frame_codes(
    signatures: bytes, *, keep_all: bool = False
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the code of each frame signature and its number; blank frames have no code.

    Args:
        signatures: Frame signatures, concatenated.
        keep_all: Whether to keep repeated codes of a still picture, as queries need; otherwise
            only the first is kept.
    """
    frames = memoryview(signatures)
    bodies: list[bytes] = []
    steps: list[int] = []
    for at in range(0, len(frames), FRAME_ELEMENTS):
        frame = frames[at : at + FRAME_ELEMENTS].cast("B", (1, FRAME_ELEMENTS))
        body = video_code(frame, bits=64).body
        if any(body) and (keep_all or not bodies or bodies[-1] != body):
            bodies.append(body)
            steps.append(at // FRAME_ELEMENTS)
    codes = np.frombuffer(b"".join(bodies), ">u8").astype(np.uint64)
    return codes, np.array(steps, np.int64)
