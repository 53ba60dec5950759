"""Rows of the table of items, and the values that they stand for."""

from __future__ import annotations

import os
import zlib
from typing import Any, Final

from iscckit.codec.sequence import decode_sequence
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.catalog.seals import COLUMNS

__all__ = ["INSERT", "REPLACE", "item_of", "pack_record", "row_of", "unpack_record"]

_MARKS: Final = ", ".join("?" * (COLUMNS.count(",") + 2))
INSERT: Final = f"INSERT INTO item ({COLUMNS}, record) VALUES ({_MARKS})"
# The row that is replaced is deleted; the trigger of the schema keeps its number as a tombstone.
REPLACE: Final = INSERT.replace("INSERT", "INSERT OR REPLACE", 1)


def row_of(number: int, item: Item, now: int) -> tuple[object, ...]:
    """Return the columns of an item, in the order of ``seals.COLUMNS``.

    Args:
        number: Number of the item.
        item: The item, whose own number does not count.
        now: Time of the scan in seconds since 1970.
    """
    stat, units = item.stat, b"".join([unit.data for unit in item.units])
    return (
        number, os.fsencode(item.path), stat.size, stat.mtime, stat.inode, stat.device, item.state,
        item.mode, item.mediatype, item.name, item.iscc, item.datahash, units,
        " ".join(item.flags), item.error, now, stat.ctime, item.rules,
    )  # fmt: skip


def item_of(row: tuple[Any, ...]) -> Item:
    """Return the item of a row with the columns of ``seals.COLUMNS``."""
    number, path, size, mtime, inode, device, *rest = row
    state, mode, mediatype, name, iscc, datahash, units, flags, error, _, ctime, rules = rest
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
        rules=rules,
    )


def pack_record(record: str | None) -> bytes | None:
    """Return a record in JSON as the catalog stores it."""
    return None if record is None else zlib.compress(record.encode())


def unpack_record(packed: bytes) -> str:
    """Return a stored record, whose seal was checked, in JSON."""
    return zlib.decompress(packed).decode()
