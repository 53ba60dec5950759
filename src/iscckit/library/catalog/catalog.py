"""The catalog: one SQLite database that holds everything the library knows.

All other files in the library's folder are derived from it and can be deleted. One process writes,
any number of processes read. A committed scan survives a crash and a loss of power.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from typing import TypeVar, cast

from iscckit.errors import LibraryError
from iscckit.library.catalog import seals
from iscckit.library.catalog.database import checksum
from iscckit.library.catalog.item import Fingerprints, Item, Stat, State
from iscckit.library.catalog.queries import Queries
from iscckit.library.catalog.rows import (
    INSERT,
    REPLACE,
    pack_record,
    row_of,
)
from iscckit.library.catalog.schema import open_database

__all__ = ["Catalog"]

Value = TypeVar("Value")


class Catalog(Queries):
    """The open database of a library."""

    def __init__(self, folder: str, *, write: bool = False, mode: int = 0o600) -> None:
        """Open the catalog in ``folder``; with ``write``, create it if the folder has none.

        Args:
            folder: Folder of the library.
            write: Whether this process writes.
            mode: Permissions of a new catalog, which the umask may narrow.

        Raises:
            LibraryError: The catalog is missing, damaged, or of a newer format.
        """
        super().__init__(folder, open_database(folder, write=write, mode=mode))
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
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(LibraryError):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            raise

    @property
    def version(self) -> tuple[int, int]:
        """Numbers that change with the catalog, whoever changes it."""
        # The first one counts changes by other processes.
        return self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes

    def memoize(self, name: object, make: Callable[[], Value]) -> Value:
        """Return the last result of ``make``; call it again if the catalog has changed since.

        Only one result is kept: a call with another ``name`` replaces it.
        """
        now = name, *self.version
        if self._memo is None or self._memo[0] != now:
            self._memo = now, make()
        return cast("Value", self._memo[1])

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
        number = self.last_id() + 1
        row = row_of(number, item, int(time.time()))
        packed = pack_record(record)
        self._db.execute(REPLACE, (*row, packed))
        sealed: list[tuple[int, str, bytes]] = [(number, "item", checksum(*row))]
        if packed is not None:
            sealed.append((number, "record", checksum(packed)))
        kinds: dict[str, list[object]] = {}
        for i, each in enumerate(prints):
            values = (number, each.kind, i, each.codes, each.places, "\n".join(each.labels))
            self._db.execute("INSERT INTO print VALUES (?, ?, ?, ?, ?, ?)", values)
            kinds.setdefault(each.kind, []).extend(values)
        sealed += [(number, kind, checksum(*values)) for kind, values in kinds.items()]
        seals.put(self._db, sealed)
        return number

    def add_many(self, items: Iterable[Item]) -> None:
        """Add items without records and fingerprints, as ``add`` does but faster.

        Call it inside ``transaction``. All items are held in memory.
        """
        now, last = int(time.time()), self.last_id()
        rows = [row_of(number, item, now) for number, item in enumerate(items, last + 1)]
        given = [(*row, None) for row in rows]
        self._db.execute("SAVEPOINT many")
        try:
            self._db.executemany(INSERT, given)
        except sqlite3.IntegrityError:  # some path is known already, which is rare
            self._db.execute("ROLLBACK TO many")
            self._db.executemany(REPLACE, given)
        there = {row[0] for row in self._db.execute("SELECT id FROM item WHERE id > ?", (last,))}
        sealed = enumerate((checksum(*row) for row in rows), last + 1)
        seals.put(
            self._db, ((number, "item", found) for number, found in sealed if number in there)
        )
        self._db.execute("RELEASE many")

    def remove_path(self, path: str) -> None:
        """Remove the item of a path, if the library has one."""
        self._db.execute("DELETE FROM item WHERE path = ?", (os.fsencode(path),))

    def move(self, number: int, path: str, stat: Stat) -> None:
        """Change the path of an item and set its state to ``present``."""
        self.remove_path(path)
        self._update(
            "path = ?, size = ?, mtime = ?, inode = ?, device = ?, ctime = ?, state = 'present'",
            (os.fsencode(path), *astuple(stat)),
            [number],
        )

    def touch(self, number: int, stat: Stat) -> None:
        """Update the file status of an item whose bytes are unchanged."""
        changes = "mtime = ?, inode = ?, device = ?, ctime = ?, state = 'present'"
        self._update(changes, (stat.mtime, stat.inode, stat.device, stat.ctime), [number])

    def note_ctime(self, number: int, ctime: int) -> None:
        """Note the time of the last change of the status of an item that is otherwise unchanged."""
        self._update("ctime = ?", (ctime,), [number])

    def note_rules(self, numbers: Iterable[int], rules: int) -> None:
        """Note the version of the rules that reads the files of items as their own one did."""
        self._update("rules = ?", (rules,), numbers)

    def set_state(self, numbers: Iterable[int], state: State) -> None:
        """Set the state of items."""
        self._update("state = ?", (state,), numbers)

    def _update(self, changes: str, values: tuple[object, ...], numbers: Iterable[int]) -> None:
        """Change columns of items and seal them again.

        A row that was damaged before keeps its old seal, and so remains damaged.
        """
        query = f"SELECT {seals.COLUMNS} FROM item WHERE id = ?"
        sealed = f"SELECT {seals.COLUMNS}, seal.sum FROM item {seals.JOINED} WHERE id = ?"
        for number in numbers:
            old = self._db.execute(sealed, (number,)).fetchone()
            self._db.execute(f"UPDATE item SET {changes} WHERE id = ?", (*values, number))
            if old is not None and checksum(*old[:-1]) == old[-1]:
                row = self._db.execute(query, (number,)).fetchone()
                seals.put(self._db, [(number, "item", checksum(*row))])

    def set_index_token(self, token: str) -> None:
        """Note the token of the index that was made from this catalog."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES ('index', ?)", (token,))

    def forget_tombstones(self, last: int) -> None:
        """Delete the tombstones up to ``last``: no index holds codes of these items any more."""
        self._db.execute("DELETE FROM gone WHERE item <= ?", (last,))

    def mark_unrelated(self, a: bytes, b: bytes, *, is_marked: bool = True) -> bool:
        """Mark two datahashes as those of unrelated contents, or unmark them.

        Returns:
            Whether the catalog has changed.
        """
        self.read_unrelated_pairs()  # damage must not be sealed
        mark = "INSERT OR IGNORE INTO unrelated VALUES (?, ?)"
        query = mark if is_marked else "DELETE FROM unrelated WHERE a = ? AND b = ?"
        before = self._db.total_changes
        self._db.execute(query, tuple(sorted((a, b))))
        has_changed = self._db.total_changes > before
        seals.seal_unrelated(self._db)
        return has_changed

    def remove_damaged(self) -> None:
        """Remove the items that are damaged or lost, and marks of pairs that no file has any more.

        A scan reads the files again.
        """
        with self.transaction():
            damages = self.find_damaged()
            for number in {damage.item for damage in damages if damage.item}:
                self._db.execute("DELETE FROM item WHERE id = ?", (number,))
                self._db.execute("DELETE FROM print WHERE item = ?", (number,))
                self._db.execute("DELETE FROM seal WHERE item = ?", (number,))
            if any(damage.part == "unrelated" for damage in damages):
                known = "(SELECT datahash FROM item WHERE datahash IS NOT NULL)"
                self._db.execute(
                    f"DELETE FROM unrelated WHERE a NOT IN {known} OR b NOT IN {known}"
                )
                seals.seal_unrelated(self._db)
