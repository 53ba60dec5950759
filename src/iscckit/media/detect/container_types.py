"""Recognise the type of a ZIP archive or an OLE file by its directory.

The first bytes only tell the kind of container. A ZIP archive has its directory at its end
(APPNOTE 6.3.10, 4.3); the header of an OLE file points to it ([MS-CFB] 2.2 to 2.6). No entry is
unpacked, and the number of bytes read is limited, independent of what the file states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.media.detect.magic import parse_mimetype_entry
from iscckit.media.detect.sniff_result import Sniff
from iscckit.media.formats.table import FORMATS, Table, mode_of, select_containers

if TYPE_CHECKING:
    from iscckit.media.formats.format import ContainerKind

__all__ = ["CONTAINERS", "find_document", "list_ole_names", "look_inside"]

CONTAINERS: Final = ("zip", "ole")  # families of types that only the directory tells apart

_END_SIZE: Final = 22 + 0xFFFF  # bytes of the last record with the longest comment
_DIRECTORY_SIZE: Final = 1 << 20  # bytes of a directory that are read
_ENTRY_SIZE: Final = 46  # bytes of a directory entry without its name
_MIMETYPE_SIZE: Final = 128  # maximum of bytes of the entry "mimetype"; a media type is shorter

_OLE_SECTORS: Final = 256  # maximum of sectors of a directory that are read
_OLE_HEADER_FATS: Final = 109  # sectors of the allocation table listed in the header
_OLE_ENTRY_SIZE: Final = 128


def look_inside(stream: BinaryIO, found: Sniff, table: Table = FORMATS) -> Sniff:
    """Return the type that the directory of the file indicates, or ``found`` if it tells nothing.

    Args:
        stream: The file, seekable. Its position afterwards is undefined.
        found: What the first bytes indicate; its family is one of CONTAINERS.
        table: The formats whose entries are known.
    """
    return (
        _look_into_zip(stream, found, table)
        if found.family == "zip"
        else _look_into_ole(stream, found, table)
    )


def find_document(stream: BinaryIO, table: Table = FORMATS) -> Sniff | None:
    """Return the type of a document in a ZIP archive with other bytes in front, or None.

    Args:
        stream: The file, seekable. Its position afterwards is undefined.
        table: The formats whose entries are known.
    """
    archive = Sniff("", "")
    found = _look_into_zip(stream, archive, table)
    named = mode_of(found.mediatype, table) == "text"
    return found._replace(label=f"{found.label}, behind other bytes") if named else None


def _read_at(stream: BinaryIO, offset: int, size: int) -> bytes:
    stream.seek(offset)
    return stream.read(size)


def _look_into_zip(stream: BinaryIO, found: Sniff, table: Table) -> Sniff:
    entries = dict(_read_zip_directory(stream))
    if not entries:
        return found
    if b"mimetype" in entries:
        named = parse_mimetype_entry(_read_stored(stream, entries[b"mimetype"]))
        if named:
            return named
    inside = _match_entries(entries, "ZIP", table)
    if inside is None and b"[Content_Types].xml" in entries:
        return _match_entries(entries, "Office", table) or found
    if inside is None and b"content.xml" in entries:  # OpenDocument without its type: the name
        return found  # tells which one
    return inside or _match_entries(entries, "archive", table) or found


def _match_entries(entries: Collection[bytes], kind: ContainerKind, table: Table) -> Sniff | None:
    for mediatype, inside in select_containers(table, kind):
        if any(_holds(entries, name) for name in inside.types):
            return Sniff(mediatype, inside.label, inside.family)
    return None


def _holds(entries: Collection[bytes], name: bytes) -> bool:
    if name and not name.endswith(b"/"):
        return name in entries
    return any(entry.startswith(name) for entry in entries)


def _read_zip_directory(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the names in the directory of an archive and the offsets of the entries."""
    size = stream.seek(0, 2)
    tail = _read_at(stream, max(0, size - _END_SIZE), _END_SIZE)
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22:
        return
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    # Counted from the end, as other bytes may precede the archive.
    start = size - len(tail) + end - length
    if start < 0:
        return
    shift = start - int.from_bytes(tail[end + 16 : end + 20], "little")
    directory = _read_at(stream, start, min(length, _DIRECTORY_SIZE))
    at = 0
    while directory.startswith(b"PK\1\2", at) and at + _ENTRY_SIZE <= len(directory):
        fields = [int.from_bytes(directory[at + n : at + n + 2], "little") for n in (28, 30, 32)]
        offset = int.from_bytes(directory[at + 42 : at + 46], "little") + shift
        yield directory[at + _ENTRY_SIZE : at + _ENTRY_SIZE + fields[0]], max(offset, 0)
        at += _ENTRY_SIZE + sum(fields)


def _read_stored(stream: BinaryIO, offset: int) -> bytes:
    """Return the content of a short, uncompressed entry at ``offset``; else nothing."""
    head = _read_at(stream, offset, 30)
    if not head.startswith(b"PK\3\4") or head[8:10] != b"\0\0":
        return b""
    size = int.from_bytes(head[18:22], "little")
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return _read_at(stream, offset + 30 + names, size) if size <= _MIMETYPE_SIZE else b""


def list_ole_names(stream: BinaryIO) -> frozenset[str]:
    """Return the names of the entries in the root of an OLE file.

    Args:
        stream: The file, seekable. Its position afterwards is undefined.
    """
    return frozenset(_read_root_names(_read_ole_directory(stream)))


def _look_into_ole(stream: BinaryIO, found: Sniff, table: Table) -> Sniff:
    names = list_ole_names(stream)
    for mediatype, inside in select_containers(table, "OLE"):
        for name in map(bytes.decode, inside.types):
            if name in names:
                return Sniff(mediatype, f"OLE entry {name!r}", inside.family)
    return found


def _read_ole_directory(stream: BinaryIO) -> bytes:
    """Return the bytes of the directory: follow its chain of sectors."""
    header = _read_at(stream, 0, 512)
    shift = int.from_bytes(header[30:32], "little")
    if shift not in (9, 12):
        return b""
    size = 1 << shift
    sector = int.from_bytes(header[48:52], "little")
    pieces: list[bytes] = []
    while len(pieces) < _OLE_SECTORS:
        piece = _read_at(stream, (sector + 1) * size, size)
        if len(piece) < size:
            break
        pieces.append(piece)
        table, index = divmod(sector, size // 4)
        if table >= _OLE_HEADER_FATS:
            break
        fat = int.from_bytes(header[76 + 4 * table : 80 + 4 * table], "little")
        sector = int.from_bytes(_read_at(stream, (fat + 1) * size + 4 * index, 4), "little")
    return b"".join(pieces)


def _read_root_names(directory: bytes) -> Iterator[str]:
    """Yield the names of the entries in the root, without those inside embedded documents."""
    count = len(directory) // _OLE_ENTRY_SIZE
    waiting = [int.from_bytes(directory[76:80], "little")]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number >= count or number in seen:
            continue
        seen.add(number)
        entry = directory[number * _OLE_ENTRY_SIZE : (number + 1) * _OLE_ENTRY_SIZE]
        length = int.from_bytes(entry[64:66], "little")
        yield entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        waiting += [int.from_bytes(entry[at : at + 4], "little") for at in (68, 72)]
