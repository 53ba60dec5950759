"""Looking around in a library: numbers, pages of items, and how to notice that it has changed."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME, open_database
from iscckit.render.record import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item, State
    from iscckit.library.scan.verify import Checked

__all__ = [
    "Overview",
    "change_token",
    "checked_json",
    "item_json",
    "items_after",
    "library_exists",
    "overview",
    "reader",
]

_FOLDERS: Final = 100  # that an overview names


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of a library.

    Attributes:
        files: All items.
        states: How many of them are ``present``, ``missing``, ``failed``.
        modes: How many of those that are there are texts, pictures, ...; ``other`` has no mode.
        size: Bytes of those that are there.
        folders: In which most of them lie, with their number, the fullest first.
        scanned: When a file was last read, in seconds since 1970; None if never.
        index: Bytes of the derived index.
    """

    files: int
    states: dict[str, int]
    modes: dict[str, int]
    size: int
    folders: tuple[tuple[str, int], ...]
    scanned: int | None
    index: int

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the numbers in JSON types."""
        return {
            "files": self.files,
            "states": {**self.states},
            "modes": {**self.modes},
            "bytes": self.size,
            "folders": [{"path": readable(path), "files": n} for path, n in self.folders],
            "last_scan": self.scanned,
            "index": {"bytes": self.index},
        }


def library_exists(folder: str) -> bool:
    """Tell whether there is a library in ``folder``."""
    return bool(folder) and os.path.exists(os.path.join(folder, NAME))


def change_token(folder: str) -> tuple[int, ...]:
    """Return numbers that change whenever the library does."""
    found: list[int] = []
    for name in (NAME, f"{NAME}-wal"):
        try:
            stat = os.stat(os.path.join(folder, name))
        except FileNotFoundError:
            continue
        if stat.st_size:  # an empty log comes and goes with readers
            found += (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return tuple(found)


@contextmanager
def reader(folder: str) -> Iterator[Catalog]:
    """Open the catalogue of a library for a moment.

    Raises:
        LibraryError: There is none, or it is damaged.
    """
    catalog = Catalog(folder)
    try:
        yield catalog
    except sqlite3.Error as error:
        raise LibraryError(f"{folder}: {error}") from error
    finally:
        catalog.close()


def overview(folder: str) -> Overview:
    """Return the numbers of a library; all are 0 where there is none.

    Raises:
        LibraryError: It is damaged.
    """
    states: Counter[str] = Counter()
    modes: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    size, scanned = 0, None
    if library_exists(folder):
        rows = _rows(
            folder,
            "SELECT state, mode, count(*), sum(size), max(scanned) FROM item GROUP BY state, mode",
            (),
        )
        for state, mode, count, total, last in rows:
            states[state] += count
            scanned = max(scanned or 0, last)
            if state == "present":
                modes[mode or "other"] += count
                size += total
        paths = _rows(folder, "SELECT path FROM item WHERE state = 'present'", ())
        folders.update(os.path.dirname(os.fsdecode(path)) for (path,) in paths)
    return Overview(
        states.total(),
        dict(states),
        dict(modes),
        size,
        tuple(sorted(folders.items(), key=lambda each: (-each[1], each[0]))[:_FOLDERS]),
        scanned,
        _size_below(os.path.join(folder, "index")) if folder else 0,
    )


def items_after(
    folder: str,
    number: int = 0,
    *,
    limit: int,
    mode: str | None = None,
    state: State | None = None,
    text: str = "",
) -> list[Item]:
    """Return the items with a higher number, in order.

    Args:
        folder: Of the library.
        number: Of the last item that was seen.
        limit: How many at most.
        mode: Only such content.
        state: Only items in this state.
        text: That stands in the path or the name, whatever its case.

    Raises:
        LibraryError: There is no library, or it is damaged.
    """
    conditions, values = ["id > ?"], [str(number)]
    for column, value in (("mode", mode), ("state", state)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if text:
        escaped = "".join(f"\\{char}" if char in "\\%_" else char for char in text)
        like = "LIKE ? ESCAPE '\\'"
        conditions.append(f"(CAST(path AS TEXT) {like} OR name {like})")
        values += [f"%{escaped}%"] * 2
    where = " AND ".join(conditions)
    query = f"SELECT id FROM item WHERE {where} ORDER BY id LIMIT {limit:d}"
    numbers = [row[0] for row in _rows(folder, query, tuple(values))]
    with reader(folder) as catalog:
        return list(catalog.items(numbers))


def item_json(item: Item) -> dict[str, JsonValue]:
    """Return an item in JSON types."""
    return {
        "id": item.id,
        "path": readable(item.path),
        "state": item.state,
        "mode": item.mode,
        "mediatype": item.mediatype,
        "name": item.name,
        "iscc": item.iscc,
        "size": item.stat.size,
        "changed": item.stat.mtime / 1e9,
        "flags": [*item.flags],
        "error": item.error,
    }


def checked_json(checked: Checked) -> dict[str, JsonValue]:
    """Return what became of a file in JSON types."""
    return {
        "path": readable(checked.path),
        "finding": checked.finding,
        "detail": readable(checked.detail) or None,
        "rotten": checked.rotten,
    }


def _rows(folder: str, query: str, values: tuple[str, ...]) -> list[Any]:
    database = open_database(folder, write=False)
    try:
        return database.execute(query, values).fetchall()
    except sqlite3.Error as error:
        raise LibraryError(f"{folder}: {error}") from error
    finally:
        database.close()


def _size_below(folder: str) -> int:
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
    )
