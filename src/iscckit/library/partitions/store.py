"""The derived index of a library: units and fingerprints in bit planes, one partition per kind.

A partition consists of a segment on disk and a delta: the rows that the catalog got since the
segment was written. A reader therefore sees everything that was committed before it opened the
partitions, and a lost or damaged segment costs time only.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.errors import LibraryError
from iscckit.index.planes import Planes, pack_planes
from iscckit.index.segment import Segment, open_segment, write_segment
from iscckit.library.catalog.fingerprints import BITS, KINDS
from iscckit.library.partitions.key import (
    FingerprintKey,
    UnitKey,
    file_stem,
    parse_file_stem,
)
from iscckit.library.partitions.partition import PLACE_BITS, Partition, item_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from iscckit.codec.unit import MainType
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import FingerprintKind
    from iscckit.library.partitions.key import PartitionKey

__all__ = ["UNIT_BITS", "Partitions", "rebuild"]

UNIT_BITS: Final = 256
_FOLDER: Final = "index"
_LIST: Final = "shelves-2.json"  # gets another number when the codes of a kind change
_ENDING: Final = ".seg"
_DELTA_ROWS: Final = 20_000  # a delta with fewer rows is not worth new segments
_DELTA_SHARE: Final = 0.2  # nor is one with a smaller share of the rows in segments


class Partitions:
    """All partitions of a library, as they are when this object is made."""

    def __init__(self, catalog: Catalog) -> None:
        """Open the segments and read the delta from the catalog."""
        # Tombstones come before segments: ``rebuild`` writes segments, then deletes tombstones.
        self._tombstones = np.array(catalog.tombstones(), np.int64)
        mark, segments = _open_generation(catalog.folder)
        delta = catalog.memoize(("delta", mark), lambda: _read_delta(catalog, mark))
        self._partitions = {
            key: Partition([x for x in (segments.get(key), delta.get(key)) if x], self._tombstones)
            for key in _ordered({*segments, *delta})
        }

    def __getitem__(self, key: PartitionKey) -> Partition:
        """Return a partition; an empty one where the library has no such codes."""
        return self._partitions.get(key) or Partition((), self._tombstones)

    def keys(self) -> tuple[PartitionKey, ...]:
        """Return the keys of all partitions, in the order of their names on disk."""
        return tuple(self._partitions)

    def count_units(self, maintype: MainType) -> int:
        """Return the number of units of a MainType, of all SubTypes and versions."""
        return sum(
            len(partition)
            for key, partition in self._partitions.items()
            if isinstance(key, UnitKey) and key.maintype == maintype
        )


def rebuild(catalog: Catalog, *, force: bool = False) -> bool:
    """Rewrite the segments once the delta exceeds a threshold.

    Args:
        catalog: Catalog that this process may write.
        force: Rewrite the segments however small the delta is.

    Returns:
        Whether the segments were written.

    Raises:
        LibraryError: The segments cannot be written. The library works without them.
    """
    tombstones = np.array(catalog.tombstones(), np.int64)
    mark, segments = _open_generation(catalog.folder)
    last = catalog.last_id()
    delta = _read_delta(catalog, mark)
    rows = sum(len(each.planes) for each in segments.values())
    new = sum(len(each.planes) for each in delta.values())
    if mark == last or (not force and new < max(_DELTA_ROWS, _DELTA_SHARE * rows)):
        return False
    folder = os.path.join(catalog.folder, _FOLDER)
    target = os.path.join(folder, str(last))
    try:
        os.makedirs(target, exist_ok=True)
        keys = _ordered({*segments, *delta})
        for key in keys:
            parts = [each for each in (segments.get(key), delta.get(key)) if each is not None]
            planes, row_keys = _merge(parts, tombstones)
            write_segment(_segment_path(target, key), planes, row_keys, last)
        _write_list(target, keys)
        for entry in os.listdir(folder):
            if entry != str(last):
                shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)
    except OSError as error:
        raise LibraryError(f"{target}: {error.strerror or error}") from error
    with catalog.transaction():
        catalog.forget_tombstones(last)
    return True


def _merge(parts: list[Segment], tombstones: NDArray[np.int64]) -> tuple[Planes, NDArray[np.int64]]:
    """Return the rows of items that still exist, and their keys."""
    exists = [~np.isin(item_numbers(part.keys), tombstones) for part in parts]
    pairs = list(zip(parts, exists, strict=True))
    keys = np.concatenate([part.keys[mask] for part, mask in pairs])
    words = tuple(
        np.concatenate([part.planes.words[i][mask] for part, mask in pairs])
        for i in range(len(parts[0].planes.words))
    )
    return Planes(parts[0].planes.bits, words), keys


def _write_list(target: str, keys: list[PartitionKey]) -> None:
    """Write the list of segments, which makes a generation valid: write it last."""
    path = os.path.join(target, _LIST)
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump([file_stem(key) for key in keys], file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.new", path)


def _open_generation(folder: str) -> tuple[int, dict[PartitionKey, Segment]]:
    """Return the highest item number in the newest valid generation, and its segments.

    The number is -1 if there is no valid generation.
    """
    root = os.path.join(folder, _FOLDER)
    try:
        names = [name for name in os.listdir(root) if name.isdecimal()]
    except (FileNotFoundError, NotADirectoryError):
        return -1, {}
    for mark in sorted(map(int, names), reverse=True):
        path = os.path.join(root, str(mark))
        try:
            with open(os.path.join(path, _LIST), encoding="utf-8") as file:
                keys = [parse_file_stem(str(stem)) for stem in json.load(file)]
            return mark, {key: open_segment(_segment_path(path, key)) for key in keys}
        except (OSError, ValueError, LibraryError):
            continue  # half written or damaged; the catalog has all of it
    return -1, {}


def _read_delta(catalog: Catalog, mark: int) -> dict[PartitionKey, Segment]:
    """Return the codes of all items after ``mark``, one segment per partition."""
    bodies: dict[UnitKey, bytearray] = {}
    keys: dict[UnitKey, list[int]] = {}
    for item in catalog.items_with_units_after(mark):
        for unit in item.units:
            if unit.bits == UNIT_BITS:
                key = UnitKey.of(unit)
                bodies.setdefault(key, bytearray()).extend(unit.body)
                keys.setdefault(key, []).append(item.id << PLACE_BITS)
    delta: dict[PartitionKey, Segment] = {
        key: Segment(pack_planes(bytes(body), UNIT_BITS), np.array(keys[key], np.int64), 0)
        for key, body in bodies.items()
    }
    for kind in KINDS:
        segment = _read_fingerprints(catalog, kind, mark)
        if segment is not None:
            delta[FingerprintKey(kind)] = segment
    return delta


def _read_fingerprints(catalog: Catalog, kind: FingerprintKind, mark: int) -> Segment | None:
    codes = bytearray()
    keys: list[NDArray[np.int64]] = []
    for stored in catalog.codes_after(kind, mark):
        codes += stored.codes
        places = np.frombuffer(stored.places, "<u4").astype(np.int64)
        keys.append(places | (stored.item << PLACE_BITS))
    if not keys:
        return None
    return Segment(pack_planes(bytes(codes), BITS[kind]), np.concatenate(keys), 0)


def _ordered(keys: Iterable[PartitionKey]) -> list[PartitionKey]:
    return sorted(keys, key=file_stem)


def _segment_path(folder: str, key: PartitionKey) -> str:
    return os.path.join(folder, f"{file_stem(key)}{_ENDING}")
