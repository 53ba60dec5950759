"""Write XMP into a WebP file: a chunk at the end, and a flag in the extended header."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.embed.xmp import update_packet

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_HAS_XMP: Final = 0x04  # flags of the extended header
_HAS_ALPHA: Final = 0x10
_LONGEST: Final = 1 << 30  # bytes of a file, which is held in memory


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its XMP packet.

    Raises:
        ExtractionFailed: The file or its packet is damaged.
        LimitExceeded: The file is larger than 1 GiB.
    """
    chunks = _read_chunks(source)
    packet = next((data for kind, data in chunks if kind == b"XMP "), b"")
    try:
        packet = update_packet(packet, changes)
    except ValueError as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    kept = [(kind, data) for kind, data in chunks if kind != b"XMP "]
    if kept[0][0] == b"VP8X":
        header = bytes([kept[0][1][0] | _HAS_XMP]) + kept[0][1][1:]
        kept[0] = (b"VP8X", header)
    else:
        kept.insert(0, (b"VP8X", _make_extended_header(source, *kept[0])))
    body = b"WEBP" + b"".join(_make_chunk(kind, data) for kind, data in [*kept, (b"XMP ", packet)])
    target.write(b"RIFF" + len(body).to_bytes(4, "little") + body)


def _make_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def _read_chunks(source: Source) -> list[tuple[bytes, bytes]]:
    data = source.stream.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise LimitExceeded(source.path, "bytes of a WebP file", _LONGEST)
    end = 8 + int.from_bytes(data[4:8], "little")
    chunks: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= min(end, len(data)):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            break
        chunks.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    complete = chunks and at in (end, end + 1, len(data), len(data) + 1)
    if not complete or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ExtractionFailed(source.path, source.mediatype, "its chunks are damaged")
    return chunks


def _make_extended_header(source: Source, kind: bytes, data: bytes) -> bytes:
    """Return the extended header for a simple file: flags and size of the canvas."""
    flags = _HAS_XMP
    if kind == b"VP8L" and len(data) >= 5:
        bits = int.from_bytes(data[1:5], "little")
        width, height = bits & 0x3FFF, bits >> 14 & 0x3FFF
        flags |= _HAS_ALPHA if bits >> 28 & 1 else 0
    elif kind == b"VP8 " and len(data) >= 10:
        width = (int.from_bytes(data[6:8], "little") & 0x3FFF) - 1
        height = (int.from_bytes(data[8:10], "little") & 0x3FFF) - 1
    else:
        raise ExtractionFailed(source.path, source.mediatype, "it does not start with a picture")
    return bytes([flags, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
