"""Write XMP into a TIFF file: a copy of the first directory at the end, with the packet's tag.

The old directory stays in the file, unused; only the offset of the first directory changes.
Source: TIFF 6.0, section 2; BigTIFF.
"""

from __future__ import annotations

import os
import shutil
import struct
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.embed.xmp import update_packet
from iscckit.media.metadata.exif import XMP, read_directory

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_BYTE: Final = 1  # type of the packet
_LARGEST: Final = (1 << 32) - 1  # bytes of a file whose offsets have 32 bits


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its XMP packet.

    Raises:
        ExtractionFailed: The first directory or the packet is damaged.
        LimitExceeded: The new file is longer than 32-bit offsets reach.
    """
    stream = source.stream
    try:
        old = read_directory(stream, {XMP}).get(XMP, b"")
        packet = update_packet(old, changes)
        stream.seek(0)
        shutil.copyfileobj(stream, target)
        if packet != old:
            _append_directory(source, target, packet)
    except (ValueError, struct.error) as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error


def _append_directory(source: Source, target: BinaryIO, packet: bytes) -> None:
    """Append the packet and the new directory, and set its offset in the header."""
    target.seek(0)
    head = target.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(f"{order}H", head[2:4])[0] == 43
    count_type, place = ("Q", "Q") if big else ("H", "I")
    width = struct.calcsize(place)
    (at,) = struct.unpack(order + place, head[width : 2 * width])
    entries, following = _read_entries(target, at, order + count_type, 4 + 2 * width, width)
    target.seek(0, os.SEEK_END)
    target.write(b"\0" * (target.tell() % 2))  # directories and values start at even offsets
    start = target.tell()
    target.write(packet + b"\0" * (len(packet) % 2))
    entry = struct.pack(f"{order}HH{place}{place}", XMP, _BYTE, len(packet), start)
    entries = [old for old in entries if struct.unpack(f"{order}H", old[:2])[0] != XMP]
    entries = sorted([*entries, entry], key=lambda item: struct.unpack(f"{order}H", item[:2])[0])
    new = target.tell()
    target.write(struct.pack(order + count_type, len(entries)) + b"".join(entries) + following)
    if not big and target.tell() > _LARGEST:
        raise LimitExceeded(source.path, "bytes of a TIFF file", _LARGEST)
    target.seek(width)
    target.write(struct.pack(order + place, new))


def _read_entries(
    stream: BinaryIO, at: int, count_type: str, size: int, width: int
) -> tuple[list[bytes], bytes]:
    """Return the bytes of the entries of a directory, and of the offset of the next directory."""
    stream.seek(at)
    (count,) = struct.unpack(count_type, stream.read(struct.calcsize(count_type)))
    data = stream.read(min(count, 65535) * size + width)
    if len(data) != count * size + width:
        raise ValueError("its first directory is damaged")
    return [data[i * size : (i + 1) * size] for i in range(count)], data[count * size :]
