"""Tasks of worker processes that read one file of a library."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import NamedTuple

from iscckit.library.catalog.item import Fingerprints, Item, Stat
from iscckit.library.fingerprints import extract_fingerprints
from iscckit.library.partitions.store import UNIT_BITS
from iscckit.media.metadata.manifest_store import find_manifest_store
from iscckit.media.open_file import open_handed_file
from iscckit.records.draft_task import DraftTask, draft_of
from iscckit.records.finish import finish_records
from iscckit.records.options import Options
from iscckit.records.partial_results import Draft
from iscckit.records.record import Record
from iscckit.records.safe_text import readable
from iscckit.units.quality import Flag
from iscckit.units.sum import hash_stream
from iscckit.workers.wire import HandedFile

__all__ = ["CheckTask", "FileRead", "ReadTask", "Scanned", "check_file", "make_entry", "read_file"]


class ReadTask(NamedTuple):
    """A file of which everything is read; without its models, which run elsewhere.

    Attributes:
        file: The file.
        options: Options of its record.
        manifest: Whether its manifest store is read.
    """

    file: HandedFile
    options: Options
    manifest: bool = False


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a worker returns of a file.

    Attributes:
        draft: Without its decoded content.
        prints: Fingerprints of that content.
        stat: As of the moment before it was read.
        manifest: Its manifest store; empty if it has none, or it was not asked for.
    """

    draft: Draft
    prints: tuple[Fingerprints, ...]
    stat: Stat
    manifest: bytes = b""


def read_file(task: ReadTask) -> FileRead:
    """Return the draft of a file, fingerprints of its content, and its status when it was read."""
    manifest = _read_manifest(task.file) if task.manifest else b""
    found = os.stat(task.file.path if task.file.descriptor is None else task.file.descriptor)
    stat = Stat(found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev, found.st_ctime_ns)
    filename = os.path.basename(task.file.path)
    draft = draft_of(DraftTask(task.file, filename, task.options, {}))
    (record,) = finish_records([draft], replace(task.options, semantic=None))
    prints = extract_fingerprints(record, draft.content.decoded)
    slim = draft._replace(content=draft.content._replace(decoded=None))
    return FileRead(slim, prints, stat, manifest)


def _read_manifest(file: HandedFile) -> bytes:
    number = file.descriptor
    again = file._replace(descriptor=None if number is None else os.dup(number))
    with open_handed_file(again) as stream:
        return find_manifest_store(stream) if stream.seekable() else b""


class CheckTask(NamedTuple):
    """A file that may be another one than it was.

    Attributes:
        file: The file.
        datahash: As it was.
    """

    file: HandedFile
    datahash: bytes


def check_file(task: CheckTask) -> tuple[bytes, Record | None]:
    """Return the datahash of a file, and its record where it is another one than it was."""
    options = Options(bits=UNIT_BITS)
    with open_handed_file(task.file) as stream:
        datahash = bytes.fromhex(hash_stream(stream).datahash)
        if datahash == task.datahash:
            return datahash, None
        stream.seek(0)
        number = task.file.descriptor
        file = task.file._replace(descriptor=None if number is None else os.dup(number))
        draft = draft_of(DraftTask(file, os.path.basename(file.path), options, {}))
    return datahash, finish_records([draft], options)[0]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the library stores for one file.

    Attributes:
        item: The item.
        record: Record of the file as JSON.
        prints: Fingerprints of the content.
        failure: Reason code of the error of the decoder; empty if there was none.
        manifest: Its manifest store; empty if it has none, or it was not asked for.
    """

    item: Item
    record: str
    prints: tuple[Fingerprints, ...]
    failure: str = ""
    manifest: bytes = b""


def make_entry(read: FileRead, record: Record) -> Scanned:
    """Return what a library keeps of a file.

    Args:
        read: What a worker returned.
        record: The record that was made of its draft.
    """
    why = "; ".join(record.missing.values())
    flags: tuple[Flag, ...] = record.flags if record.failure is None else (*record.flags, "damaged")
    item = Item(
        id=0,
        path=record.path or "",
        stat=read.stat,
        state="present",
        mode=record.mode,
        mediatype=record.mediatype,
        name=record.name or readable(record.filename or "") or None,
        iscc=record.iscc,
        datahash=bytes.fromhex(record.datahash),
        units=record.units,
        flags=flags,
        error=why or None,
        rules=record.rules,
    )
    code = record.failure.reason_code if record.failure else ""
    return Scanned(item, record.to_json(), read.prints, code, read.manifest)
