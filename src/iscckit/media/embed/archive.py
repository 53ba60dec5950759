"""Write metadata into Office Open XML, OpenDocument and EPUB files.

The parts with metadata are replaced. All other entries keep bytes, order and compression.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.archive import open_zip
from iscckit.media.content_values import Limits
from iscckit.media.embed import archive_parts
from iscckit.media.readers.epub import read_book

if TYPE_CHECKING:
    from iscckit.media.archive import Archive
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time in ZIP


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its metadata parts.

    Raises:
        ExtractionFailed: The archive or one of its parts is damaged.
        LimitExceeded: The archive unpacks to more than the limits allow.
    """
    with open_zip(source, Limits()) as archive:
        try:
            new = _update_parts(archive, source, changes)
        except ValueError as error:
            raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    source.stream.seek(0)
    try:
        with (
            zipfile.ZipFile(source.stream) as old,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
        ):
            if sum(info.file_size for info in old.infolist()) > Limits().archive_bytes:
                raise LimitExceeded(source.path, "bytes unpacked", Limits().archive_bytes)
            _copy_entries(old, copy, new)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error


def _update_parts(archive: Archive, source: Source, changes: Metadata) -> dict[str, bytes]:
    """Return the new content of the parts that change, by name."""
    if source.mediatype == "application/epub+zip":
        name = read_book(archive, source).package
        return {name: archive_parts.update_package(archive.read(name), changes)}
    if "opendocument" in source.mediatype:
        old = archive.read("meta.xml") if "meta.xml" in archive else b""
        return {"meta.xml": archive_parts.update_open_document(old, changes)}
    core, custom = "docProps/core.xml", "docProps/custom.xml"
    new = {
        core: archive_parts.update_core(archive.read(core) if core in archive else b"", changes),
        custom: archive_parts.update_custom(
            archive.read(custom) if custom in archive else b"", changes
        ),
    }
    for name, kind in ((core, "core"), (custom, "custom")):
        if name not in archive:
            types, relations = "[Content_Types].xml", "_rels/.rels"
            new[types] = archive_parts.add_type(new.get(types) or archive.read(types), name, kind)
            old = new.get(relations) or archive.read(relations)
            new[relations] = archive_parts.add_relation(old, name, kind)
    return new


def _copy_entries(old: zipfile.ZipFile, copy: zipfile.ZipFile, new: dict[str, bytes]) -> None:
    """Copy all entries, those in ``new`` with new content, and append the rest of ``new``."""
    for info in old.infolist():
        entry = zipfile.ZipInfo(info.filename, info.date_time)
        entry.compress_type = info.compress_type
        entry.external_attr, entry.create_system = info.external_attr, info.create_system
        entry.extra, entry.comment = info.extra, info.comment
        if info.filename in new:
            copy.writestr(entry, new[info.filename])
            continue
        entry.file_size = info.file_size
        with old.open(info) as content, copy.open(entry, "w") as out:
            while block := content.read(1 << 20):
                out.write(block)
    there = {info.filename for info in old.infolist()}
    for name, data in new.items():
        if name not in there:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(entry, data)
    copy.comment = old.comment
