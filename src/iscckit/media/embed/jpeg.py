"""Write XMP into a JPEG file: a segment APP1 behind those of JFIF and EXIF. The rest is copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.embed.xmp import update_packet

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_LONGEST: Final = 65_533 - len(_XMP)  # bytes of a packet in one segment
_START_OF_SCAN: Final = 0xDA
_FIRST: Final = (0xE0, 0xE1)  # APP0 (JFIF) and APP1 (EXIF) precede the packet


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its XMP packet.

    Raises:
        ExtractionFailed: The file ends inside its header, or the packet is damaged.
        LimitExceeded: The packet does not fit into a segment.
    """
    segments, packet = _read_header(source)
    try:
        packet = update_packet(packet, changes)
    except ValueError as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    if len(packet) > _LONGEST:
        raise LimitExceeded(source.path, "bytes of XMP in a JPEG file", _LONGEST)
    place = 0
    while place < len(segments) and segments[place][1] in _FIRST:
        place += 1
    body = _XMP + packet
    segments.insert(place, b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body)
    target.write(b"\xff\xd8" + b"".join(segments))
    shutil.copyfileobj(source.stream, target)


def _read_header(source: Source) -> tuple[list[bytes], bytes]:
    """Return the segments before the first scan without the XMP packet, and the packet."""
    stream = source.stream
    segments: list[bytes] = []
    packet = b""
    if stream.read(2) != b"\xff\xd8":
        raise ExtractionFailed(source.path, source.mediatype, "it does not start as a JPEG file")
    while True:
        start = stream.tell()
        marker = stream.read(4)
        size = int.from_bytes(marker[2:], "big")
        if len(marker) < 4 or marker[0] != 0xFF or size < 2:
            raise ExtractionFailed(source.path, source.mediatype, "its header is damaged")
        if marker[1] == _START_OF_SCAN:
            stream.seek(start)
            return segments, packet
        body = stream.read(size - 2)
        if len(body) < size - 2:
            raise ExtractionFailed(source.path, source.mediatype, "it ends inside its header")
        if marker[1] == 0xE1 and body.startswith(_XMP):
            packet = packet or body[len(_XMP) :]
        else:
            segments.append(marker + body)
