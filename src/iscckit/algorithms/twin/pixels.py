"""Normalization of pixels to 32 x 32 grey values in plain Python: the twin of the kernel.

Each step that Pillow has is bit-equal to Pillow 13. A picture is a list of rows; a pixel is a tuple
of its channels, or a number if the picture is grey.
"""

from collections.abc import Sequence
from typing import Final, Literal

__all__ = ["grey", "normalize", "on_white", "resize", "transpose", "trim"]

Rgb = tuple[int, int, int]
Rows = list[list[Rgb]]
Box = tuple[int, int, int, int]  # left, upper, right, lower; the last two exclusive
Trim = Literal["tolerant", "exact", "none"]

_PASSES: Final = 16  # passes of the tolerant trim
_TOLERANCE: Final = 16  # the largest difference in a channel within a border
_FLAT: Final = 8  # the largest difference within a border on a single side
_PRECISION: Final = 22  # fraction bits of a resize weight


def transpose(rows: Sequence[Sequence[Rgb]], orientation: int) -> Rows:
    """Undo an EXIF ``orientation`` 1..8."""
    result = [list(row) for row in rows]
    if orientation >= 5:
        result = [list(column) for column in zip(*result, strict=True)]
    if orientation in (3, 4, 7, 8):
        result.reverse()
    if orientation in (2, 3, 6, 7):
        result = [row[::-1] for row in result]
    return result


def on_white(color: Rgb, alpha: int) -> Rgb:
    """Blend one pixel on a white background."""

    def blend(value: int) -> int:
        scaled = value * alpha + 255 * (255 - alpha) + 128
        return ((scaled >> 8) + scaled) >> 8

    red, green, blue = color
    return blend(red), blend(green), blend(blue)


def _box(rows: Rows, tolerance: int) -> Box | None:
    """Return the box of pixels that differ from the upper-left one by more than ``tolerance``."""
    reference = rows[0][0]
    inside = [
        (x, y)
        for y, row in enumerate(rows)
        for x, pixel in enumerate(row)
        if any(abs(a - b) > tolerance for a, b in zip(pixel, reference, strict=True))
    ]
    if not inside:
        return None
    xs, ys = [x for x, _ in inside], [y for _, y in inside]
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1


def trim(rows: Rows, mode: Trim = "tolerant") -> Rows:
    """Remove a border of one colour.

    Args:
        rows: The picture.
        mode: ``exact`` cuts once the border that equals the upper-left pixel. ``tolerant`` cuts up
            to 16 times a border within 16 of that pixel; it cuts a single side only if a tolerance
            of 8 gives the same box, so that a smooth sky stays. ``none`` cuts nothing.
    """
    tolerance, passes = {"tolerant": (_TOLERANCE, _PASSES), "exact": (0, 1), "none": (0, 0)}[mode]
    for _ in range(passes):
        box = _box(rows, tolerance)
        whole = (0, 0, len(rows[0]), len(rows))
        if box is None or box == whole:
            break
        sides = sum(a != b for a, b in zip(box, whole, strict=True))
        if mode == "tolerant" and sides == 1 and _box(rows, _FLAT) != box:
            break
        left, upper, right, lower = box
        rows = [row[left:right] for row in rows[upper:lower]]
    return rows


def grey(color: Rgb) -> int:
    """Return the luma of one pixel."""
    red, green, blue = color
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16


def _bicubic(x: float) -> float:
    a, u = -0.5, abs(x)
    if u < 1:
        return ((a + 2) * u - (a + 3)) * u * u + 1
    if u < 2:
        return (((u - 5) * u + 8) * u - 4) * a
    return 0.0


def _taps(size: int, side: int) -> list[tuple[int, list[int]]]:
    """Return the first input pixel and the fixed-point weights of each output pixel."""
    scale = size / side
    factor = max(scale, 1.0)
    support, inverse = 2.0 * factor, 1.0 / factor
    taps = []
    for x in range(side):
        center = (x + 0.5) * scale
        low = max(int(center - support + 0.5), 0)
        high = min(int(center + support + 0.5), size)
        weights = [_bicubic(((t - center) + 0.5) * inverse) for t in range(low, high)]
        total = 0.0  # a loop, since sum() compensates rounding from Python 3.12 on
        for weight in weights:
            total += weight
        if total:
            weights = [weight / total for weight in weights]
        fixed = [int(w * 2**_PRECISION + (-0.5 if w < 0 else 0.5)) for w in weights]
        taps.append((low, fixed))
    return taps


def _resize_row(row: Sequence[int], taps: list[tuple[int, list[int]]]) -> list[int]:
    result = []
    for low, weights in taps:
        total = sum(v * w for v, w in zip(row[low : low + len(weights)], weights, strict=True))
        result.append(min(max((2 ** (_PRECISION - 1) + total) >> _PRECISION, 0), 255))
    return result


def resize(rows: Sequence[Sequence[int]], side: int = 32) -> list[list[int]]:
    """Resize a grey picture to ``side`` x ``side`` with Pillow's antialiased bicubic filter.

    Tall pictures are reduced vertically first, all others horizontally. The order matters, since
    the result is rounded to 8 bits between the passes. An axis of the right size is not resized.
    """
    height, width = len(rows), len(rows[0])
    tall = height > side and height - side > 2 * (width - side)
    result = [list(row) for row in rows]
    for vertical in (True, False) if tall else (False, True):
        size = height if vertical else width
        if size == side:
            continue
        taps = _taps(size, side)
        if vertical:
            columns = [_resize_row(column, taps) for column in zip(*result, strict=True)]
            result = [list(row) for row in zip(*columns, strict=True)]
        else:
            result = [_resize_row(row, taps) for row in result]
    return result


def normalize(rows: Rows, orientation: int = 1, mode: Trim = "tolerant") -> bytes:
    """Return the 1024 grey values of an RGB picture: transposed, trimmed, grey, resized."""
    upright = trim(transpose(rows, orientation), mode)
    return bytes(v for row in resize([[grey(p) for p in row] for row in upright]) for v in row)
