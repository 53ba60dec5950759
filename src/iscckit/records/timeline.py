"""Sound and moving pictures as codes of 64 bits at times, so that two of them can be aligned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.chromaprint import SAMPLE_RATE, SECONDS_A_WORD, SHORTEST
from iscckit.comparison.alignment import TimeSeries
from iscckit.media.base import AudioContent, VideoContent
from iscckit.units.video import FRAME_ELEMENTS, video_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.media.base import Content

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
SOUND_REACH: Final = SHORTEST / SAMPLE_RATE  # seconds of sound that one code looks at
SOUND_RADIUS: Final = 10  # of 64 bits: a tenth differs where a clip begins anywhere
FRAME_RADIUS: Final = 8  # of 64 bits
_SHIFT: Final = np.uint64(32)


def time_series(content: Content | None) -> TimeSeries | None:
    """Return the codes of sound or moving pictures; None of content that has no time."""
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
    """Return each two neighbouring words of a fingerprint as one code."""
    words = np.frombuffer(fingerprint, np.uint32).astype(np.uint64)
    return (words[:-1] << _SHIFT) | words[1:]


def frame_codes(
    signatures: bytes, *, keep_all: bool = False
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return a code of each frame signature, and its number; blank pictures have none.

    Args:
        signatures: One after the other.
        keep_all: Keep those of a picture that stands, as a query does; otherwise only the first.
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
