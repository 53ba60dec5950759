"""Check of the library itself: whether all that it has stored is what was stored.

The check reads everything: the tables by SQLite's own check, each entry by its checksum, each block
of each segment; and it compares the segments with the catalog. ``repair`` mends what can be mended.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.salvage import salvage
from iscckit.library.catalog.schema import NAME
from iscckit.library.partitions.catalog_codes import read_one
from iscckit.library.partitions.generation import open_generation, segment_path, sort_keys
from iscckit.library.partitions.partition import item_numbers
from iscckit.library.partitions.store import rebuild
from iscckit.library.scan.scan import open_writer

if TYPE_CHECKING:
    from iscckit.index.segment import Segment
    from iscckit.json_types import JsonValue
    from iscckit.library.partitions.key import PartitionKey

__all__ = ["Fault", "FaultKind", "check", "repair"]

FaultKind = Literal["catalog", "item", "unrelated", "index"]
Done = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a library that is not what was stored.

    Attributes:
        kind: ``catalog``: SQLite cannot use a table; ``item``: what is known of a file is damaged
            or lost; ``unrelated``: pairs that were marked as unrelated are; ``index``: a segment.
        subject: Path of the file of the library, or of the file that an item describes; the number
            of an item whose path is lost.
        detail: What is damaged, in words.
        remedy: How to get it back, in words without options: ``derived``: it is written again from
            the catalog; ``scan``: a scan reads the file again; ``lost``: only a backup has it.
        repaired: Whether it was mended, or removed so that a scan reads the file again.
    """

    kind: FaultKind
    subject: str
    detail: str
    remedy: Literal["derived", "scan", "lost"]
    repaired: bool = False

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the fault in JSON types."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "detail": self.detail,
            "remedy": self.remedy,
            "repaired": self.repaired,
        }


def check(folder: str, *, done: Done = lambda _: None) -> Iterator[Fault]:
    """Read everything that a library has stored.

    Args:
        folder: Folder of the library.
        done: Function that is called before each step with its name.

    Yields:
        Whatever is not what was stored.

    Raises:
        LibraryError: There is no library, or it is of another format.
    """
    try:
        catalog = Catalog(folder)
    except LibraryError as error:
        if error.reason_code != "library-damaged":
            raise
        yield Fault("catalog", os.path.join(folder, NAME), str(error), "scan")
        return
    try:
        done(NAME)
        yield from _check_catalog(catalog)
        yield from _check_index(catalog, done)
    finally:
        catalog.close()


def _check_catalog(catalog: Catalog) -> Iterator[Fault]:
    path = os.path.join(catalog.folder, NAME)
    try:
        for line in catalog.integrity_faults():
            yield Fault("catalog", path, line, "derived")
        for damage in catalog.find_damaged():
            if damage.part == "unrelated":
                yield Fault("unrelated", path, "pairs that were marked as unrelated", "lost")
            else:
                yield Fault("item", damage.path or f"item {damage.item}", damage.part, "scan")
    except LibraryError as error:
        yield Fault("catalog", path, str(error), "scan")


def _check_index(catalog: Catalog, done: Done) -> Iterator[Fault]:
    try:
        found = open_generation(catalog.folder, catalog.read_index_token())
    except LibraryError:
        return  # the catalog is damaged, which was said
    for key in sort_keys({*found.segments, *found.lost}):
        path = segment_path(catalog.folder, found.mark, key)
        done(os.path.basename(path))
        segment = found.segments.get(key)
        if segment is None:
            yield Fault("index", path, "it is missing, or its header is damaged", "derived")
            continue
        try:
            segment.verify(tables=True)
        except LibraryError:
            yield Fault("index", path, "a block has changed", "derived")
            continue
        try:
            same = _agrees(catalog, key, found.mark, segment)
        except LibraryError:
            continue  # the catalog is damaged, which was said
        if not same:
            yield Fault("index", path, "it has other codes than the catalog", "derived")


def _agrees(catalog: Catalog, key: PartitionKey, mark: int, segment: Segment) -> bool:
    """Tell whether a segment has the codes of the catalog, but for items that were deleted."""
    stored = read_one(catalog, key, mark)
    exists = ~np.isin(item_numbers(segment.keys), np.array(catalog.tombstones(), np.int64))
    return np.array_equal(segment.keys[exists], stored.keys) and all(
        np.array_equal(ours[exists], theirs)
        for ours, theirs in zip(segment.planes.words, stored.planes.words, strict=True)
    )


def repair(folder: str, *, done: Done = lambda _: None) -> list[Fault]:
    """Check a library and mend what can be mended.

    Segments are written again. Entries that are damaged are removed, so that the next scan reads
    their files again. A catalog whose tables SQLite cannot use is replaced by one with all entries
    that are good; the damaged one is kept beside it.

    Args:
        folder: Folder of the library.
        done: Function that is called before each step with its name.

    Returns:
        All faults that were there before. Faults that remain are not ``repaired``.

    Raises:
        LibraryError: Another process writes, or the library cannot be written.
    """
    before = list(check(folder, done=done))
    if not before:
        return []
    kinds = {fault.kind for fault in before}
    if "catalog" in kinds:
        salvage(folder, done=done)
    with open_writer(folder) as catalog:
        if kinds & {"item", "unrelated", "catalog"}:
            catalog.remove_damaged()
        done("index")
        rebuild(catalog, from_catalog=True)
    after = {(fault.kind, fault.subject) for fault in check(folder, done=done)}
    return [
        Fault(each.kind, each.subject, each.detail, each.remedy, repaired=True)
        if (each.kind, each.subject) not in after
        else each
        for each in before
    ]
