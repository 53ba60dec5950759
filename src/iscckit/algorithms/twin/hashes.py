"""Every hash of ISO 24138 in plain Python: the readable twin of the kernel.

This module defines what the algorithms *mean*. Only ``iscckit.selftest`` and the tests import it,
to compare it with the kernel bit by bit; it is never a fallback. Arguments are not checked. Texts
are already collapsed (``reference.text``), pictures are 32 x 32 grey values
(``reference.pixels``).
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import ceil, log2
from statistics import median
from typing import Any, Final, TypeVar

from blake3 import blake3

__all__ = [
    "audio_digest",
    "chunks",
    "data_digest",
    "dct",
    "dct2",
    "image_digest",
    "meta_digest",
    "minhash",
    "minhash_values",
    "mixed_digest",
    "simhash",
    "text_digest",
    "video_digest",
    "windows",
    "wtahash",
    "xxh32",
]

Text = TypeVar("Text", str, bytes)

_U32: Final = 2**32 - 1
_U64: Final = 2**64 - 1
_MERSENNE: Final = 2**61 - 1
_CORNERS: Final = ((0, 0), (0, 8), (8, 0), (8, 8))  # (row, column) of the blocks of a picture


@cache
def tables() -> dict[str, Any]:
    """Return the normative tables of ``algorithms/constants.json``."""
    text = files("iscckit.algorithms").joinpath("constants.json").read_text(encoding="ascii")
    result: dict[str, Any] = json.loads(text)
    return result


# --- primitives -----------------------------------------------------------------------------


def windows(sequence: Text, width: int) -> list[Text]:
    """Return all runs of ``width`` neighbours; a shorter ``sequence`` is one window."""
    return [sequence[i : i + width] for i in range(max(len(sequence) - width + 1, 1))]


_PRIME32: Final = (2654435761, 2246822519, 3266489917, 668265263, 374761393)


def _rotate(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & _U32


def xxh32(data: bytes) -> int:
    """Return the XXH32 of ``data`` with seed 0.

    Source:
        xxHash specification 0.1.1, XXH32 algorithm.
    """
    p1, p2, p3, p4, p5 = _PRIME32
    words = [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data) // 4 * 4, 4)]
    striped = len(data) // 16 * 4
    if len(data) >= 16:
        lanes = [(p1 + p2) & _U32, p2, 0, -p1 & _U32]
        for i in range(striped):
            lanes[i % 4] = _rotate((lanes[i % 4] + words[i] * p2) & _U32, 13) * p1 & _U32
        state = sum(_rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True))
    else:
        state = p5
    state = (state + len(data)) & _U32

    for word in words[striped:]:
        state = _rotate((state + word * p3) & _U32, 17) * p4 & _U32
    for byte in data[len(words) * 4 :]:
        state = _rotate((state + byte * p5) & _U32, 11) * p1 & _U32

    state = (state ^ state >> 15) * p2 & _U32
    state = (state ^ state >> 13) * p3 & _U32
    return state ^ state >> 16


def simhash(digests: Sequence[bytes]) -> bytes:
    """Return the bitwise majority of ``digests``; ties count as set."""
    width = len(digests[0])
    numbers = [int.from_bytes(digest, "big") for digest in digests]
    majority = 0
    for bit in range(8 * width):
        votes = sum(number >> bit & 1 for number in numbers)
        if 2 * votes >= len(numbers):
            majority |= 1 << bit
    return majority.to_bytes(width, "big")


def _pack(bits: Iterable[bool | int]) -> bytes:
    """Pack a multiple of eight ``bits``; the first becomes the highest bit of byte 0."""
    text = "".join("1" if bit else "0" for bit in bits)
    return int(text, 2).to_bytes(len(text) // 8, "big")


# --- data and text --------------------------------------------------------------------------


def minhash_values(features: Iterable[int]) -> list[int]:
    """Return the 64 minimum hashes of the 32-bit ``features``.

    The order of the three reductions is normative: wrap at 2**64, reduce modulo 2**61 - 1,
    keep the low 32 bits; only then take the minimum.
    """
    distinct = set(features)
    return [
        min(((a * f + b) & _U64) % _MERSENNE & _U32 for f in distinct)
        for a, b in zip(tables()["minhash_a"], tables()["minhash_b"], strict=True)
    ]


def minhash(features: Iterable[int], *, planes: int = 4) -> bytes:
    """Return the lowest bits of the 64 minimum hashes, then the next bits: 8 bytes a plane."""
    values = minhash_values(features)
    return _pack(value >> plane & 1 for plane in range(planes) for value in values)


def _cut(data: memoryview, average: int) -> int:
    """Return the length of the first chunk of ``data``."""
    gear = tables()["gear"]
    low, high = average // 4, 8 * average
    center = average - (low + ceil(low / 2))
    bits = round(log2(average))
    strict, relaxed = 2 ** (bits + 1) - 1, 2 ** (bits - 1) - 1

    state = 0
    for i in range(low, min(high, len(data))):
        state = (state >> 1) + gear[data[i]]
        if not state & (strict if i < center else relaxed):
            return i + 1
    return min(high, len(data))


def chunks(data: bytes, *, average: int = 1024, utf32: bool = False) -> list[int]:
    """Return the lengths of the content-defined chunks of ``data``.

    After the first quarter of the average length, a gear hash looks for a cut: with a strict mask
    up to the centre and a relaxed mask behind it, up to eight times the average. ``utf32`` lowers
    each cut to a multiple of four. Empty data is one empty chunk.
    """
    view = memoryview(data)
    lengths = []
    while view:
        length = _cut(view, average)
        if utf32:
            length -= length % 4
        lengths.append(length)
        view = view[length:]
    return lengths or [0]


def data_digest(data: bytes) -> bytes:
    """Return the 32-byte digest of the Data-Code."""
    start, features = 0, []
    for length in chunks(data):
        features.append(xxh32(data[start : start + length]))
        start += length
    return minhash(features)


def text_digest(collapsed: str) -> bytes:
    """Return the 32-byte digest of the Text-Code of a collapsed text."""
    return minhash(xxh32(window.encode()) for window in windows(collapsed, 13))


def meta_digest(name: str, extra: str | bytes | None = None) -> bytes:
    """Return the 32-byte digest of the Meta-Code.

    Args:
        name: The collapsed name.
        extra: The collapsed description, or the payload of ``meta``, or None without either. A
            description that collapses to nothing is "", not None.
    """

    def similarity(parts: list[str] | list[bytes]) -> bytes:
        raw = [part.encode() if isinstance(part, str) else part for part in parts]
        return simhash([blake3(part).digest() for part in raw])

    first = similarity(windows(name, 3))
    if extra is None:
        return first
    second = similarity(windows(extra, 3) if isinstance(extra, str) else windows(extra, 4))
    blocks = [half[i : i + 4] for i in range(0, 16, 4) for half in (first, second)]
    return b"".join(blocks)


# --- image, audio, video, mixed -------------------------------------------------------------


def dct(values: Sequence[float]) -> list[float]:
    """Return the unscaled DCT-II of 1, 2, 4, 8, 16 or 32 ``values`` by Lee's recursion.

    The order of operations is normative: it gives flat and symmetric pictures coefficients that
    are exactly zero, and a bit of the Image-Code tells whether one exceeds the median.
    """
    n = len(values)
    if n == 1:
        return list(values)
    divisors = [float.fromhex(text) for text in tables()["dct_divisors"][str(n)]]
    pairs = list(zip(values[: n // 2], reversed(values[n // 2 :]), strict=True))
    even = dct([x + y for x, y in pairs])
    odd = dct([(x - y) / divisor for (x, y), divisor in zip(pairs, divisors, strict=True)])
    sums = [a + b for a, b in zip(odd, [*odd[1:], 0.0], strict=True)]
    return [value for pair in zip(even, sums, strict=True) for value in pair]


def dct2(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the DCT of each row, then of each column of the result."""
    rows = [dct(row) for row in matrix]
    columns = [dct(column) for column in zip(*rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def image_digest(pixels: Sequence[int]) -> bytes:
    """Return the 32-byte digest of the Image-Code of 1024 grey values, row by row."""
    frequencies = dct2([[float(v) for v in pixels[i : i + 32]] for i in range(0, 1024, 32)])
    digest = b""
    for top, left in _CORNERS:
        block = [value for row in frequencies[top : top + 8] for value in row[left : left + 8]]
        middle = median(block)
        digest += _pack(value > middle for value in block)
    return digest


def audio_digest(fingerprint: Sequence[int]) -> bytes:
    """Return the 32-byte digest of the Audio-Code of signed 32-bit fingerprint words."""

    def part(values: Sequence[int]) -> bytes:
        return simhash([v.to_bytes(4, "big", signed=True) for v in values]) if values else bytes(4)

    ordered = sorted(fingerprint)
    parts = [fingerprint, *_groups(fingerprint, 4), *_groups(ordered, 3)]
    return b"".join(part(values) for values in parts)


def _groups(values: Sequence[int], count: int) -> list[Sequence[int]]:
    """Split ``values`` into ``count`` equal runs; the remainder goes to the first runs."""
    size, longer = divmod(len(values), count)
    starts = [i * size + min(i, longer) for i in range(count + 1)]
    return [values[a:b] for a, b in pairwise(starts)]


def wtahash(vector: Sequence[int], bits: int = 256) -> bytes:
    """Return a bit for each of the first ``bits`` pairs: whether the second value is larger."""
    return _pack(vector[q] > vector[p] for p, q in tables()["wta_pairs"][:bits])


def video_digest(frames: Iterable[Sequence[int]]) -> bytes:
    """Return the 32-byte digest of the Video-Code; a repeated frame counts once."""
    distinct = set(map(tuple, frames))
    return wtahash([sum(column) for column in zip(*distinct, strict=True)])


def mixed_digest(codes: Sequence[bytes], *, bits: int = 64) -> bytes:
    """Return the digest of the Mixed-Code.

    Args:
        codes: The header and body of each Content-Code; each body has at least ``bits`` bits.
        bits: The length of the result.
    """
    size = bits // 8
    return simhash([code[:1] + code[2 : size + 1] for code in codes])
