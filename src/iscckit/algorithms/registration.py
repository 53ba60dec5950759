"""Registration: the position of one grey picture on another, and the quality of the fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import cell_means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Fit", "register"]

_ROUNDS: Final = 8
_STILL: Final = 0.02  # pixels; a smaller step ends the search
_FEWEST: Final = 200  # the fewest common pixels
_NARROWEST: Final = 8  # the fewest pixels of a side
_REACH: Final = 4  # pixels in each direction over which a local mean is taken


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit of a moving picture on a still one.

    Attributes:
        left: The left edge of the moving picture, in pixels of the still one; may be negative.
        top: The upper edge, in pixels of the still picture; may be negative.
        right: The right edge, in pixels of the still picture.
        bottom: The lower edge, in pixels of the still picture.
        likeness: The correlation of the common pixels, -1 to 1.
        detail: The correlation of the common pixels less their local means, -1 to 1.
        contrast: The standard deviation of that detail in the still picture, in grey values.
        pixels: The number of common pixels.
    """

    left: float
    top: float
    right: float
    bottom: float
    likeness: float
    detail: float
    contrast: float
    pixels: int


def register(
    still: NDArray[np.uint8], sums: Floats, start: tuple[float, float, float, float]
) -> Fit | None:
    """Move and stretch a picture until it fits best on a still one.

    Args:
        still: The grey values of the still picture, of shape (height, width).
        sums: The integral image of the moving picture.
        start: The approximate left, top, right and lower edge of the moving picture, in pixels of
            the still one.

    Returns:
        The best fit near ``start``; None if the pictures have too few common pixels.

    Source:
        Lucas, Kanade 1981, with a scale and a shift for each axis.
    """
    edges = np.array(start)
    for _ in range(_ROUNDS):
        pair = _find_overlap(still, sums, edges)
        if pair is None:
            return None
        fixed, moved, x, y = pair
        step = _solve_step(fixed, moved, x, y)
        across, down = step[0] + step[1] * edges[::2], step[2] + step[3] * edges[1::2]
        shift = np.stack([across, down], axis=1).ravel()
        edges = edges - np.clip(shift, -2.0, 2.0)
        if np.abs(shift).max() < _STILL:
            break
    pair = _find_overlap(still, sums, edges)
    if pair is None:
        return None
    fixed, moved, _, _ = pair
    fine, other = fixed - _local_means(fixed), moved - _local_means(moved)
    left, top, right, bottom = edges.tolist()
    return Fit(
        left,
        top,
        right,
        bottom,
        _correlate(fixed, moved),
        _correlate(fine, other),
        float(fine.std()),
        fixed.size,
    )


def _find_overlap(
    still: NDArray[np.uint8], sums: Floats, edges: Floats
) -> tuple[Floats, Floats, Floats, Floats] | None:
    """Return the common pixels of the still and the moving picture, and their centres."""
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
    moved = cell_means(sums, across, down)
    fixed = still[y[0] : y[-1], x[0] : x[-1]].astype(np.float64)
    return fixed, moved, x[:-1] + 0.5, y[:-1] + 0.5


def _solve_step(fixed: Floats, moved: Floats, x: Floats, y: Floats) -> Floats:
    """Return the shift and growth across, then down, that bring ``moved`` closer to ``fixed``."""
    scale = fixed.std() / max(moved.std(), 1e-6)
    error = (fixed - fixed.mean()) - (moved - moved.mean()) * scale
    down, across = np.gradient((moved - moved.mean()) * scale)
    parts = np.stack([across, across * x, down, down * y[:, None]]).reshape(4, -1)
    parts -= parts.mean(axis=1, keepdims=True)
    square = parts @ parts.T
    square += np.eye(4) * (1e-6 * np.trace(square) + 1e-9)
    found: Floats = np.linalg.solve(square, parts @ error.ravel())
    return found


def _local_means(values: Floats) -> Floats:
    """Return the mean of the pixels around each pixel, within the picture."""
    height, width = values.shape
    sums = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    x, y = np.arange(width), np.arange(height)
    left, right = np.maximum(x - _REACH, 0), np.minimum(x + _REACH + 1, width)
    top, bottom = np.maximum(y - _REACH, 0)[:, None], np.minimum(y + _REACH + 1, height)[:, None]
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    means: Floats = total / ((right - left) * (bottom - top))
    return means


def _correlate(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    both = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / both if both > 1e-9 else 0.0
