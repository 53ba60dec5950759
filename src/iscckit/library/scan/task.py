"""What a library learns of one file, in a worker process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.library.catalog.fingerprints import extract_fingerprints
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.index.partitions import UNIT_BITS
from iscckit.records.create import examine
from iscckit.records.options import Options

if TYPE_CHECKING:
    from iscckit.library.catalog.fingerprints import Fingerprints
    from iscckit.records.options import Semantics

__all__ = ["Scanned", "scanned"]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a worker process returns of a file."""

    item: Item
    record: str
    prints: tuple[Fingerprints, ...]


def scanned(path: str, *, profile: str, semantic: Semantics | None = None) -> Scanned:
    """Read one file."""
    options = Options(bits=UNIT_BITS, granular=True, semantic=semantic, profile=profile)  # type: ignore[arg-type]
    before = os.stat(path)
    stat = Stat(before.st_size, before.st_mtime_ns, before.st_ino, before.st_dev)
    record, content = examine(path, options)
    why = "; ".join(record.missing.values())
    item = Item(
        0,
        path,
        stat,
        "present",
        record.mode,
        record.mediatype,
        record.name or record.filename,
        record.iscc,
        bytes.fromhex(record.datahash),
        record.units,
        record.flags,
        why or None,
    )
    return Scanned(item, record.to_json(), extract_fingerprints(record, content))
