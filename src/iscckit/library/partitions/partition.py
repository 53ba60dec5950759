"""Search among the codes of one partition of the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from iscckit.errors import LibraryError
from iscckit.index.planes import Planes, pack_planes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from iscckit.index.segment import Segment

__all__ = ["PLACE_BITS", "CodeHits", "Hit", "Partition", "PartitionRows", "item_numbers"]

Value = TypeVar("Value")

PLACE_BITS: Final = 32  # low bits of a row's key; the number of the item stands above
_EMPTY_BITS: Final = 256  # of the planes without rows of an empty partition


@dataclass(frozen=True, slots=True)
class Hit:
    """One code near a query.

    Attributes:
        item: Number of the item that has the code.
        place: Place of the code in the item; 0 for units.
        distance: Number of bits that differ.
        bits: Number of bits that were compared.
    """

    item: int
    place: int
    distance: int
    bits: int


class CodeHits(NamedTuple):
    """Hits of several queries, in arrays of equal length.

    Attributes:
        queries: Index of the query that was hit.
        items: Number of the item that has the code.
        places: Place of the code in the item.
    """

    queries: NDArray[np.int64]
    items: NDArray[np.int64]
    places: NDArray[np.int64]


class PartitionRows(NamedTuple):
    """All rows of a partition whose items still exist.

    Attributes:
        planes: Codes of the rows.
        items: Number of the item of each row.
    """

    planes: Planes
    items: NDArray[np.int64]


class Partition:
    """All codes of one kind."""

    def __init__(
        self,
        segments: Iterable[Segment],
        tombstones: NDArray[np.int64],
        replace: Callable[[], Segment] | None = None,
    ) -> None:
        """Join segments.

        Args:
            segments: Segments of one kind; empty ones are ignored.
            tombstones: Numbers of deleted items, whose rows are never returned.
            replace: Function that returns the codes of the segment that is a file, from another
                source; called once that file proves to be damaged.
        """
        self._segments = [segment for segment in segments if len(segment.planes)]
        self._tombstones = tombstones
        self._replace = replace

    def __len__(self) -> int:
        """Return the number of rows of items that still exist."""
        return self._answer(lambda: sum(map(self._count_existing, self._segments)))

    def _count_existing(self, segment: Segment) -> int:
        count = len(segment.planes)
        if len(self._tombstones):
            segment.verify_keys()
            starts = np.searchsorted(segment.keys, self._tombstones << PLACE_BITS)
            ends = np.searchsorted(segment.keys, (self._tombstones + 1) << PLACE_BITS)
            count -= int((ends - starts).sum())
        return count

    def within(self, body: bytes, radius: int) -> list[Hit]:
        """Return all codes that differ in at most ``radius`` bits, the nearest first."""
        return self._answer(lambda: self._within(body, radius))

    def may_have_within(self, body: bytes, radius: int) -> bool:
        """Tell whether a code is within ``radius`` bits, perhaps one of a deleted item.

        Raises:
            LibraryError: A segment is damaged; nothing is replaced.
        """
        return any(len(each.planes.within(body, radius)) for each in self._segments)

    def all_within(self, codes: NDArray[np.uint64], radius: int) -> CodeHits:
        """Return which of several 64-bit codes are within ``radius`` bits of which rows."""
        return self._answer(lambda: self._all_within(codes, radius))

    def nearest(self, body: bytes, count: int) -> list[Hit]:
        """Return the ``count`` nearest codes of items that still exist."""
        return self._answer(lambda: self._nearest(body, count))

    def rows(self) -> PartitionRows:
        """Return all codes of items that still exist, joined into one set of planes."""
        return self._answer(self._rows)

    def _answer(self, ask: Callable[[], Value]) -> Value:
        """Ask the segments, and once more if one of them was damaged and has been replaced."""
        try:
            return ask()
        except LibraryError as error:
            if error.reason_code != "index-damaged" or self._replace is None:
                raise
        fresh, self._replace = self._replace(), None
        memory = [segment for segment in self._segments if segment.planes.blocks is None]
        self._segments = [segment for segment in (fresh, *memory) if len(segment.planes)]
        return ask()

    def _within(self, body: bytes, radius: int) -> list[Hit]:
        hits: list[Hit] = []
        for segment in self._segments:
            rows = segment.planes.within(body, radius)
            if len(rows):
                hits += self._existing(segment, rows, segment.planes.comparable_bits(body))
        return _sort(hits)

    def _all_within(self, codes: NDArray[np.uint64], radius: int) -> CodeHits:
        bodies = [code.to_bytes(8, "big") for code in codes.tolist()]
        found: list[NDArray[np.int64]] = [np.empty((2, 0), np.int64)]
        for segment in self._segments:
            hits = [segment.planes.within(body, radius)["row"] for body in bodies]
            queries = np.repeat(np.arange(len(hits)), [len(rows) for rows in hits])
            keys = segment.keys_of(np.concatenate(hits)) if hits else np.empty(0, np.int64)
            found.append(np.stack([queries, keys]))
        queries, keys = np.concatenate(found, axis=1)
        items = item_numbers(keys)
        exists = ~np.isin(items, self._tombstones)
        return CodeHits(queries[exists], items[exists], _places(keys[exists]))

    def _nearest(self, body: bytes, count: int) -> list[Hit]:
        found: list[Hit] = []
        for segment in self._segments:
            wanted = count
            while True:
                rows = segment.planes.nearest(body, wanted)
                hits = self._existing(segment, rows, segment.planes.comparable_bits(body))
                if len(hits) >= count or len(rows) < wanted:
                    break
                wanted *= 4  # items of some of the nearest rows were deleted
            found += hits[:count]
        return _sort(found)[:count]

    def _rows(self) -> PartitionRows:
        words: list[tuple[NDArray[np.uint64], ...]] = []
        items: list[NDArray[np.int64]] = []
        for segment in self._segments:
            segment.verify()
            numbers = item_numbers(segment.keys)
            exists = ~np.isin(numbers, self._tombstones)
            words.append(tuple(plane[exists] for plane in segment.planes.words))
            items.append(numbers[exists])
        if not words:
            return PartitionRows(pack_planes(b"", _EMPTY_BITS), np.empty(0, np.int64))
        planes = tuple(np.concatenate(parts) for parts in zip(*words, strict=True))
        bits = self._segments[0].planes.bits
        return PartitionRows(Planes(bits, planes), np.concatenate(items))

    def _existing(self, segment: Segment, rows: NDArray[np.void], bits: int) -> list[Hit]:
        """Return rows of a segment as hits, without those of deleted items."""
        keys = segment.keys_of(rows["row"])
        items = item_numbers(keys)
        exists = ~np.isin(items, self._tombstones)
        return [
            Hit(item, place, distance, bits)
            for item, place, distance in zip(
                items[exists].tolist(),
                _places(keys)[exists].tolist(),
                rows["distance"][exists].tolist(),
                strict=True,
            )
        ]


def item_numbers(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of the items to which the keys of rows belong."""
    return keys >> PLACE_BITS


def _places(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    return keys & ((1 << PLACE_BITS) - 1)


def _sort(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.distance, hit.item, hit.place))
