"""The derived index of a library: units and fingerprints in planes, one partition a kind.

A partition is a segment on disk and a tail: what was added since is read from the catalog. So every
reader sees all that was committed before it asked, and a lost or damaged segment costs time only.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.errors import LibraryError
from iscckit.index.planes import Planes, pack_planes
from iscckit.index.segment import Segment, open_segment, write_segment
from iscckit.library.catalog.fingerprints import BITS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from iscckit.codec.unit import Unit
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.fingerprints import Kind

__all__ = ["UNIT_BITS", "Found", "Partition", "Partitions", "rebuild", "unit_kind"]

UNIT_BITS: Final = 256
_FOLDER: Final = "index"
_LIST: Final = "shelves-2.json"  # another name where the kinds of codes are others
_ENDING: Final = ".seg"
_TAIL_MOST: Final = 20_000  # rows that are read from the catalog rather than from a segment
_TAIL_SHARE: Final = 0.2
_PLACE_BITS: Final = 32  # of a key: below the number of the item


@dataclass(frozen=True, slots=True)
class Found:
    """One code that is near a query.

    Attributes:
        item: Number of its item.
        place: Where in the item it is; 0 for units.
        distance: Bits that differ.
        bits: Bits that were compared.
    """

    item: int
    place: int
    distance: int
    bits: int


class Partition:
    """All codes of one kind."""

    def __init__(self, segments: Iterable[Segment], gone: NDArray[np.int64]) -> None:
        self._segments = [segment for segment in segments if len(segment.planes)]
        self._gone = gone

    def __len__(self) -> int:
        return sum(len(segment.planes) for segment in self._segments)

    def within(self, body: bytes, radius: int) -> list[Found]:
        """Return all codes that differ in at most ``radius`` bits, the nearest first."""
        found: list[Found] = []
        for segment in self._segments:
            hits = segment.planes.within(body, radius)
            found += self._alive(segment, hits, segment.planes.comparable_bits(body))
        return sorted(found, key=lambda each: (each.distance, each.item, each.place))

    def all_within(
        self, codes: NDArray[np.uint64], radius: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return which of some 64-bit codes are near which: numbers of theirs, items, places."""
        bodies = [code.to_bytes(8, "big") for code in codes.tolist()]
        found: list[NDArray[np.int64]] = [np.empty((2, 0), np.int64)]
        for segment in self._segments:
            hits = [segment.planes.within(body, radius)["row"] for body in bodies]
            numbers = np.repeat(np.arange(len(hits)), [len(rows) for rows in hits])
            keys = segment.keys[np.concatenate(hits)] if hits else np.empty(0, np.int64)
            found.append(np.stack([numbers, keys]))
        numbers, keys = np.concatenate(found, axis=1)
        items = keys >> _PLACE_BITS
        alive = ~np.isin(items, self._gone)
        return numbers[alive], items[alive], keys[alive] & ((1 << _PLACE_BITS) - 1)

    def nearest(self, body: bytes, count: int) -> list[Found]:
        """Return the ``count`` nearest codes of items that are still there."""
        found: list[Found] = []
        for segment in self._segments:
            wanted = count
            while True:
                hits = segment.planes.nearest(body, wanted)
                alive = self._alive(segment, hits, segment.planes.comparable_bits(body))
                if len(alive) >= count or len(hits) < wanted:
                    break
                wanted *= 4  # some of the nearest are gone
            found += alive[:count]
        return sorted(found, key=lambda each: (each.distance, each.item, each.place))[:count]

    def whole(self) -> tuple[Planes, NDArray[np.int64]]:
        """Return all codes of items that are there, as one, and the item of each row."""
        words: list[tuple[NDArray[np.uint64], ...]] = []
        items: list[NDArray[np.int64]] = []
        for segment in self._segments:
            numbers = segment.keys >> _PLACE_BITS
            alive = ~np.isin(numbers, self._gone)
            words.append(tuple(plane[alive] for plane in segment.planes.words))
            items.append(numbers[alive])
        if not words:
            return pack_planes(b"", UNIT_BITS), np.empty(0, np.int64)
        planes = tuple(np.concatenate(parts) for parts in zip(*words, strict=True))
        return Planes(self._segments[0].planes.bits, planes), np.concatenate(items)

    def _alive(self, segment: Segment, hits: NDArray[np.void], bits: int) -> list[Found]:
        keys = segment.keys[hits["row"]]
        items = keys >> _PLACE_BITS
        alive = ~np.isin(items, self._gone)
        places = keys & ((1 << _PLACE_BITS) - 1)
        return [
            Found(item, place, distance, bits)
            for item, place, distance in zip(
                items[alive].tolist(),
                places[alive].tolist(),
                hits["distance"][alive].tolist(),
                strict=True,
            )
        ]


def unit_kind(unit: Unit) -> str:
    """Return the name of the partition of a unit: only codes of one kind have a distance."""
    return f"unit-{unit.maintype:d}-{unit.subtype:d}-{unit.version:d}"


class Partitions:
    """The partitions of a library as they are now."""

    def __init__(self, catalog: Catalog) -> None:
        self._gone = np.array(catalog.tombstones(), np.int64)  # before the segments: see rebuild
        mark, segments = _generation(catalog.folder)
        tails = catalog.memoize(("tails", mark), lambda: _tails(catalog, mark))
        self._partitions = {
            name: Partition([x for x in (segments.get(name), tails.get(name)) if x], self._gone)
            for name in sorted({*segments, *tails})
        }

    def __getitem__(self, name: str) -> Partition:
        return self._partitions.get(name) or Partition((), self._gone)

    def names(self) -> tuple[str, ...]:
        """Return the names of all partitions, sorted."""
        return tuple(self._partitions)


def rebuild(catalog: Catalog, *, force: bool = False) -> bool:
    """Write a new generation of segments if what is not in one has become much.

    Args:
        catalog: Of which this process is the writer.
        force: Write it in any case.

    Returns:
        Whether one was written.

    Raises:
        LibraryError: It cannot be written; the library works without it.
    """
    gone = np.array(catalog.tombstones(), np.int64)
    mark, segments = _generation(catalog.folder)
    last = catalog.last_id()
    tails = _tails(catalog, mark)
    rows = sum(len(each.planes) for each in segments.values())
    new = sum(len(each.planes) for each in tails.values())
    if mark == last or (not force and new < max(_TAIL_MOST, _TAIL_SHARE * rows)):
        return False
    folder = os.path.join(catalog.folder, _FOLDER)
    target = os.path.join(folder, str(last))
    try:
        os.makedirs(target, exist_ok=True)
        names = sorted({*segments, *tails})
        for name in names:
            parts = [each for each in (segments.get(name), tails.get(name)) if each is not None]
            planes, keys = _merged(parts, gone)
            write_segment(os.path.join(target, f"{name}{_ENDING}"), planes, keys, last)
        # Named last: a generation without its list is none.
        listed = os.path.join(target, _LIST)
        with open(f"{listed}.new", "w", encoding="utf-8") as file:
            json.dump(names, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(f"{listed}.new", listed)
        for entry in os.listdir(folder):
            if entry != str(last):
                shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)
    except OSError as error:
        raise LibraryError(f"{target}: {error.strerror or error}") from error
    with catalog.transaction():
        catalog.forget_tombstones(last)
    return True


def _merged(parts: list[Segment], gone: NDArray[np.int64]) -> tuple[Planes, NDArray[np.int64]]:
    """Return the rows of items that are still there."""
    alive = [~np.isin(part.keys >> _PLACE_BITS, gone) for part in parts]
    pairs = list(zip(parts, alive, strict=True))
    keys = np.concatenate([part.keys[kept] for part, kept in pairs])
    words = tuple(
        np.concatenate([part.planes.words[i][kept] for part, kept in pairs])
        for i in range(len(parts[0].planes.words))
    )
    return Planes(parts[0].planes.bits, words), keys


def _generation(folder: str) -> tuple[int, dict[str, Segment]]:
    """Return the newest generation that is whole: the last item it knows, and its segments."""
    root = os.path.join(folder, _FOLDER)
    try:
        names = [name for name in os.listdir(root) if name.isdecimal()]
    except (FileNotFoundError, NotADirectoryError):
        return -1, {}
    for mark in sorted(map(int, names), reverse=True):
        path = os.path.join(root, str(mark))
        try:
            with open(os.path.join(path, _LIST), encoding="utf-8") as file:
                listed: list[str] = json.load(file)
            return mark, {
                name: open_segment(os.path.join(path, f"{name}{_ENDING}")) for name in listed
            }
        except (OSError, ValueError, LibraryError):
            continue  # half written or damaged: the catalog has it all
    return -1, {}


def _tails(catalog: Catalog, mark: int) -> dict[str, Segment]:
    """Return what the catalog has beyond an item, a partition a kind."""
    bodies: dict[str, bytearray] = {}
    keys: dict[str, list[int]] = {}
    for item in catalog.items_with_units_after(mark):
        for unit in item.units:
            if unit.bits == UNIT_BITS:
                name = unit_kind(unit)
                bodies.setdefault(name, bytearray()).extend(unit.body)
                keys.setdefault(name, []).append(item.id << _PLACE_BITS)
    found = {
        name: Segment(pack_planes(bytes(body), UNIT_BITS), np.array(keys[name], np.int64), 0)
        for name, body in bodies.items()
    }
    for kind in KINDS:
        tail = _print_tail(catalog, kind, mark)
        if tail is not None:
            found[kind] = tail
    return found


def _print_tail(catalog: Catalog, kind: Kind, mark: int) -> Segment | None:
    codes = bytearray()
    keys: list[NDArray[np.int64]] = []
    for item, _, body, places in catalog.fingerprints_after(kind, mark):
        codes += body
        keys.append(np.frombuffer(places, "<u4").astype(np.int64) | (item << _PLACE_BITS))
    if not keys:
        return None
    return Segment(pack_planes(bytes(codes), BITS[kind]), np.concatenate(keys), 0)
