"""Seals: a checksum for each part of what the catalog knows of a file.

The parts of an item are its row (``item``), its record (``record``) and the fingerprints of each
kind. The seals lie in a separate table, so that a row that is lost is missed as well as one
that has changed. Item 0 seals what belongs to no item: the pairs that are marked as unrelated.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iscckit.errors import LibraryError
from iscckit.library.catalog.database import checksum
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.library.catalog.database import Database

__all__ = [
    "COLUMNS",
    "COLUMNS_4",
    "JOINED",
    "Damage",
    "check_item",
    "escape_path",
    "expect",
    "find_damaged",
    "find_lost",
    "make_lost_error",
    "put",
    "seal_all",
    "seal_new_columns",
    "seal_unrelated",
    "unrelated_is_sound",
]

# Columns of an item that its seal covers, in this order; all but the record.
COLUMNS: Final = (
    "id, path, size, mtime, inode, device, state, mode, mediatype, name, iscc, datahash, units, "
    "flags, error, scanned, ctime, rules"
)
COLUMNS_4: Final = COLUMNS.removesuffix(", rules")  # as in format 4
JOINED: Final = "LEFT JOIN seal ON seal.item = item.id AND seal.part = 'item'"
_PRINT: Final = "print.item, kind, number, codes, places, labels"


class Damage(NamedTuple):
    """A damaged part of what the catalog knows.

    Attributes:
        item: Number of the item; 0 for the pairs that are marked as unrelated.
        path: Path of the file as people read it; empty where it is lost.
        part: ``item``, ``record``, ``unrelated`` or a kind of fingerprints.
    """

    item: int
    path: str
    part: str


def make_lost_error(folder: str, damage: Damage) -> LibraryError:
    """Return the error that names a damaged part."""
    name = damage.path or f"item {damage.item}"
    return LibraryError(
        f"{name}: what the library in {folder} knows of it is damaged ({damage.part})",
        reason_code="item-damaged",
        path=name,
        item=damage.item,
    )


def expect(folder: str, damage: Damage, values: Iterable[object], seal: object) -> None:
    """Check a part of an item.

    Args:
        folder: Folder of the library, for messages.
        damage: What is damaged if the check fails.
        values: Values of the part.
        seal: Checksum that was stored for them.

    Raises:
        LibraryError: The values are not those that were sealed.
    """
    if checksum(*values) != seal:
        raise make_lost_error(folder, damage)


def check_item(folder: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the columns of an item that were read with its seal behind them.

    Raises:
        LibraryError: They are not those that were sealed.
    """
    expect(folder, Damage(row[0], escape_path(row[1]), "item"), row[:-1], row[-1])
    return row[:-1]


def find_lost(database: Database, part: str, after: int, upto: int) -> int | None:
    """Return the number of an item one of whose sealed parts is not there; None if all are."""
    there = {
        "item": "SELECT 1 FROM item WHERE id = seal.item",
        "record": "SELECT 1 FROM item WHERE id = seal.item AND record IS NOT NULL",
    }.get(part, "SELECT 1 FROM print WHERE print.item = seal.item AND kind = seal.part")
    row = database.execute(
        f"SELECT item FROM seal WHERE part = ? AND item > ? AND item <= ? AND item > 0 "
        f"AND NOT EXISTS ({there}) LIMIT 1",
        (part, after, upto),
    ).fetchone()
    return row[0] if row else None


def put(database: Database, seals: Iterable[tuple[int, str, bytes]]) -> None:
    """Store seals, each with the number of its item and the name of its part."""
    database.executemany("INSERT OR REPLACE INTO seal VALUES (?, ?, ?)", seals)


def seal_unrelated(database: Database) -> None:
    """Seal the pairs that are marked as unrelated, as they are now."""
    put(database, [(0, "unrelated", _sum_unrelated(database))])


def unrelated_is_sound(database: Database) -> bool:
    """Tell whether the marked pairs are those that were sealed."""
    row = database.execute("SELECT sum FROM seal WHERE item = 0 AND part = 'unrelated'").fetchone()
    return (row[0] if row else checksum()) == _sum_unrelated(database)


def _sum_unrelated(database: Database) -> bytes:
    pairs = database.execute("SELECT a, b FROM unrelated ORDER BY a, b").fetchall()
    return checksum(*(value for pair in pairs for value in pair))


def seal_all(database: Database, columns: str) -> None:
    """Seal everything as it is: for a catalog of a format without seals.

    Args:
        database: The catalog.
        columns: Columns of an item that its seal covers in the format that it is to have.
    """
    database.execute(f"INSERT INTO seal SELECT id, 'item', checksum({columns}) FROM item")
    database.execute(
        "INSERT INTO seal SELECT id, 'record', checksum(record) FROM item WHERE record IS NOT NULL"
    )
    put(database, ((item, kind, found) for item, kind, found in _sum_prints(database)))
    seal_unrelated(database)


def seal_new_columns(database: Database, before: str) -> None:
    """Seal items that have got columns; those that were damaged before remain so.

    Args:
        database: The catalog.
        before: Columns that the seals cover.
    """
    database.execute(
        f"UPDATE seal SET sum = (SELECT checksum({COLUMNS}) FROM item WHERE id = seal.item) "
        f"WHERE part = 'item' AND sum = (SELECT checksum({before}) FROM item WHERE id = seal.item)"
    )


def _sum_prints(database: Database) -> Iterator[tuple[int, str, bytes]]:
    rows = database.execute(f"SELECT {_PRINT} FROM print ORDER BY item, kind, number")
    for (item, kind), group in groupby(rows, key=lambda row: row[:2]):
        yield item, kind, checksum(*(value for row in group for value in row))


def find_damaged(database: Database) -> Iterator[Damage]:
    """Yield each part of the catalog that is not what was sealed, or is lost.

    Raises:
        LibraryError: SQLite cannot read the catalog.
    """
    paths: dict[int, str] = {}
    rows = database.execute(
        f"SELECT id, path, checksum({COLUMNS}) = coalesce(seal.sum, 0) FROM item {JOINED}"
    )
    for number, path, sound in rows:
        paths[number] = escape_path(path)
        if not sound:
            yield Damage(number, paths[number], "item")
    rows = database.execute(
        "SELECT id, checksum(record) = coalesce(seal.sum, 0) FROM item LEFT JOIN seal "
        "ON seal.item = item.id AND seal.part = 'record' WHERE record IS NOT NULL"
    )
    for number, sound in rows:
        if not sound:
            yield Damage(number, paths.get(number, ""), "record")
    sealed = {
        (item, part): found
        for item, part, found in database.execute("SELECT item, part, sum FROM seal WHERE item > 0")
        if part != "item" or item not in paths
    }
    has_record = {
        row[0] for row in database.execute("SELECT id FROM item WHERE record IS NOT NULL")
    }
    for item, kind, found in _sum_prints(database):
        if sealed.pop((item, kind), None) != found:
            yield Damage(item, paths.get(item, ""), kind)
    for item, part in sorted(sealed, key=lambda key: (key[0], str(key[1]))):
        if part != "record" or item not in has_record:
            yield Damage(item, paths.get(item, ""), part)
    if not unrelated_is_sound(database):
        yield Damage(0, "", "unrelated")


def escape_path(path: object) -> str:
    """Return a path as people read it; empty where it is damaged."""
    return readable(os.fsdecode(path)) if isinstance(path, bytes) else ""
