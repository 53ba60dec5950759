"""Write XMP into a PNG file: a chunk iTXt before the pixels. All other chunks are copied."""

from __future__ import annotations

import shutil
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed
from iscckit.media.embed.xmp import update_packet

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORD: Final = b"XML:com.adobe.xmp\0"
_PLAIN: Final = b"\0\0\0\0"  # not compressed, no language, no translated keyword
_LONGEST: Final = 1 << 26  # bytes of a chunk before the pixels


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its XMP packet.

    Raises:
        ExtractionFailed: The file ends before its pixels, or the packet is damaged.
    """
    chunks, packet = _read_header(source)
    try:
        packet = update_packet(packet, changes)
    except ValueError as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    body = b"iTXt" + _KEYWORD + _PLAIN + packet
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    target.write(_SIGNATURE + b"".join(chunks) + chunk)
    shutil.copyfileobj(source.stream, target)


def _read_header(source: Source) -> tuple[list[bytes], bytes]:
    """Return the chunks before the first IDAT without the XMP packet, and the packet."""
    stream = source.stream
    chunks: list[bytes] = []
    packet = b""
    if stream.read(8) != _SIGNATURE:
        raise ExtractionFailed(source.path, source.mediatype, "it does not start as a PNG file")
    while True:
        start = stream.tell()
        head = stream.read(8)
        size = int.from_bytes(head[:4], "big")
        if head[4:] == b"IDAT":
            stream.seek(start)
            return chunks, packet
        rest = stream.read(size + 4) if size <= _LONGEST else b""
        if len(head) < 8 or len(rest) < size + 4:
            raise ExtractionFailed(source.path, source.mediatype, "its header is damaged")
        if head[4:] == b"iTXt" and rest.startswith(_KEYWORD):
            packet = packet or _read_packet(source, rest[len(_KEYWORD) : -4])
        else:
            chunks.append(head + rest)


def _read_packet(source: Source, data: bytes) -> bytes:
    """Return the packet in the data of a chunk behind its keyword."""
    parts = data[2:].split(b"\0", 2)
    if len(parts) < 3:
        raise ExtractionFailed(source.path, source.mediatype, "its XMP chunk is damaged")
    if data[0] == 0:
        return parts[2]
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(parts[2], _LONGEST)
    except zlib.error as error:
        raise ExtractionFailed(source.path, source.mediatype, f"XMP: {error}") from error
