"""XMP in sound and video: where containers keep the packet, and what it says is reserved.

Source: XMP specification, part 3. ISO base media files have a box ``uuid`` or, in QuickTime, an
atom ``XMP_`` in the user data; RIFF has a chunk ``_PMX``; ID3 has a private frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from iscckit.media.metadata.exif import BLOCK_BYTES
from iscckit.media.metadata.multiple_values import decode_synchsafe, list_boxes, read_at
from iscckit.media.metadata.xmp import read_xmp_signals

__all__ = ["find_packets", "read_signals"]

_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_OWNER: Final = b"XMP\0"
_CHUNKS: Final = 10_000  # of a RIFF file


def read_signals(stream: BinaryIO) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the statements about what is reserved, and why packets could not be read.

    Args:
        stream: The file; its position afterwards is undefined.
    """
    signals: list[tuple[str, str]] = []
    damage: list[str] = []
    for packet in find_packets(stream):
        try:
            signals.extend(read_xmp_signals(packet))
        except ValueError as error:
            damage.append(str(error))
    return [(source, value) for source, value in signals if value], damage


def find_packets(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the packets of a file."""
    head = read_at(stream, 0, 12)
    if head[:3] == b"ID3":
        yield from _find_in_tag(read_at(stream, 0, 10 + decode_synchsafe(head[6:10])))
    elif head[:4] == b"RIFF":
        yield from _find_in_chunks(stream)
    elif head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat"):
        yield from _find_in_boxes(stream)


def _find_in_boxes(stream: BinaryIO) -> Iterator[bytes]:
    for kind, start, stop in list(list_boxes(stream, 0, stream.seek(0, 2))):
        if kind == b"uuid" and read_at(stream, start, 16) == _UUID:
            yield read_at(stream, start + 16, min(stop - start - 16, BLOCK_BYTES))
        elif kind == b"moov":
            for inner, first, last in list(list_boxes(stream, start, stop)):
                if inner == b"udta":
                    yield from _find_in_user_data(stream, first, last)


def _find_in_user_data(stream: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    for kind, first, last in list(list_boxes(stream, start, stop)):
        if kind == b"XMP_":
            yield read_at(stream, first, min(last - first, BLOCK_BYTES))


def _find_in_chunks(stream: BinaryIO) -> Iterator[bytes]:
    at = 12
    for _ in range(_CHUNKS):
        head = read_at(stream, at, 8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"_PMX":
            yield read_at(stream, at + 8, min(size, BLOCK_BYTES))
        at += 8 + size + size % 2


def _find_in_tag(tag: bytes) -> Iterator[bytes]:
    """Yield the packets in private frames of ID3 2.3 and 2.4."""
    version, body = tag[3], tag[10:]
    if tag[5] & 0x80 or version not in (3, 4):  # unsynchronised, or older than XMP
        return
    at = 0
    if tag[5] & 0x40:
        at = int.from_bytes(body[:4]) + 4 if version == 3 else decode_synchsafe(body[:4])
    while at + 10 <= len(body) and body[at]:
        digits = body[at + 4 : at + 8]
        size = decode_synchsafe(digits) if version == 4 else int.from_bytes(digits)
        frame = body[at + 10 : at + 10 + size]
        if body[at : at + 4] == b"PRIV" and frame.startswith(_OWNER):
            yield frame[len(_OWNER) :]
        at += 10 + size
