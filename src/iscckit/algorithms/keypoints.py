"""Keypoints: places in a grey picture that are found again in a crop of it, whatever its size.

A keypoint is the centre of a blob, where a Laplacian of a Gaussian is largest among its neighbours
in place and scale; the scale gives the side of a square window around it. Windows move and grow
with the content of the picture. A picture and a crop of it therefore have the same windows where
they show the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["WINDOW", "Keypoints", "averages", "find_keypoints", "integral", "windows"]

WINDOW: Final = 32  # pixels of a side of a window that was cut, as the Image-Code takes it
_PER_OCTAVE: Final = 4  # scales
_SMALLEST: Final = 4.0  # pixels: standard deviation of the Gaussian
_WIDTH: Final = 8.0  # standard deviations in the side of a window
_FAINTEST: Final = 0.4  # grey values: what is fainter may be noise of a JPEG
_MARGIN: Final = 48  # pixels that are mirrored at the borders


@dataclass(frozen=True, slots=True)
class Keypoints:
    """Keypoints of one picture, the strongest first.

    Attributes:
        x: Centres in pixels from the left edge.
        y: Centres in pixels from the upper edge.
        side: Sides of the windows in pixels.
    """

    x: Floats
    y: Floats
    side: Floats

    def __len__(self) -> int:
        return len(self.x)


def find_keypoints(grey: NDArray[np.uint8], *, most: int, largest: float) -> Keypoints:
    """Find the strongest keypoints of a picture whose windows lie inside it.

    Args:
        grey: Picture of shape (height, width).
        most: Maximum number of keypoints.
        largest: Side of the largest window in pixels.

    Source:
        Lindeberg 1998, "Feature detection with automatic scale selection".
    """
    count = int(np.ceil(np.log2(largest / _WIDTH / _SMALLEST) * _PER_OCTAVE)) + 1
    sigmas = _SMALLEST * 2 ** (np.arange(-1, count + 1) / _PER_OCTAVE)
    strength = np.abs(_laplacians(grey, sigmas))
    inner = strength[1:-1, 1:-1, 1:-1]
    best = (inner == _highest(strength)[1:-1, 1:-1, 1:-1]) & (inner > _FAINTEST)
    at = tuple(index + 1 for index in np.nonzero(best))
    k, y, x = (_refined(strength, at, axis) for axis in range(3))
    side = _WIDTH * sigmas[0] * 2 ** (k / _PER_OCTAVE)
    x, y = x + 0.5, y + 0.5
    height, width = grey.shape
    half = side / 2
    inside = (x >= half) & (y >= half) & (x + half <= width) & (y + half <= height)
    order = np.argsort(-strength[at][inside], kind="stable")[:most]
    return Keypoints(x[inside][order], y[inside][order], side[inside][order])


def windows(grey: NDArray[np.uint8], keypoints: Keypoints) -> NDArray[np.uint8]:
    """Return the windows of keypoints at 32 x 32 pixels, of shape (count, 32, 32).

    Each is stretched to grey values 0 to 255, so that faint ones lose nothing by rounding.
    """
    steps = np.arange(WINDOW + 1) / WINDOW - 0.5
    across = keypoints.x[:, None] + keypoints.side[:, None] * steps
    down = keypoints.y[:, None] + keypoints.side[:, None] * steps
    means = averages(integral(grey), across, down)
    low = means.min((1, 2), keepdims=True)
    span = np.maximum(means.max((1, 2), keepdims=True) - low, 1e-6)
    found: NDArray[np.uint8] = ((means - low) * (255 / span) + 0.5).astype(np.uint8)
    return found


def integral(grey: NDArray[np.uint8]) -> Floats:
    """Return the sum of all pixels above and left of each corner of a pixel."""
    height, width = grey.shape
    sums = np.zeros((height + 1, width + 1))
    np.cumsum(grey, axis=0, out=sums[1:, 1:], dtype=np.float64)
    np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
    return sums


def averages(sums: Floats, across: Floats, down: Floats) -> Floats:
    """Return the mean grey of each cell between lines, whole pixels or not.

    Args:
        sums: As ``integral`` returns them.
        across: Places of vertical lines, ascending, of shape (..., columns + 1).
        down: Places of horizontal lines, of shape (..., rows + 1).

    Returns:
        Of shape (..., rows, columns).
    """
    height, width = sums.shape[0] - 1, sums.shape[1] - 1
    across, down = np.clip(across, 0, width), np.clip(down, 0, height)
    left = np.minimum(across.astype(np.intp), width - 1)
    top = np.minimum(down.astype(np.intp), height - 1)
    right_share = (across - left)[..., None, :]
    lower_share = (down - top)[..., :, None]
    corner = top[..., :, None] * (width + 1) + left[..., None, :]
    flat = sums.ravel()
    upper = flat[corner] * (1 - right_share) + flat[corner + 1] * right_share
    corner += width + 1
    lower = flat[corner] * (1 - right_share) + flat[corner + 1] * right_share
    totals = upper * (1 - lower_share) + lower * lower_share
    areas = np.diff(across)[..., None, :] * np.diff(down)[..., :, None]
    means: Floats = np.diff(np.diff(totals, axis=-2), axis=-1) / np.maximum(areas, 1e-9)
    return means


def _laplacians(grey: NDArray[np.uint8], sigmas: Floats) -> NDArray[np.float32]:
    """Return a picture's Laplacians of Gaussians, times the variance, a layer a scale."""
    height, width = grey.shape
    padded = np.pad(grey.astype(np.float32), _MARGIN, mode="symmetric")
    spectrum = np.fft.rfft2(padded)
    down = np.fft.fftfreq(padded.shape[0])[:, None]
    across = np.fft.rfftfreq(padded.shape[1])
    squares = (4 * np.pi**2 * (down**2 + across**2)).astype(np.float32)
    layers = np.empty((len(sigmas), height, width), np.float32)
    for layer, sigma in zip(layers, sigmas.astype(np.float32), strict=True):
        scaled = sigma * sigma * squares
        filtered = np.fft.irfft2(spectrum * (-scaled * np.exp(-scaled / 2)), padded.shape)
        layer[:] = filtered[_MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width]
    return layers


def _highest(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest of each value and its 26 neighbours."""
    for axis in range(3):
        rows = np.moveaxis(values, axis, 0)
        highest = rows.copy()
        np.maximum(highest[:-1], rows[1:], out=highest[:-1])
        np.maximum(highest[1:], rows[:-1], out=highest[1:])
        values = np.moveaxis(highest, 0, axis)
    return values


def _refined(strength: NDArray[np.float32], at: tuple[NDArray[np.intp], ...], axis: int) -> Floats:
    """Return where on an axis the parabola through a peak and its neighbours is highest."""
    step = [0, 0, 0]
    step[axis] = 1
    before, after = (
        strength[tuple(index + sign * s for index, s in zip(at, step, strict=True))].astype(float)
        for sign in (-1, 1)
    )
    bend = before - 2 * strength[at] + after
    moved = np.where(bend < 0, (before - after) / (2 * np.where(bend < 0, bend, 1)), 0)
    found: Floats = at[axis] + np.clip(moved, -0.5, 0.5)
    return found
