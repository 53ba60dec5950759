"""Task of a scan in a worker process: make the item of one file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.library.catalog.fingerprints import extract_fingerprints
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.index.partitions import UNIT_BITS
from iscckit.records.create import create_with_content
from iscckit.records.options import Options

if TYPE_CHECKING:
    from iscckit.library.catalog.item import Fingerprints
    from iscckit.records.options import Semantics

__all__ = ["Scanned", "scanned"]


@dataclass(frozen=True, slots=True)
class Scanned:
    """Result of a worker process for one file."""

    item: Item
    record: str
    prints: tuple[Fingerprints, ...]


def scanned(path: str, *, profile: str, semantic: Semantics | None = None) -> Scanned:
    """Read one file."""
    options = Options(bits=UNIT_BITS, granular=True, semantic=semantic, profile=profile)  # type: ignore[arg-type]
    before = os.stat(path)
    stat = Stat(before.st_size, before.st_mtime_ns, before.st_ino, before.st_dev)
    record, content = create_with_content(path, options)
    why = "; ".join(record.missing.values())
    item = Item(
        id=0,
        path=path,
        stat=stat,
        state="present",
        mode=record.mode,
        mediatype=record.mediatype,
        name=record.name or record.filename,
        iscc=record.iscc,
        datahash=bytes.fromhex(record.datahash),
        units=record.units,
        flags=record.flags,
        error=why or None,
    )
    return Scanned(item, record.to_json(), extract_fingerprints(record, content))
