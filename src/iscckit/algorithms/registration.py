"""Registration: how one grey picture lies on another, to a fraction of a pixel, and how well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import averages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Fit", "registered"]

_ROUNDS: Final = 8
_STILL: Final = 0.02  # pixels: a smaller step changes nothing
_FEWEST: Final = 200  # pixels on which both lie
_NARROWEST: Final = 8  # pixels of a side
_REACH: Final = 4  # pixels to each side of which a pixel's surroundings are the mean


@dataclass(frozen=True, slots=True)
class Fit:
    """How one picture lies on another.

    Attributes:
        left: Left edge of the one in pixels of the other; may be negative.
        top: Upper edge, likewise.
        right: Right edge.
        bottom: Lower edge.
        likeness: Correlation of what both show, -1 to 1.
        detail: Correlation of what is left of it less the mean of each pixel's surroundings.
        contrast: Standard deviation of that detail in the other, in grey values.
        pixels: On which both lie.
    """

    left: float
    top: float
    right: float
    bottom: float
    likeness: float
    detail: float
    contrast: float
    pixels: int


def registered(
    still: NDArray[np.uint8], sums: Floats, start: tuple[float, float, float, float]
) -> Fit | None:
    """Move and stretch a picture until it fits best on another one.

    Args:
        still: The other, of shape (height, width).
        sums: The integral of the one that moves.
        start: Left, top, right and lower edge of the one in pixels of the other, about.

    Returns:
        The best fit near ``start``; None if hardly anything of both would lie on each other.

    Source:
        Lucas, Kanade 1981, with a scale and a shift for each axis.
    """
    edges = np.array(start)
    for _ in range(_ROUNDS):
        pair = _overlap(still, sums, edges)
        if pair is None:
            return None
        fixed, moved, x, y = pair
        step = _step(fixed, moved, x, y)
        across, down = step[0] + step[1] * edges[::2], step[2] + step[3] * edges[1::2]
        shift = np.stack([across, down], axis=1).ravel()
        edges = edges - np.clip(shift, -2.0, 2.0)
        if np.abs(shift).max() < _STILL:
            break
    pair = _overlap(still, sums, edges)
    if pair is None:
        return None
    fixed, moved, _, _ = pair
    fine, other = fixed - _surroundings(fixed), moved - _surroundings(moved)
    left, top, right, bottom = edges.tolist()
    return Fit(
        left,
        top,
        right,
        bottom,
        _correlation(fixed, moved),
        _correlation(fine, other),
        float(fine.std()),
        fixed.size,
    )


def _overlap(
    still: NDArray[np.uint8], sums: Floats, edges: Floats
) -> tuple[Floats, Floats, Floats, Floats] | None:
    """Return what both show on the pixels of ``still`` they share, and the pixels' centres."""
    left, top, right, bottom = edges.tolist()
    if right - left < _NARROWEST or bottom - top < _NARROWEST:
        return None
    height, width = still.shape
    x = np.arange(max(0, int(np.ceil(left))), min(width, int(right)) + 1)
    y = np.arange(max(0, int(np.ceil(top))), min(height, int(bottom)) + 1)
    if min(len(x), len(y)) <= _NARROWEST or (len(x) - 1) * (len(y) - 1) < _FEWEST:
        return None
    across = (x - left) / (right - left) * (sums.shape[1] - 1)
    down = (y - top) / (bottom - top) * (sums.shape[0] - 1)
    moved = averages(sums, across, down)
    fixed = still[y[0] : y[-1], x[0] : x[-1]].astype(np.float64)
    return fixed, moved, x[:-1] + 0.5, y[:-1] + 0.5


def _step(fixed: Floats, moved: Floats, x: Floats, y: Floats) -> Floats:
    """Return shift and growth across, then down, that bring ``moved`` nearer to ``fixed``."""
    scale = fixed.std() / max(moved.std(), 1e-6)
    error = (fixed - fixed.mean()) - (moved - moved.mean()) * scale
    down, across = np.gradient((moved - moved.mean()) * scale)
    parts = np.stack([across, across * x, down, down * y[:, None]]).reshape(4, -1)
    parts -= parts.mean(axis=1, keepdims=True)
    square = parts @ parts.T
    square += np.eye(4) * (1e-6 * np.trace(square) + 1e-9)
    found: Floats = np.linalg.solve(square, parts @ error.ravel())
    return found


def _surroundings(values: Floats) -> Floats:
    """Return the mean of the pixels around each, as far as there are some."""
    height, width = values.shape
    sums = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    x, y = np.arange(width), np.arange(height)
    left, right = np.maximum(x - _REACH, 0), np.minimum(x + _REACH + 1, width)
    top, bottom = np.maximum(y - _REACH, 0)[:, None], np.minimum(y + _REACH + 1, height)[:, None]
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    means: Floats = total / ((right - left) * (bottom - top))
    return means


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    both = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / both if both > 1e-9 else 0.0
