"""Reads of a library apart from search: its numbers, pages of items, and signs of a change."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME, open_database
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item, State

__all__ = [
    "Overview",
    "all_paths",
    "change_token",
    "items_after",
    "library_exists",
    "open_reader",
    "overview",
]

_FOLDERS: Final = 100  # in an overview at most


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of a library.

    Attributes:
        files: Number of items.
        states: Number of items in each state.
        modes: Number of present files of each mode; ``other`` stands for files without a mode.
        size: Bytes of the present files.
        folders: Folders with most of the present files, each with their number, the fullest first.
        scanned: Time when a file was last read, in seconds since 1970; None if never.
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
    """Tell whether ``folder`` holds a library."""
    return bool(folder) and os.path.exists(os.path.join(folder, NAME))


def change_token(folder: str) -> tuple[int, ...]:
    """Return numbers that change whenever the catalog changes."""
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
def open_reader(folder: str) -> Iterator[Catalog]:
    """Open the catalog of a library for reading, and close it at the end of the ``with`` block.

    Raises:
        LibraryError: The catalog is missing or damaged.
    """
    catalog = Catalog(folder)
    try:
        yield catalog
    finally:
        catalog.close()


def overview(folder: str) -> Overview:
    """Return the numbers of a library; all numbers are 0 if the folder holds no library.

    Raises:
        LibraryError: The catalog is damaged.
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
    faulty: bool = False,
    text: str = "",
) -> list[Item]:
    """Return the items with a number higher than ``number``, in order.

    Args:
        folder: Folder of the library.
        number: Number of the last item of the page before; 0 for the first page.
        limit: Maximum number of items.
        mode: Mode of the items; None for all.
        state: State of the items; None for all.
        faulty: Whether only files count that could not be read, or whose content could not be
            decoded.
        text: Text that occurs in the path or the name, in upper or lower case.

    Raises:
        LibraryError: The catalog is missing or damaged.
    """
    conditions, values = ["id > ?"], [str(number)]
    for column, value in (("mode", mode), ("state", state)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if faulty:
        conditions.append("(state = 'failed' OR ' ' || flags || ' ' LIKE '% damaged %')")
    if text:
        escaped = "".join(f"\\{char}" if char in "\\%_" else char for char in text)
        like = "LIKE ? ESCAPE '\\'"
        conditions.append(f"(CAST(path AS TEXT) {like} OR name {like})")
        values += [f"%{escaped}%"] * 2
    where = " AND ".join(conditions)
    query = f"SELECT id FROM item WHERE {where} ORDER BY id LIMIT {limit:d}"
    numbers = [row[0] for row in _rows(folder, query, tuple(values))]
    with open_reader(folder) as catalog:
        return list(catalog.items(numbers))


def _rows(folder: str, query: str, values: tuple[str, ...]) -> list[Any]:
    database = open_database(folder, write=False)
    try:
        found: list[Any] = database.execute(query, values).fetchall()
    finally:
        database.close()
    return found


def _size_below(folder: str) -> int:
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
    )


def all_paths(folder: str) -> list[str]:
    """Return the paths of all items of a library.

    Raises:
        LibraryError: The library cannot be read.
    """
    with open_reader(folder) as catalog:
        return list(catalog.known_files())
