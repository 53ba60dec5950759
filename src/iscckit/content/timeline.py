"""Sound and moving pictures as codes of 64 bits at times, so that two of them can be aligned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.chromaprint import SAMPLE_RATE, SECONDS_A_WORD, SHORTEST
from iscckit.alignment import TimeSeries
from iscckit.media.base import AudioContent, VideoContent
from iscckit.units.video import FRAME_ELEMENTS, video_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.media.base import Content

__all__ = ["time_series"]

_FRAMES_A_SECOND: Final = 5
_SOUND_RADIUS: Final = 10  # of 64 bits: a tenth differs where a clip begins anywhere
_FRAME_RADIUS: Final = 8  # of 64 bits
_SHIFT: Final = np.uint64(32)


def time_series(content: Content | None) -> TimeSeries | None:
    """Return the codes of sound or moving pictures; None of content that has no time."""
    if isinstance(content, AudioContent):
        words = np.frombuffer(content.fingerprint, np.uint32).astype(np.uint64)
        codes = (words[:-1] << _SHIFT) | words[1:]
        reach = SHORTEST / SAMPLE_RATE
        steps = np.arange(len(codes))
        return TimeSeries(codes, steps, SECONDS_A_WORD, reach, _SOUND_RADIUS, content.duration)
    if isinstance(content, VideoContent):
        codes, steps = _frame_codes(content.signatures)
        step = 1 / _FRAMES_A_SECOND
        count = len(content.signatures) // FRAME_ELEMENTS
        duration = content.duration or count * step
        return TimeSeries(codes, steps, step, step, _FRAME_RADIUS, duration)
    return None


def _frame_codes(signatures: bytes) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return a code of each frame signature; blank pictures, and pictures that stand, once."""
    frames = memoryview(signatures)
    bodies: list[bytes] = []
    steps: list[int] = []
    for at in range(0, len(frames), FRAME_ELEMENTS):
        frame = frames[at : at + FRAME_ELEMENTS].cast("B", (1, FRAME_ELEMENTS))
        body = video_code(frame, bits=64).body
        if any(body) and (not bodies or bodies[-1] != body):
            bodies.append(body)
            steps.append(at // FRAME_ELEMENTS)
    codes = np.frombuffer(b"".join(bodies), ">u8").astype(np.uint64)
    return codes, np.array(steps, np.int64)
