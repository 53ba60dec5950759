"""Codes of one length as planes of 64-bit words, and exact search among them.

A plane holds one word of every code. Rows are numbered from 0; the caller knows what a row stands
for. Results are arrays of ``row`` and ``distance``, the nearest first and rows of equal distance in
order. They are exact, by tables as well as by a scan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import comb, log2
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit import _kernel
from iscckit.errors import InvalidInput
from iscckit.index.blocks import make_damage_error
from iscckit.index.radius import estimate_false_hits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.errors import LibraryError
    from iscckit.index.blocks import Blocks

    Words = NDArray[np.uint64]
    Hits = NDArray[np.void]

__all__ = ["HIT", "PAIR", "Planes", "Table", "build_tables", "chunk_layout", "pack_planes"]

HIT: Final = np.dtype([("row", "<u4"), ("distance", "<u4")])
PAIR: Final = np.dtype([("a", "<u4"), ("b", "<u4"), ("distance", "<u4")])

_FEWEST: Final = 4096  # rows: for fewer rows, a scan is faster than any table
# Costs of a probe, a candidate and a word of a scan, measured on one core of an EPYC (Zen 5).
_PROBE: Final = 35.0  # nanoseconds
_CANDIDATE: Final = 1.5
_WORD: Final = 0.25


@dataclass(frozen=True, slots=True)
class Table:
    """All words of the first plane in buckets by a chunk of their bits.

    Attributes:
        shift: Number of bits below the chunk.
        bits: Number of bits of the chunk.
        offsets: Start of the bucket of each key; the last entry is the end of the last bucket.
        codes: Words, bucket by bucket.
        rows: Row of each word.
        parts: The table in the form that the kernel takes; made once, as each probe needs it.
    """

    shift: int
    bits: int
    offsets: NDArray[np.uint32]
    codes: Words
    rows: NDArray[np.uint32]
    parts: tuple[int, int, memoryview, memoryview, memoryview] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        parts = self.shift, self.bits, self.offsets.data, self.codes.data, self.rows.data
        object.__setattr__(self, "parts", parts)


@dataclass(frozen=True, slots=True)
class Planes:
    """Codes of one length.

    Attributes:
        bits: Number of bits of each code, 32 to 256 in steps of 32.
        words: One array per 64 bits, the first bits first; all arrays have the same length.
        tables: Tables over the first plane; empty for few rows.
        blocks: Blocks of the file in which words and tables lie; None if they are in memory.
            Whoever reads ``words`` calls ``verify`` before.
    """

    bits: int
    words: tuple[Words, ...]
    tables: tuple[Table, ...] = ()
    blocks: Blocks | None = None

    def __len__(self) -> int:
        return len(self.words[0])

    def verify(self) -> None:
        """Compare all words with the checksums of their file.

        Raises:
            LibraryError: The file is damaged.
        """
        if self.blocks is not None:
            for plane in self.words:
                self.blocks.require(plane)

    def within(self, body: bytes, radius: int, *, level: int = 0) -> Hits:
        """Return all rows that differ from ``body`` in at most ``radius`` bits.

        Args:
            body: Body of a code. If its length differs, the common first bits are compared.
            radius: Largest number of bits that differ.
            level: SIMD level that the kernel must use, see ``_kernel.levels``; 0 for the best one.

        Raises:
            LibraryError: The file in which the codes lie is damaged.
        """
        bits = self.comparable_bits(body)
        if bits == 64 and self.tables and self._probing_pays(radius):
            return self._probe(body, radius, level)
        words = self._memory(bits)
        return np.frombuffer(_kernel.search_within(words, body, bits, radius, level), HIT)

    def nearest(
        self, body: bytes, count: int, *, radius: int | None = None, level: int = 0
    ) -> Hits:
        """Return the ``count`` nearest rows.

        Args:
            body: Body of a code. If its length differs, the common first bits are compared.
            count: Maximum number of rows.
            radius: Largest distance of a row in bits; None for any.
            level: SIMD level of the kernel; 0 for the best level.

        Raises:
            LibraryError: The file in which the codes lie is damaged.
        """
        bits = self.comparable_bits(body)
        farthest = bits if radius is None else min(radius, bits)
        if bits == 64 and self.tables:
            hits = self._probe_nearest(body, count, farthest, level)
            if hits is not None:
                return hits
        words = self._memory(bits)
        found = _kernel.search_nearest(words, body, bits, count, farthest, level)
        return np.frombuffer(found, HIT)

    def distances(self, rows: NDArray[np.integer], body: bytes) -> NDArray[np.int64]:
        """Return the distance of each of ``rows`` from ``body`` in bits."""
        bits = self.comparable_bits(body)
        self.verify()
        total = np.zeros(len(rows), np.int64)
        for i in range(-(-bits // 64)):
            width = min(64, bits - 64 * i)
            mask = np.uint64(((1 << width) - 1) << (64 - width))
            part = body[8 * i : 8 * i + 8].ljust(8, b"\0")
            differing = (self.words[i][rows] ^ np.uint64(int.from_bytes(part, "big"))) & mask
            total += np.bitwise_count(differing)
        return total

    def _memory(self, bits: int) -> tuple[memoryview, ...]:
        """Return the planes that hold the first ``bits`` bits."""
        planes = self.words[: -(-bits // 64)]
        if self.blocks is not None:
            for plane in planes:
                self.blocks.require(plane)
        return tuple(plane.data for plane in planes)

    def comparable_bits(self, body: bytes) -> int:
        """Return the number of bits that ``body`` and a row have in common.

        Raises:
            InvalidInput: ``body`` is empty.
        """
        bits = min(self.bits, 8 * len(body))
        if bits == 0:
            raise InvalidInput("an empty body cannot be searched for")
        return bits

    def _probe(self, body: bytes, radius: int, level: int) -> Hits:
        """Return all rows within a radius by tables."""
        parts = [table.parts for table in self.tables]
        word = int.from_bytes(body[:8], "big")
        try:
            found = _kernel.search_probe(parts, word, radius, level, self._file)
        except IndexError as error:
            raise self._make_damage_error() from error
        return np.frombuffer(found, HIT)

    @property
    def _file(self) -> tuple[memoryview, memoryview, bytearray] | None:
        return None if self.blocks is None else self.blocks.parts

    def _make_damage_error(self) -> LibraryError:
        return make_damage_error("an index in memory" if self.blocks is None else self.blocks.path)

    def _probe_nearest(self, body: bytes, count: int, farthest: int, level: int) -> Hits | None:
        """Return the nearest rows by tables; None if a scan is faster."""
        rows = len(self)
        radius = min(farthest, _widest(rows, tuple(table.bits for table in self.tables)))
        # If chance is expected to give fewer rows within the radius, the probes would often fail.
        if radius < farthest and estimate_false_hits(64, rows, radius) < 2 * count:
            return None
        parts = [table.parts for table in self.tables]
        word = int.from_bytes(body[:8], "big")
        most = int(rows * _WORD / _CANDIDATE)
        try:
            found = _kernel.search_probe_nearest(
                parts, word, count, radius, most, level, self._file
            )
        except IndexError as error:
            raise self._make_damage_error() from error
        if found is None or (radius < farthest and len(found) < count * HIT.itemsize):
            return None
        return np.frombuffer(found, HIT)

    def _probing_pays(self, radius: int) -> bool:
        widths = tuple(table.bits for table in self.tables)
        return radius <= _widest(len(self), widths)


@cache
def _widest(rows: int, widths: tuple[int, ...]) -> int:
    """Return the widest radius at which tables are faster than a scan; -1 if they never are.

    Args:
        rows: Number of rows of each table.
        widths: Number of bits of the chunk of each table.
    """
    cost = 0.0
    for radius in range(65):
        flips, t = divmod(radius, len(widths))  # cost of one more bit of radius
        cost += comb(widths[t], flips) * (_PROBE + _CANDIDATE * rows / (1 << widths[t]))
        if cost >= _WORD * rows:
            return radius - 1
    return 64


def pack_planes(bodies: bytes | memoryview, bits: int) -> Planes:
    """Return codes as planes without tables.

    Args:
        bodies: Bodies of the codes, one after the other.
        bits: Number of bits of each code, 32 to 256 in steps of 32.

    Raises:
        InvalidInput: ``bits`` is not one of these, or the last body is not complete.
    """
    if bits not in range(32, 257, 32) or len(bodies) % (bits // 8):
        raise InvalidInput(f"{len(bodies)} bytes are no bodies of {bits} bits")
    count = -(-bits // 64)
    wide = np.zeros((len(bodies) * 8 // bits, 8 * count), np.uint8)
    wide[:, : bits // 8] = np.frombuffer(bodies, np.uint8).reshape(-1, bits // 8)
    words = wide.view(">u8").astype(np.uint64)
    return Planes(bits, tuple(np.ascontiguousarray(words[:, i]) for i in range(count)))


def chunk_layout(rows: int) -> tuple[tuple[int, int], ...]:
    """Return shift and bits of the chunks of tables, so that a bucket has about one row."""
    if rows < _FEWEST:
        return ()
    count = -(-64 // int(log2(rows)))
    sizes = [64 // count + (i < 64 % count) for i in range(count)]
    return tuple((64 - sum(sizes[: i + 1]), size) for i, size in enumerate(sizes))


def build_tables(words: Words) -> tuple[Table, ...]:
    """Return the tables over a plane."""
    tables = []
    for shift, bits in chunk_layout(len(words)):
        table = Table(
            shift,
            bits,
            np.empty((1 << bits) + 1, np.uint32),
            np.empty(len(words), np.uint64),
            np.empty(len(words), np.uint32),
        )
        _kernel.search_fill(words.data, *table.parts)
        tables.append(table)
    return tuple(tables)
