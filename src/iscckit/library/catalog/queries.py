"""What can be asked of a catalog; every answer is checked against its seal."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.library.catalog import seals
from iscckit.library.catalog.item import Fingerprints, Item, KnownFile, Stat
from iscckit.library.catalog.rows import item_of, unpack_record
from iscckit.records.rules import RULES, is_outdated

if TYPE_CHECKING:
    from iscckit.library.catalog.database import Database
    from iscckit.library.catalog.item import FingerprintKind

__all__ = ["OutdatedItem", "Queries", "StoredCodes"]

_LAST: Final = (1 << 63) - 1
_ITEM: Final = f"SELECT {seals.COLUMNS}, seal.sum FROM item {seals.JOINED}"


class StoredCodes(NamedTuple):
    """Codes of one kind of one item, as the index takes them.

    Attributes:
        item: Number of the item.
        codes: Bodies of the codes, one after the other.
        places: Place of each code in the content; 32-bit unsigned integers, little-endian.
    """

    item: int
    codes: bytes
    places: bytes


class OutdatedItem(NamedTuple):
    """An item that was read by older rules.

    Attributes:
        id: Number of the item.
        may_change: Whether the rules of today may read its file otherwise.
    """

    id: int
    may_change: bool


class Queries:
    """The questions that an open catalog answers."""

    def __init__(self, folder: str, database: Database) -> None:
        """Take an open database and the folder of its library."""
        self.folder = folder
        self._db = database

    def read_index_token(self) -> str | None:
        """Return the token of the index that was made from this catalog; None before it had one."""
        row = self._db.execute("SELECT value FROM setting WHERE key = 'index'").fetchone()
        return None if row is None else str(row[0])

    def known_files(self) -> dict[str, KnownFile]:
        """Return the state of every file at the last scan, by path."""
        rows = self._db.execute(
            "SELECT path, id, state, size, mtime, inode, device, ctime FROM item"
        )
        return {
            os.fsdecode(path): KnownFile(number, Stat(*stat), state)
            for path, number, state, *stat in rows
        }

    def items(self, ids: Iterable[int] | None = None) -> Iterator[Item]:
        """Yield the items with these numbers, or all items, in the order of their numbers.

        Raises:
            LibraryError: What the catalog knows of an item is damaged.
        """
        if ids is None:
            yield from self._select("ORDER BY id", ())
            self._expect_none_lost("item", 0, _LAST)
            return
        for number in sorted(set(ids)):
            found = list(self._select("WHERE id = ?", (number,)))
            if not found:
                self._expect_none_lost("item", number - 1, number)
            yield from found

    def items_by_path(self) -> Iterator[Item]:
        """Yield all items in the order of their paths, byte by byte.

        Raises:
            LibraryError: What the catalog knows of an item is damaged.
        """
        yield from self._select("ORDER BY path", ())
        self._expect_none_lost("item", 0, _LAST)

    def rank_keys(self, numbers: Iterable[int]) -> dict[int, tuple[bytes, bytes]]:
        """Return datahash and path of items by number; see ``Item.rank_key``."""
        query = "SELECT ifnull(datahash, x''), path FROM item WHERE id = ?"
        found = ((number, self._db.execute(query, (number,)).fetchone()) for number in numbers)
        return {number: row for number, row in found if row}

    def by_datahash(self, datahash: bytes) -> list[Item]:
        """Return the items whose bytes have this datahash."""
        # The second condition is the expression of the index.
        where = "WHERE datahash = ? AND substr(datahash, 3, 8) = ? ORDER BY id"
        return list(self._select(where, (datahash, datahash[2:10])))

    def by_path(self, path: str) -> Item | None:
        """Return the item of an absolute path; None if the library does not know the path."""
        return next(iter(list(self._select("WHERE path = ?", (os.fsencode(path),)))), None)

    def _select(self, where: str, values: tuple[object, ...]) -> Iterator[Item]:
        for row in self._db.execute(f"{_ITEM} {where}", values):
            yield item_of(seals.check_item(self.folder, row))

    def _expect_none_lost(self, part: str, after: int, upto: int) -> None:
        lost = seals.find_lost(self._db, part, after, upto)
        if lost is not None:
            raise seals.make_lost_error(self.folder, seals.Damage(lost, "", part))

    def record(self, number: int) -> str | None:
        """Return the record of an item as JSON; None if the item has no record.

        Raises:
            LibraryError: The record is damaged.
        """
        row = self._db.execute(
            "SELECT path, record, seal.sum FROM item LEFT JOIN seal ON seal.item = item.id "
            "AND seal.part = 'record' WHERE id = ?",
            (number,),
        ).fetchone()
        if row is None or (row[1] is None and row[2] is None):
            return None
        damage = seals.Damage(number, seals.escape_path(row[0]), "record")
        seals.expect(self.folder, damage, row[1:2], row[2])
        return unpack_record(row[1])

    def find_media(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield paths, as bytes, and datahashes of the pictures, sounds and films that are there.

        Their seals are not checked.
        """
        yield from self._db.execute(
            "SELECT path, datahash FROM item WHERE state = 'present' AND datahash IS NOT NULL AND "
            "substr(mediatype, 1, 6) IN ('image/', 'audio/', 'video/')"
        )

    def tombstones(self) -> list[int]:
        """Return the numbers of deleted items whose codes an index may still hold, ascending."""
        # An item that exists is not deleted, whatever a damaged table says.
        rows = self._db.execute(
            "SELECT item FROM gone WHERE NOT EXISTS (SELECT 1 FROM item WHERE id = gone.item) "
            "ORDER BY item"
        )
        return [row[0] for row in rows]

    def last_id(self) -> int:
        """Return the highest number that an item ever had; 0 for a new catalog."""
        row = self._db.execute(
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'item'), 0), "
            "coalesce((SELECT max(id) FROM item), 0))"
        ).fetchone()
        return int(row[0])

    def items_with_units_after(self, number: int, upto: int | None = None) -> Iterator[Item]:
        """Yield the items that have units and a number in a range, in order.

        Args:
            number: Highest number before the range.
            upto: Highest number of the range; None for no end.

        Raises:
            LibraryError: What the catalog knows of an item is damaged.
        """
        last = _LAST if upto is None else upto
        where = "WHERE id > ? AND id <= ? ORDER BY id"
        yield from (item for item in self._select(where, (number, last)) if item.units)
        self._expect_none_lost("item", number, last)

    def codes_after(
        self, kind: FingerprintKind, number: int, upto: int | None = None
    ) -> Iterator[StoredCodes]:
        """Yield the codes of one kind of the items with a number in a range.

        Args:
            kind: Kind of the fingerprints.
            number: Highest number before the range.
            upto: Highest number of the range; None for no end.

        Raises:
            LibraryError: Fingerprints of an item are damaged.
        """
        last = _LAST if upto is None else upto
        where = "WHERE kind = ? AND print.item > ? AND print.item <= ?"
        for item, each in self._prints(where, (kind, number, last)):
            yield StoredCodes(item, each.codes, each.places)
        self._expect_none_lost(kind, number, last)

    def fingerprints_of(self, number: int) -> list[Fingerprints]:
        """Return all fingerprints of an item, ordered by kind.

        Raises:
            LibraryError: Fingerprints of the item are damaged.
        """
        found = [each for _, each in self._prints("WHERE print.item = ?", (number,))]
        parts = self._db.execute("SELECT part FROM seal WHERE item = ?", (number,)).fetchall()
        missing = {part for (part,) in parts} - {"item", "record", *(x.kind for x in found)}
        if missing:
            raise seals.make_lost_error(self.folder, seals.Damage(number, "", min(missing)))
        return found

    def _prints(self, where: str, values: tuple[object, ...]) -> Iterator[tuple[int, Fingerprints]]:
        """Yield fingerprints with the numbers of their items, after their seals were checked."""
        rows = self._db.execute(
            "SELECT print.item, kind, number, codes, places, labels, seal.sum FROM print "
            "LEFT JOIN seal ON seal.item = print.item AND seal.part = print.kind "
            f"{where} ORDER BY print.item, kind, number",
            values,
        )
        for (item, kind), group in groupby(rows, key=lambda row: row[:2]):
            prints = list(group)
            sealed = (value for row in prints for value in row[:-1])
            damage = seals.Damage(item, "", str(kind))
            seals.expect(self.folder, damage, sealed, prints[0][-1])
            for _, _, _, codes, places, labels, _ in prints:
                names = tuple(labels.split("\n")) if labels else ()
                yield item, Fingerprints(kind, codes, places, names)

    def find_outdated_paths(self) -> set[str]:
        """Return the paths of pictures whose fingerprints lack what this version adds."""
        rows = self._db.execute(
            "SELECT path FROM item WHERE mode = 'image' AND error IS NULL AND length(units) > 0 "
            "AND NOT EXISTS (SELECT 1 FROM print WHERE item = item.id AND kind = 'grid')"
        )
        return {os.fsdecode(row[0]) for row in rows}

    def find_outdated_items(self) -> dict[str, OutdatedItem]:
        """Return the items that were read by older rules, by path."""
        rows = self._db.execute(
            "SELECT path, id, rules, mode, mediatype FROM item WHERE rules < ?", (RULES,)
        )
        return {
            os.fsdecode(path): OutdatedItem(number, is_outdated(*read))
            for path, number, *read in rows
        }

    def read_unrelated_pairs(self) -> set[tuple[bytes, bytes]]:
        """Return the pairs of datahashes that were marked as unrelated, smaller hash first.

        Raises:
            LibraryError: The marks are damaged.
        """
        if not seals.unrelated_is_sound(self._db):
            raise seals.make_lost_error(self.folder, seals.Damage(0, "", "unrelated"))
        return set(self._db.execute("SELECT a, b FROM unrelated"))

    def integrity_faults(self) -> list[str]:
        """Return what SQLite finds wrong in its tables, in its words; empty if nothing is.

        Raises:
            LibraryError: The tables are beyond its check.
        """
        rows = self._db.execute("PRAGMA integrity_check").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def find_damaged(self) -> list[seals.Damage]:
        """Return each part of the catalog that is not what was sealed, or is lost.

        Raises:
            LibraryError: The tables cannot be read.
        """
        return list(seals.find_damaged(self._db))
