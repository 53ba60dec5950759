"""Write XMP into a GIF file: an application extension before the first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.embed.xmp import update_packet

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_EXTENSION: Final = b"\x21\xff\x0bXMP DataXMP"
# A reader that takes the packet for blocks finds the end from any byte of the trailer.
_TRAILER: Final = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_LONGEST: Final = 1 << 30  # bytes of a file, which is held in memory
_PICTURE: Final = 0x2C
_EXTRA: Final = 0x21
_END: Final = 0x3B


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its XMP packet.

    Raises:
        ExtractionFailed: The file or its packet is damaged.
        LimitExceeded: The file is larger than 1 GiB.
    """
    data = source.stream.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise LimitExceeded(source.path, "bytes of a GIF file", _LONGEST)
    try:
        start = _find_tables_end(data)
        old = _find_extension(data, start)
        packet = data[old[0] + len(_EXTENSION) : old[1] - len(_TRAILER)] if old[1] > old[0] else b""
        packet = update_packet(packet, changes)
    except (IndexError, ValueError) as error:
        raise ExtractionFailed(source.path, source.mediatype, f"damaged: {error}") from error
    target.write(b"GIF89a" + data[6:start] + _EXTENSION + packet + _TRAILER)
    target.write(data[start : old[0]] + data[old[1] :])


def _find_tables_end(data: bytes) -> int:
    """Return the end of the header and the global colour table."""
    flags = data[10]
    return 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)


def _find_extension(data: bytes, at: int) -> tuple[int, int]:
    """Return start and end of the extension with the packet; they are equal if it is missing."""
    start = at
    while data[at] != _END:
        first = at
        if data[at] == _EXTRA:
            xmp = data.startswith(_EXTENSION, at)
            at = _find_blocks_end(data, at + (len(_EXTENSION) if xmp else 2))
            if xmp:
                return first, at
        elif data[at] == _PICTURE:
            flags = data[at + 9]
            table = 3 << (flags & 7) + 1 if flags & 0x80 else 0
            at = _find_blocks_end(data, at + 10 + table + 1)
        else:
            raise ValueError(f"no block starts with {data[at]}")
    return start, start


def _find_blocks_end(data: bytes, at: int) -> int:
    while data[at] != 0:
        at += data[at] + 1
    return at + 1
