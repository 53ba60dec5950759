"""Write tags into WAV: a chunk ``id3 `` with all fields, and INFO with the fields it names.

Both chunks come last; all other chunks keep bytes and order.
Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded, UnsupportedMedia
from iscckit.media.embed.id3 import update_tag

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_FRAMES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("TXXX:iscc:name", "TIT2"),
    "description": ("TXXX:iscc:description",),
    "meta": ("TXXX:iscc:meta",),
    "creator": ("TCOM", "TPE1"),
    "license": ("TXXX:iscc:license",),
    "acquire": ("TXXX:iscc:acquire",),
    "rights": ("TCOP",),
    "credit": ("TXXX:iscc:credit",),
    "keywords": ("TXXX:iscc:keywords",),
    "identifier": ("TXXX:iscc:identifier",),
    "language": ("TLAN",),
    "iscc": ("TXXX:iscc:iscc",),
}
_INFO: Final = {"name": b"INAM", "creator": b"IART", "rights": b"ICOP", "language": b"ILNG"}
_LARGEST: Final = (1 << 32) - 1
_TAGS: Final = 1 << 28  # bytes of one chunk of tags


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its tags.

    Raises:
        ExtractionFailed: A chunk is damaged.
        LimitExceeded: The new file is longer than the format allows.
        UnsupportedMedia: The file is of a kind (RF64, streamed) without a defined end of chunks.
    """
    stream, info, tag = source.stream, b"", b""
    kind, form = _read_start(stream)
    if kind != b"RIFF" or form != b"WAVE":
        raise UnsupportedMedia(f"{source.path}: metadata cannot be written into this kind of WAV")
    target.write(b"RIFF\0\0\0\0WAVE")
    for name, start, size in _list_chunks(source):
        stream.seek(start + 8)
        if name in (b"id3 ", b"ID3 ") or (name == b"LIST" and stream.read(4) == b"INFO"):
            if size > _TAGS:
                raise LimitExceeded(source.path, "bytes of tags", _TAGS)
            stream.seek(start + 8)
            if name == b"LIST":
                info = info or stream.read(size)[4:]
            else:
                tag = tag or stream.read(size)
            continue
        stream.seek(start)
        _copy(stream, target, 8 + size)
        target.write(bytes(size % 2))
    try:
        _write_chunk(target, b"LIST", b"INFO" + _update_info(info, changes))
        _write_chunk(target, b"id3 ", update_tag(tag, _name_frames(changes)))
    except ValueError as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    size = target.tell() - 8
    if size > _LARGEST:
        raise LimitExceeded(source.path, "bytes of a WAV file", _LARGEST)
    target.seek(4)
    target.write(struct.pack("<I", size))
    target.seek(0, os.SEEK_END)


def _read_start(stream: BinaryIO) -> tuple[bytes, bytes]:
    head = stream.read(12)
    return head[:4], head[8:12]


def _list_chunks(source: Source) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, offset and size of each chunk."""
    stream = source.stream
    stream.seek(0, os.SEEK_END)
    end, at = stream.tell(), 12
    while at + 8 <= end:
        stream.seek(at)
        name, size = struct.unpack("<4sI", stream.read(8))
        if at + 8 + size > end:
            if size == _LARGEST or name == b"data":
                raise UnsupportedMedia(f"{source.path}: its sound has no certain end")
            raise ExtractionFailed(source.path, source.mediatype, "its last chunk is cut off")
        yield name, at, size
        at += 8 + size + size % 2


def _copy(stream: BinaryIO, target: BinaryIO, count: int) -> None:
    while count:
        block = stream.read(min(count, 1 << 20))
        if not block:
            return
        target.write(block)
        count -= len(block)


def _write_chunk(target: BinaryIO, name: bytes, data: bytes) -> None:
    target.write(name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2))


def _name_frames(changes: Metadata) -> dict[str, str]:
    return {name: value for field, value in changes.as_dict().items() for name in _FRAMES[field]}


def _update_info(old: bytes, changes: Metadata) -> bytes:
    """Return the entries of a LIST INFO with those of changed fields replaced."""
    new = {
        _INFO[field]: value.encode() + b"\0"
        for field, value in changes.as_dict().items()
        if field in _INFO
    }
    entries: list[tuple[bytes, bytes]] = []
    at = 0
    while at + 8 <= len(old):
        name, size = struct.unpack("<4sI", old[at : at + 8])
        if at + 8 + size > len(old):
            raise ValueError("its list of tags is damaged")
        if name not in new:
            entries.append((name, old[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
        for name, data in (*entries, *new.items())
    )
