"""The catalog: one SQLite database that holds everything the library knows.

All other files in the library's folder are derived from it and can be deleted. One process writes,
any number of processes read. A committed scan survives a crash and a loss of power.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

from iscckit.codec.sequence import decode_sequence
from iscckit.errors import LibraryError
from iscckit.library.catalog.item import Fingerprints, Item, KnownFile, Stat, State
from iscckit.library.catalog.schema import open_database

if TYPE_CHECKING:
    from iscckit.library.catalog.item import FingerprintKind

__all__ = ["Catalog", "StoredCodes"]

Value = TypeVar("Value")
_SELECT: Final = (
    "SELECT id, path, size, mtime, inode, device, state, mode, mediatype, name, iscc, datahash, "
    "units, flags, error, ctime FROM item"
)

_INSERT: Final = (
    "INSERT INTO item (path, size, mtime, inode, device, state, mode, mediatype, "
    "name, iscc, datahash, units, record, flags, error, scanned, ctime) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# The row that is replaced is deleted; the trigger of the schema keeps its number as a tombstone.
_REPLACE: Final = _INSERT.replace("INSERT", "INSERT OR REPLACE", 1)


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


class Catalog:
    """The open database of a library."""

    def __init__(self, folder: str, *, write: bool = False) -> None:
        """Open the catalog in ``folder``; with ``write``, create it if the folder has none.

        Raises:
            LibraryError: The catalog is missing, damaged, or of a newer format.
        """
        self.folder = folder
        self._db = open_database(folder, write=write)
        self._memo: tuple[object, object] | None = None

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all changes made inside the ``with`` block, or none of them.

        Raises:
            LibraryError: The disk is full, or another process holds the database too long.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise LibraryError(f"{self.folder}: {error}") from error

    def memoize(self, name: object, make: Callable[[], Value]) -> Value:
        """Return the last result of ``make``; call it again if the catalog has changed since.

        Only one result is kept: a call with another ``name`` replaces it.
        """
        # The version counts changes by other processes.
        version = self._db.execute("PRAGMA data_version").fetchone()
        now = name, version, self._db.total_changes
        if self._memo is None or self._memo[0] != now:
            self._memo = now, make()
        return cast("Value", self._memo[1])

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
        """Yield the items with these numbers, or all items, in the order of their numbers."""
        if ids is None:
            rows = self._db.execute(f"{_SELECT} ORDER BY id")
            yield from (_from_row(row) for row in rows)
            return
        for number in sorted(set(ids)):
            yield from map(_from_row, self._db.execute(f"{_SELECT} WHERE id = ?", (number,)))

    def items_by_path(self) -> Iterator[Item]:
        """Yield all items in the order of their paths, byte by byte."""
        rows = self._db.execute(f"{_SELECT} ORDER BY path")
        yield from (_from_row(row) for row in rows)

    def rank_keys(self, numbers: Iterable[int]) -> dict[int, tuple[bytes, bytes]]:
        """Return datahash and path of items by number; see ``Item.rank_key``."""
        query = "SELECT ifnull(datahash, x''), path FROM item WHERE id = ?"
        found = ((number, self._db.execute(query, (number,)).fetchone()) for number in numbers)
        return {number: row for number, row in found if row}

    def by_datahash(self, datahash: bytes) -> list[Item]:
        """Return the items whose bytes have this datahash."""
        rows = self._db.execute(
            f"{_SELECT} WHERE datahash = ? AND substr(datahash, 3, 8) = ? ORDER BY id",
            (datahash, datahash[2:10]),  # the expression of the index
        )
        return [_from_row(row) for row in rows]

    def by_path(self, path: str) -> Item | None:
        """Return the item of an absolute path; None if the library does not know the path."""
        rows = self._db.execute(f"{_SELECT} WHERE path = ?", (os.fsencode(path),))
        return next((_from_row(row) for row in rows), None)

    def record(self, number: int) -> str | None:
        """Return the record of an item as JSON; None if the item has no record."""
        row = self._db.execute("SELECT record FROM item WHERE id = ?", (number,)).fetchone()
        return zlib.decompress(row[0]).decode() if row and row[0] else None

    def add(
        self, item: Item, *, record: str | None = None, prints: Sequence[Fingerprints] = ()
    ) -> int:
        """Add an item under a new number and replace an item of the same path.

        Args:
            item: The item; its number is ignored.
            record: Record of the file as JSON.
            prints: Fingerprints of the content.

        Returns:
            The new number.
        """
        number = self._db.execute(_REPLACE, _to_row(item, record, int(time.time()))).lastrowid or 0
        for i, each in enumerate(prints):
            row = (number, each.kind, i, each.codes, each.places, "\n".join(each.labels))
            self._db.execute("INSERT INTO print VALUES (?, ?, ?, ?, ?, ?)", row)
        return number

    def add_many(self, items: Iterable[Item]) -> None:
        """Add items without records and fingerprints, as ``add`` does but faster.

        Call it inside ``transaction``. All items are held in memory.
        """
        now = int(time.time())
        rows = [_to_row(item, None, now) for item in items]
        self._db.execute("SAVEPOINT many")
        try:
            self._db.executemany(_INSERT, rows)
        except sqlite3.IntegrityError:  # some path is known already, which is rare
            self._db.execute("ROLLBACK TO many")
            self._db.executemany(_REPLACE, rows)
        self._db.execute("RELEASE many")

    def remove_path(self, path: str) -> None:
        """Remove the item of a path, if the library has one."""
        self._db.execute("DELETE FROM item WHERE path = ?", (os.fsencode(path),))

    def move(self, number: int, path: str, stat: Stat) -> None:
        """Change the path of an item and set its state to ``present``."""
        self.remove_path(path)
        self._db.execute(
            "UPDATE item SET path = ?, size = ?, mtime = ?, inode = ?, device = ?, ctime = ?, "
            "state = 'present' WHERE id = ?",
            (os.fsencode(path), *astuple(stat), number),
        )

    def touch(self, number: int, stat: Stat) -> None:
        """Update the file status of an item whose bytes are unchanged."""
        self._db.execute(
            "UPDATE item SET mtime = ?, inode = ?, device = ?, ctime = ?, state = 'present' "
            "WHERE id = ?",
            (stat.mtime, stat.inode, stat.device, stat.ctime, number),
        )

    def note_ctime(self, number: int, ctime: int) -> None:
        """Note the time of the last change of the status of an item that is otherwise unchanged."""
        self._db.execute("UPDATE item SET ctime = ? WHERE id = ?", (ctime, number))

    def set_state(self, numbers: Iterable[int], state: State) -> None:
        """Set the state of items."""
        self._db.executemany(
            "UPDATE item SET state = ? WHERE id = ?", [(state, number) for number in numbers]
        )

    def tombstones(self) -> list[int]:
        """Return the numbers of deleted items whose codes an index may still hold, ascending."""
        return [row[0] for row in self._db.execute("SELECT item FROM gone ORDER BY item")]

    def forget_tombstones(self, last: int) -> None:
        """Delete the tombstones up to ``last``: no index holds codes of these items any more."""
        self._db.execute("DELETE FROM gone WHERE item <= ?", (last,))

    def last_id(self) -> int:
        """Return the highest number that an item ever had; 0 for a new catalog."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'item'").fetchone()
        return row[0] if row else 0

    def items_with_units_after(self, number: int) -> Iterator[Item]:
        """Yield the items that have units and a number higher than ``number``, in order."""
        query = f"{_SELECT} WHERE id > ? AND length(units) > 0 ORDER BY id"
        yield from map(_from_row, self._db.execute(query, (number,)))

    def codes_after(self, kind: FingerprintKind, number: int) -> Iterator[StoredCodes]:
        """Yield the codes of one kind of the items with a number higher than ``number``."""
        rows = self._db.execute(
            "SELECT item, codes, places FROM print WHERE kind = ? AND item > ? "
            "ORDER BY item, number",
            (kind, number),
        )
        yield from map(StoredCodes._make, rows)

    def fingerprints_of(self, number: int) -> list[Fingerprints]:
        """Return all fingerprints of an item, ordered by kind."""
        rows = self._db.execute(
            "SELECT kind, codes, places, labels FROM print WHERE item = ? ORDER BY kind, number",
            (number,),
        )
        return [
            Fingerprints(kind, codes, places, tuple(labels.split("\n")) if labels else ())
            for kind, codes, places, labels in rows
        ]

    def outdated_paths(self) -> set[str]:
        """Return the paths of pictures whose fingerprints lack what this version adds."""
        rows = self._db.execute(
            "SELECT path FROM item WHERE mode = 'image' AND error IS NULL AND length(units) > 0 "
            "AND NOT EXISTS (SELECT 1 FROM print WHERE item = item.id AND kind = 'grid')"
        )
        return {os.fsdecode(row[0]) for row in rows}

    def mark_unrelated(self, a: bytes, b: bytes, *, is_marked: bool = True) -> bool:
        """Mark two datahashes as those of unrelated contents, or unmark them.

        Returns:
            Whether the catalog has changed.
        """
        mark = "INSERT OR IGNORE INTO unrelated VALUES (?, ?)"
        query = mark if is_marked else "DELETE FROM unrelated WHERE a = ? AND b = ?"
        return self._db.execute(query, sorted((a, b))).rowcount > 0

    def unrelated_pairs(self) -> set[tuple[bytes, bytes]]:
        """Return the pairs of datahashes that were marked as unrelated, smaller hash first."""
        return set(self._db.execute("SELECT a, b FROM unrelated"))


def _to_row(item: Item, record: str | None, now: int) -> tuple[object, ...]:
    stat, units = item.stat, b"".join([unit.data for unit in item.units])
    return (
        os.fsencode(item.path), stat.size, stat.mtime, stat.inode, stat.device, item.state,
        item.mode, item.mediatype, item.name, item.iscc, item.datahash, units,
        None if record is None else zlib.compress(record.encode()),
        " ".join(item.flags), item.error, now, stat.ctime,
    )  # fmt: skip


def _from_row(row: tuple[Any, ...]) -> Item:
    number, path, size, mtime, inode, device, *rest = row
    state, mode, mediatype, name, iscc, datahash, units, flags, error, ctime = rest
    return Item(
        id=number,
        path=os.fsdecode(path),
        stat=Stat(size, mtime, inode, device, ctime),
        state=state,
        mode=mode,
        mediatype=mediatype,
        name=name,
        iscc=iscc,
        datahash=datahash,
        units=tuple(decode_sequence(units)) if units else (),
        flags=tuple(flags.split()),
        error=error,
    )
