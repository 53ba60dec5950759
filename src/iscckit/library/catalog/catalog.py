"""The catalog: one SQLite database that holds everything the library knows.

All else in the library's folder is derived from it and can be deleted. One process writes,
any number of them read. What a scan has committed survives a crash and a loss of power.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from iscckit.codec.sequence import decode_sequence
from iscckit.errors import LibraryError
from iscckit.library.catalog.item import Item, Stat, State
from iscckit.library.catalog.schema import open_database

if TYPE_CHECKING:
    from iscckit.library.catalog.fingerprints import Fingerprints, Kind

__all__ = ["Catalog"]

Value = TypeVar("Value")
_COLUMNS: Final = (
    "id, path, size, mtime, inode, device, state, mode, mediatype, name, iscc, datahash, units, "
    "flags, error"
)

_INSERT: Final = (
    "INSERT INTO item (path, size, mtime, inode, device, state, mode, mediatype, "
    "name, iscc, datahash, units, record, flags, error, scanned) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# What it replaces is deleted, and the trigger of the schema sees to the rest.
_REPLACE: Final = _INSERT.replace("INSERT", "INSERT OR REPLACE", 1)


class Catalog:
    """The open database of a library."""

    def __init__(self, folder: str, *, write: bool = False) -> None:
        """Open the catalog in ``folder``; with ``write``, make it if there is none.

        Raises:
            LibraryError: There is none, it is damaged, or of a newer format.
        """
        self.folder = folder
        self._db = open_database(folder, write=write)
        self._memo: tuple[object, object] | None = None

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what happens inside one step: all of it, or nothing.

        Raises:
            LibraryError: The disk is full, or another process writes for long.
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
        """Return what ``make`` returned last time, unless the catalog has changed since.

        Only the last thing is kept, whatever its ``name``.
        """
        version = self._db.execute("PRAGMA data_version").fetchone()[0]  # by other processes
        now = name, version, self._db.total_changes
        if self._memo is None or self._memo[0] != now:
            self._memo = now, make()
        return cast("Value", self._memo[1])

    def known_files(self) -> dict[str, tuple[int, Stat, State]]:
        """Return number, stat and state of every file by its path."""
        rows = self._db.execute("SELECT path, id, size, mtime, inode, device, state FROM item")
        return {os.fsdecode(row[0]): (row[1], Stat(*row[2:6]), row[6]) for row in rows}

    def items(self, ids: Iterable[int] | None = None) -> Iterator[Item]:
        """Yield the items of these numbers, or all of them, in the order of their numbers."""
        if ids is None:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM item ORDER BY id")
            yield from (_item(row) for row in rows)
            return
        for number in sorted(set(ids)):
            row = self._db.execute(f"SELECT {_COLUMNS} FROM item WHERE id = ?", (number,))
            yield from (_item(each) for each in row)

    def by_datahash(self, datahash: bytes) -> list[Item]:
        """Return the items of these very bytes."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM item "
            "WHERE datahash = ? AND substr(datahash, 3, 8) = ? ORDER BY id",
            (datahash, datahash[2:10]),  # as in the index
        )
        return [_item(row) for row in rows]

    def by_path(self, path: str) -> Item | None:
        """Return the item of this absolute path."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM item WHERE path = ?",
            (os.fsencode(path),),
        )
        return next((_item(row) for row in rows), None)

    def record(self, number: int) -> str | None:
        """Return the record of an item as JSON."""
        row = self._db.execute("SELECT record FROM item WHERE id = ?", (number,)).fetchone()
        return zlib.decompress(row[0]).decode() if row and row[0] else None

    def add(
        self, item: Item, *, record: str | None = None, prints: Sequence[Fingerprints] = ()
    ) -> int:
        """Add an item under a new number, in place of the one of that path; return the number."""
        number = self._db.execute(_REPLACE, _values(item, record, int(time.time()))).lastrowid or 0
        for i, each in enumerate(prints):
            row = (number, each.kind, i, each.codes, each.places, "\n".join(each.labels))
            self._db.execute("INSERT INTO print VALUES (?, ?, ?, ?, ?, ?)", row)
        return number

    def add_many(self, items: Iterable[Item]) -> None:
        """Add ready-made items without records and prints, as ``add`` does but faster.

        Inside ``writing``; all of them are held in memory.
        """
        now = int(time.time())
        rows = [_values(item, None, now) for item in items]
        self._db.execute("SAVEPOINT many")
        try:
            self._db.executemany(_INSERT, rows)
        except sqlite3.IntegrityError:  # a path is there already; mostly none is
            self._db.execute("ROLLBACK TO many")
            self._db.executemany(_REPLACE, rows)
        self._db.execute("RELEASE many")

    def remove_path(self, path: str) -> None:
        """Remove the item of this path, if there is one."""
        self._db.execute("DELETE FROM item WHERE path = ?", (os.fsencode(path),))

    def move(self, number: int, path: str, stat: Stat) -> None:
        """Give an item another path, and the state ``present``."""
        self.remove_path(path)
        self._db.execute(
            "UPDATE item SET path = ?, size = ?, mtime = ?, inode = ?, device = ?, "
            "state = 'present' WHERE id = ?",
            (os.fsencode(path), stat.size, stat.mtime, stat.inode, stat.device, number),
        )

    def touch(self, number: int, stat: Stat) -> None:
        """Note that the bytes of an item are still the same."""
        self._db.execute(
            "UPDATE item SET mtime = ?, inode = ?, device = ?, state = 'present' WHERE id = ?",
            (stat.mtime, stat.inode, stat.device, number),
        )

    def set_state(self, numbers: Iterable[int], state: State) -> None:
        """Set the state of items."""
        self._db.executemany(
            "UPDATE item SET state = ? WHERE id = ?", [(state, number) for number in numbers]
        )

    def tombstones(self) -> list[int]:
        """Return the numbers of items that are no more, ascending."""
        return [row[0] for row in self._db.execute("SELECT item FROM gone ORDER BY item")]

    def forget_tombstones(self, last: int) -> None:
        """Forget those up to ``last``: no index holds their codes any more."""
        self._db.execute("DELETE FROM gone WHERE item <= ?", (last,))

    def last_id(self) -> int:
        """Return the highest number that was ever given."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'item'").fetchone()
        return row[0] if row else 0

    def items_with_units_after(self, number: int) -> Iterator[Item]:
        """Yield the items with a higher number that have units, in order."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM item WHERE id > ? AND length(units) > 0 ORDER BY id",
            (number,),
        )
        yield from (_item(row) for row in rows)

    def fingerprints_after(
        self, kind: Kind, number: int
    ) -> Iterator[tuple[int, int, bytes, bytes]]:
        """Yield number, number within the item, codes and places of prints of later items."""
        rows = self._db.execute(
            "SELECT item, number, codes, places FROM print WHERE kind = ? AND item > ? "
            "ORDER BY item, number",
            (kind, number),
        )
        yield from rows

    def fingerprints_of(self, number: int) -> list[tuple[Kind, bytes, bytes, list[str]]]:
        """Return kind, codes, places and labels of all prints of an item."""
        rows = self._db.execute(
            "SELECT kind, codes, places, labels FROM print WHERE item = ? ORDER BY kind, number",
            (number,),
        )
        return [(row[0], row[1], row[2], row[3].split("\n") if row[3] else []) for row in rows]

    def outdated_paths(self) -> set[str]:
        """Return the paths of pictures whose fingerprints an older version made."""
        rows = self._db.execute(
            "SELECT path FROM item WHERE mode = 'image' AND error IS NULL AND length(units) > 0 "
            "AND NOT EXISTS (SELECT 1 FROM print WHERE item = item.id AND kind = 'grid')"
        )
        return {os.fsdecode(row[0]) for row in rows}

    def mark_unrelated(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Note that contents are not the same, whatever their codes say."""
        self._db.executemany(
            "INSERT OR IGNORE INTO unrelated VALUES (?, ?)", [sorted(pair) for pair in pairs]
        )

    def unrelated_pairs(self) -> set[tuple[bytes, bytes]]:
        """Return the pairs of datahashes that were noted so."""
        return set(self._db.execute("SELECT a, b FROM unrelated"))


def _values(item: Item, record: str | None, now: int) -> tuple[object, ...]:
    stat, units = item.stat, b"".join([unit.data for unit in item.units])
    return (
        os.fsencode(item.path), stat.size, stat.mtime, stat.inode, stat.device, item.state,
        item.mode, item.mediatype, item.name, item.iscc, item.datahash, units,
        None if record is None else zlib.compress(record.encode()),
        " ".join(item.flags), item.error, now,
    )  # fmt: skip


def _item(row: tuple[Any, ...]) -> Item:
    number, path, size, mtime, inode, device, *rest = row
    state, mode, mediatype, name, iscc, datahash, units, flags, error = rest
    return Item(
        number, os.fsdecode(path), Stat(size, mtime, inode, device), state, mode, mediatype, name,
        iscc, datahash, tuple(decode_sequence(units)) if units else (), tuple(flags.split()), error,
    )  # fmt: skip
