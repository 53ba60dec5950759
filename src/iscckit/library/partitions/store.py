"""The derived index of a library: units and fingerprints in bit planes, one partition per kind.

A partition consists of a segment on disk and a delta: the rows that the catalog got since the
segment was written. A reader therefore sees everything that was committed before it opened the
partitions, and a lost or damaged segment costs time only: whoever meets it reads the codes from
the catalog, and writes the segment again where it can.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.errors import LibraryError
from iscckit.files.lock import hold_lock
from iscckit.index.planes import Planes
from iscckit.index.segment import Segment, write_segment
from iscckit.library.partitions.catalog_codes import UNIT_BITS, read_all, read_one
from iscckit.library.partitions.generation import (
    NO_GENERATION,
    file_mode,
    is_current,
    make_folder,
    open_generation,
    remove_others,
    segment_path,
    sort_keys,
    write_list,
)
from iscckit.library.partitions.key import UnitKey
from iscckit.library.partitions.partition import Partition, item_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.codec.unit import MainType
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.partitions.key import PartitionKey

__all__ = ["UNIT_BITS", "Partitions", "rebuild"]

_DELTA_ROWS: Final = 20_000  # a delta with fewer rows is not worth new segments
_DELTA_SHARE: Final = 0.2  # nor is one with a smaller share of the rows in segments


class Partitions:
    """All partitions of a library, as they are when this object is made."""

    def __init__(self, catalog: Catalog) -> None:
        """Open the segments and read the delta from the catalog."""
        # Tombstones come before segments: ``rebuild`` writes segments, then deletes tombstones.
        self._tombstones = np.array(catalog.tombstones(), np.int64)
        found = open_generation(catalog.folder, catalog.read_index_token())
        delta = catalog.memoize(("delta", found.mark), lambda: read_all(catalog, found.mark))
        segments = dict(found.segments)
        for key in found.lost:
            segments[key] = _replace(catalog, key, found.mark)
        self._partitions = {
            key: Partition(
                [x for x in (segments.get(key), delta.get(key)) if x],
                self._tombstones,
                partial(_replace, catalog, key, found.mark),
            )
            for key in sort_keys({*segments, *delta})
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


def _replace(catalog: Catalog, key: PartitionKey, mark: int) -> Segment:
    """Return a segment from the catalog, and write it where this process can and nobody else does.

    The new file may lack rows of items that were deleted; their tombstones do no harm.
    """
    segment = read_one(catalog, key, mark)
    with suppress(LibraryError), hold_lock(catalog.folder):
        if is_current(catalog.folder, mark, catalog.read_index_token()):
            path = segment_path(catalog.folder, mark, key)
            mode = file_mode(catalog.folder)
            write_segment(path, segment.planes, segment.keys, mark, mode=mode)
    return segment


def rebuild(catalog: Catalog, *, force: bool = False, from_catalog: bool = False) -> bool:
    """Rewrite the segments once the delta exceeds a threshold, or a segment is missing.

    Args:
        catalog: Catalog that this process may write.
        force: Rewrite the segments however small the delta is.
        from_catalog: Rewrite all segments, and take nothing from those that exist.

    Returns:
        Whether the segments were written.

    Raises:
        LibraryError: The segments cannot be written. The library works without them.
    """
    tombstones = np.array(catalog.tombstones(), np.int64)
    old_token, token = catalog.read_index_token(), token_hex(16)
    found = NO_GENERATION if from_catalog else open_generation(catalog.folder, old_token)
    last = catalog.last_id()
    delta = read_all(catalog, found.mark)
    rows = sum(len(each.planes) for each in found.segments.values())
    new = sum(len(each.planes) for each in delta.values())
    small = found.mark == last or (not force and new < max(_DELTA_ROWS, _DELTA_SHARE * rows))
    if small and not found.lost and not from_catalog:
        if found is NO_GENERATION:
            remove_others(catalog.folder, None)  # they belong to another catalog
        return False
    keys = sort_keys({*found.segments, *found.lost, *delta})
    try:
        make_folder(catalog.folder, last)
        for key in keys:
            old = _repair_segment(
                catalog, key, found.mark, found.segments.get(key), key in found.lost
            )
            parts = [each for each in (old, delta.get(key)) if each is not None]
            planes, row_keys = _merge(parts, tombstones)
            path = segment_path(catalog.folder, last, key)
            write_segment(path, planes, row_keys, last, mode=file_mode(catalog.folder))
        write_list(catalog.folder, last, keys, token)
        # From here on, the old generation is not used; before, the new one is not.
        with catalog.transaction():
            catalog.forget_tombstones(last)
            catalog.set_index_token(token)
        remove_others(catalog.folder, last)
    except OSError as error:
        where = error.filename or catalog.folder
        raise LibraryError(f"{where}: {error.strerror or error}") from error
    return True


def _repair_segment(
    catalog: Catalog, key: PartitionKey, mark: int, segment: Segment | None, lost: bool
) -> Segment | None:
    """Return a segment all of whose blocks are good, or its codes from the catalog."""
    if segment is not None:
        try:
            segment.verify()
            return segment
        except LibraryError:
            lost = True
    return read_one(catalog, key, mark) if lost else None


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
