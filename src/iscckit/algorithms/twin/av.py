"""Chromaprint and the MPEG-7 frame signature in readable form: the twins of two kernels.

Like ``twin.hashes``, this module defines what the algorithms *mean*; only the self-test and
the tests import it. It uses NumPy where plain Python would take minutes. Floating-point operations
have the order of the kernel, so that both agree in every bit.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from math import log, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["cell_sums", "chroma_words", "frame_signature"]

Floats = NDArray[np.float32]
Row = list[float]

_U64: Final = 2**64
_FRAME: Final = 4096
_HOP: Final = _FRAME // 3
_GRAY: Final = (0, 1, 3, 2)


@cache
def tables(name: str) -> dict[str, Any]:
    """Return the tables of ``chromaprint`` or ``frame_signature`` from the package data."""
    text = files("iscckit.algorithms").joinpath(f"{name}.json").read_text(encoding="ascii")
    result: dict[str, Any] = json.loads(text)
    return result


# --- Chromaprint ----------------------------------------------------------------------------


def _turns(count: int, of: int) -> tuple[Floats, Floats]:
    """Return cosines and sines of the first ``count`` multiples of a turn divided by ``of``."""
    angles = 2 * np.pi * np.arange(count) / of
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _fft(re: Floats, im: Floats) -> tuple[Floats, Floats]:
    """Transform rows of 2 * 4**k complex values in single precision (Stockham, radix 4)."""
    frames, size = re.shape
    cos, sin = _turns(size, size)
    length, stride = size, 1
    while length > 2:
        quarters = (frames, 4, length // 4, stride)
        a, b, c, d = np.moveaxis(re.reshape(quarters), 1, 0)
        e, f, g, h = np.moveaxis(im.reshape(quarters), 1, 0)
        r = (a + c) + (b + d), (a - c) + (f - h), (a + c) - (b + d), (a - c) - (f - h)
        i = (e + g) + (f + h), (e - g) + (d - b), (e + g) - (f + h), (e - g) - (d - b)
        step = np.arange(length // 4)[:, None] * stride
        c1, s1 = zip(*((cos[n * step], sin[n * step]) for n in (1, 2, 3)), strict=True)
        re = np.stack((r[0], *(r[n] * c1[n - 1] + i[n] * s1[n - 1] for n in (1, 2, 3))), axis=2)
        im = np.stack((i[0], *(i[n] * c1[n - 1] - r[n] * s1[n - 1] for n in (1, 2, 3))), axis=2)
        length, stride = length // 4, stride * 4
    re, im = re.reshape(frames, 2, stride), im.reshape(frames, 2, stride)
    sums = [np.stack((x[:, 0] + x[:, 1], x[:, 0] - x[:, 1]), axis=1) for x in (re, im)]
    return sums[0].reshape(frames, size), sums[1].reshape(frames, size)


def _powers(frames: Floats, bins: range) -> NDArray[np.float64]:
    """Return the power of each of ``bins`` in each real frame."""
    half = frames.shape[1] // 2
    re, im = _fft(frames[:, 0::2].copy(), frames[:, 1::2].copy())
    k = np.asarray(bins)
    cos, sin = (table[k] for table in _turns(bins.stop, 2 * half))
    even = re[:, k] + re[:, half - k], im[:, k] - im[:, half - k]
    odd = im[:, k] + im[:, half - k], re[:, half - k] - re[:, k]
    x = (even[0] + (odd[0] * cos + odd[1] * sin)) * np.float32(0.5)
    y = (even[1] + (odd[1] * cos - odd[0] * sin)) * np.float32(0.5)
    power: NDArray[np.float64] = x.astype(np.float64) ** 2 + y.astype(np.float64) ** 2
    return power


def _notes(samples: NDArray[np.int16]) -> list[Row]:
    """Return the energy of the twelve notes in each frame."""
    table = tables("chromaprint")
    position = np.arange(_FRAME)
    window = (0.54 - 0.46 * np.cos(2 * np.pi * position / (_FRAME - 1))) / 32767
    rows = []
    for start in range(0, len(samples) - _FRAME + 1, _HOP):
        frame = samples[start : start + _FRAME].astype(np.float32) * window.astype(np.float32)
        energy = [0.0] * 12
        powers = _powers(frame[None], range(table["first_bin"], table["last_bin"] + 1))
        for note, power in zip(table["note_of_bin"], powers[0].tolist(), strict=True):
            energy[note] += power
        rows.append(energy)
    return rows


def _smooth(rows: Sequence[Row]) -> list[Row]:
    """Return the rows smoothed over time and scaled to unit length; silence becomes zero."""
    weights = tables("chromaprint")["time_filter"]
    result = []
    for t in range(len(rows) - len(weights) + 1):
        row = [0.0] * 12
        for weight, neighbour in zip(weights, rows[t:], strict=False):
            row = [x + y * weight for x, y in zip(row, neighbour, strict=True)]
        norm = sqrt(list(accumulate((x * x for x in row), initial=0.0))[-1])
        result.append([0.0 if norm < 0.01 else x / norm for x in row])
    return result


def _contrast(classifier: Sequence[int], sums: Sequence[Row]) -> float:
    """Return the contrast of two parts of a block with energies a, b: ln((1 + a) / (1 + b))."""

    def area(x1: int, y1: int, x2: int, y2: int) -> float:
        return (sums[x2][y2] - sums[x1][y2]) - (sums[x2][y1] - sums[x1][y1])

    kind, y, h, w = classifier
    h2, w2, h3, w3 = h // 2, w // 2, h // 3, w // 3
    b = 0.0
    if kind == 0:
        a = area(0, y, w, y + h)
    elif kind == 1:
        a = area(0, y + h2, w, y + h)
        b = area(0, y, w, y + h2)
    elif kind == 2:
        a = area(w2, y, w, y + h)
        b = area(0, y, w2, y + h)
    elif kind == 3:
        a = area(0, y + h2, w2, y + h) + area(w2, y, w, y + h2)
        b = area(0, y, w2, y + h2) + area(w2, y + h2, w, y + h)
    elif kind == 4:
        a = area(0, y + h3, w, y + 2 * h3)
        b = area(0, y, w, y + h3) + area(0, y + 2 * h3, w, y + h)
    else:
        a = area(w3, y, 2 * w3, y + h)
        b = area(0, y, w3, y + h) + area(2 * w3, y, w, y + h)
    return log((1 + a) / (1 + b))


def chroma_words(samples: Sequence[int]) -> list[int]:
    """Return the Chromaprint words of mono ``samples`` at 11025 Hz, as signed 32-bit numbers.

    Source:
        Chromaprint 1.6, algorithm TEST2; equal to ``fpcalc -raw -signed -length 0``.
    """
    rows = _smooth(_notes(np.asarray(samples, dtype=np.int16)))
    sums = [[0.0] * 13]
    for row in rows:
        prefixes = accumulate(row, initial=0.0)
        sums.append([x + y for x, y in zip(sums[-1], prefixes, strict=True)])

    words = []
    for x in range(len(rows) - 15):
        word = 0
        for *classifier, t0, t1, t2 in tables("chromaprint")["classifiers"]:
            value = _contrast(classifier, sums[x : x + 17])
            word = word << 2 | _GRAY[sum(value >= t for t in (t0, t1, t2))]
        words.append(word - 2**32 if word >= 2**31 else word)
    return words


# --- the MPEG-7 frame signature -------------------------------------------------------------


def cell_sums(plane: NDArray[np.uint8]) -> list[list[int]]:
    """Return the sum of the pixels of each cell of a 32 x 32 grid, by row and column."""
    sums = plane.astype(np.uint64)
    for axis in (0, 1):
        starts = [-(-i * plane.shape[axis] // 32) for i in range(32)]
        sums = np.add.reduceat(sums, starts, axis=axis)
    result: list[list[int]] = sums.tolist()
    return result


def _side(length: int) -> tuple[int, int, list[int]]:
    """Return the two sizes of cells along a side, and the weight of each: the other size."""
    low = length // 32
    if length % 32 == 0:
        return low, 1, [1] * 32
    sizes = [-(-(i + 1) * length // 32) - -(-i * length // 32) for i in range(32)]
    return low, low + 1, [2 * low + 1 - size for size in sizes]


def _values(cells: list[list[int]], width: int, height: int) -> tuple[list[list[int]], int]:
    """Return the weighted cells, and the value of a medium-grey cell, modulo 2**64."""
    h1, h2, row_weight = _side(height)
    w1, w2, column_weight = _side(width)
    area = h1 * h2 * w1 * w2
    across, down = width // 32, height // 32
    large = across * (across + 1) * (down * height // 32 + 1) > (2**63 - 1) // (476985600 * 255)

    def value(cell: int, i: int, j: int) -> int:
        weighted = cell * row_weight[i] * column_weight[j]
        if large:
            return weighted * 65536 % _U64 // area
        return weighted * 476985600 % _U64

    values = [[value(cell, i, j) for j, cell in enumerate(row)] for i, row in enumerate(cells)]
    return values, 128 * (65536 if large else 476985600 * area) % _U64


def _mean(values: list[list[int]], rectangles: Sequence[Sequence[int]]) -> int:
    cells = [
        values[y][x]
        for x0, y0, x1, y1 in rectangles
        for y in range(y0, y1 + 1)
        for x in range(x0, x1 + 1)
    ]
    return sum(cells) % _U64 // len(cells)


def _to_signed(value: int) -> int:
    return (value + 2**63) % _U64 - 2**63


def frame_signature(plane: NDArray[np.uint8]) -> bytes:
    """Return the 380 ternary values of a luma plane (height x width, both at least 32).

    Source:
        ISO/IEC 15938-3, video signature; arithmetic modulo 2**64 as in FFmpeg's output.
    """
    height, width = plane.shape
    values, middle = _values(cell_sums(plane), width, height)
    result: list[int] = []
    for category in tables("frame_signature")["categories"]:
        elements = []
        for rectangles in category["elements"]:
            left, right = rectangles[: category["left"]], rectangles[category["left"] :]
            other = _mean(values, right) if right else middle
            elements.append(_to_signed(_mean(values, left) - other))
        t = sorted(map(abs, elements))[category["threshold_index"]]
        result += [0 if x < -t else 1 if x <= t else 2 for x in elements]
    return bytes(result)
