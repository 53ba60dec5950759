"""Salvage: a new catalog with all entries of a damaged one that are still good."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from iscckit.errors import LibraryError
from iscckit.files.lock import hold_lock
from iscckit.library.catalog import seals
from iscckit.library.catalog.database import checksum, connect
from iscckit.library.catalog.rows import INSERT
from iscckit.library.catalog.schema import NAME, open_database

if TYPE_CHECKING:
    from iscckit.library.catalog.database import Database

__all__ = ["salvage"]

# Ways to the numbers of items: where one tree of the database is broken, another one may be whole.
_NUMBERS: Final = (
    "SELECT id FROM item NOT INDEXED ORDER BY id",
    "SELECT id FROM item NOT INDEXED ORDER BY id DESC",
    "SELECT id FROM item ORDER BY path",
    "SELECT id FROM item ORDER BY path DESC",
    "SELECT item FROM seal ORDER BY item, part",
    "SELECT item FROM seal ORDER BY item DESC, part DESC",
)


def salvage(folder: str, *, done: Callable[[str], object] = lambda _: None) -> str:
    """Replace the catalog of a library by one with all entries that are good.

    Args:
        folder: Folder of the library.
        done: Function that is called before each step with its name.

    Returns:
        Path of the damaged catalog, which is kept.

    Raises:
        LibraryError: Another process writes, or the new catalog cannot be written.
    """
    path = os.path.join(folder, NAME)
    done(NAME)
    with hold_lock(folder):
        work = os.path.join(folder, f"salvage-{token_hex(4)}")
        kept = os.path.join(folder, f"damaged-{time.strftime('%Y%m%d-%H%M%S')}-{NAME}")
        try:
            os.mkdir(work, 0o700)
            mode = os.stat(path).st_mode & 0o666
            _copy(path, open_database(work, write=True, mode=mode))
            for ending in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.rename(path + ending, kept + ending)
            os.rename(os.path.join(work, NAME), path)
            os.rmdir(work)
        except OSError as error:
            raise LibraryError(f"{error.filename or path}: {error.strerror or error}") from error
    return kept


def _copy(path: str, new: Database) -> None:
    """Copy all good entries of a catalog into a new one, and close both."""
    old = connect(f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode=rw", path)
    try:
        new.execute("BEGIN IMMEDIATE")
        for number in sorted(_numbers(old)):
            with suppress(LibraryError, ValueError, TypeError):
                _copy_item(old, new, number)
        with suppress(LibraryError):
            if seals.unrelated_is_sound(old):
                pairs = old.execute("SELECT a, b FROM unrelated").fetchall()
                new.executemany("INSERT INTO unrelated VALUES (?, ?)", pairs)
        seals.seal_unrelated(new)
        new.execute("COMMIT")
    finally:
        with suppress(LibraryError):
            old.close()
        new.close()


def _numbers(old: Database) -> set[int]:
    found: set[int] = set()
    for query in _NUMBERS:
        with suppress(LibraryError):
            for (number,) in old.execute(query):
                if isinstance(number, int) and number > 0:
                    found.add(number)
    return found


def _copy_item(old: Database, new: Database, number: int) -> None:
    """Copy an item with its fingerprints if all of it is good."""
    sums = dict(old.execute("SELECT part, sum FROM seal WHERE item = ?", (number,)).fetchall())
    known, others = _columns(old)
    columns = f"SELECT {known}, record FROM item WHERE id = ?"
    row = old.execute(columns, (number,)).fetchone()
    if row is None or sums.get("item") != checksum(*row[:-1]):
        return
    prints = list(_prints(old, number))
    found = {"item": checksum(*row[:-1])}
    new_row = (*row[:-1], *others, row[-1])
    if row[-1] is not None:
        found["record"] = checksum(row[-1])
    for kind in {each[1] for each in prints}:
        mine = (value for each in prints if each[1] == kind for value in each)
        found[kind] = checksum(*mine)
    if found == sums:
        new.execute(INSERT, new_row)
        found["item"] = checksum(*new_row[:-1])
        new.executemany("INSERT INTO print VALUES (?, ?, ?, ?, ?, ?)", prints)
        seals.put(new, ((number, part, each) for part, each in found.items()))


def _columns(old: Database) -> tuple[str, tuple[object, ...]]:
    """Return the columns that seals of this catalog cover, and the values of the newer ones."""
    names = {name for _, name, *_ in old.execute("PRAGMA table_info(item)")}
    return (seals.COLUMNS, ()) if "rules" in names else (seals.COLUMNS_4, (1,))


def _prints(old: Database, number: int) -> Iterator[tuple[Any, ...]]:
    query = "SELECT item, kind, number, codes, places, labels FROM print WHERE item = ?"
    yield from old.execute(f"{query} ORDER BY kind, number", (number,))
