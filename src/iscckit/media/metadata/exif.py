"""EXIF: the tags that fill metadata fields, in the directories of a TIFF structure."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from iscckit.media.metadata.iptc import decode_text

__all__ = ["BLOCK_BYTES", "read_directory", "read_exif_tags"]

BLOCK_BYTES: Final = 1 << 24  # maximum length of one block of metadata

XMP: Final = 700
IPTC: Final = 33723
RESOURCES: Final = 34377
_PHOTO: Final = 34665  # offset of the directory of Exif tags

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_BIG_SIZES: Final = _SIZES | {16: 8, 17: 8, 18: 8}

# Exif 3.0 and TIFF/EP; XPTitle is Microsoft's, in UTF-16.
_NAMES: Final[dict[int, str]] = {
    0x013B: "EXIF Artist",
    0x800D: "EXIF ImageID",
    0x9C9B: "EXIF XPTitle",
    0xA420: "EXIF ImageUniqueID",
}
_XP: Final = range(0x9C9B, 0x9CA0)


def read_exif_tags(stream: BinaryIO) -> dict[str, str]:
    """Return the tags of a TIFF structure that fill metadata fields.

    Args:
        stream: The structure, seekable, at the start of the stream.

    Raises:
        ValueError: The stream is not a TIFF structure, or an offset points outside of it.
    """
    main = read_directory(stream, {*_NAMES, _PHOTO})
    photo = main.pop(_PHOTO, b"")
    if photo:
        order = "little" if _read_header(stream)[:2] == b"II" else "big"
        at = int.from_bytes(photo, order)  # type: ignore[arg-type]
        main |= read_directory(stream, set(_NAMES), at=at)
    tags = {}
    for tag, value in main.items():
        if tag in _XP:
            text = value.decode("utf-16-le", "ignore")
        else:
            text = decode_text(value.split(b"\0")[0])
        tags[_NAMES[tag]] = text.strip("\0 \r\n\t")
    return tags


def read_directory(
    stream: BinaryIO, wanted: set[int], *, at: int | None = None
) -> dict[int, bytes]:
    """Return the raw values of the ``wanted`` tags in one directory.

    Args:
        stream: The structure, seekable, at the start of the stream.
        wanted: Numbers of the tags.
        at: Offset of the directory; by default that of the first one.

    Raises:
        ValueError: The stream is not a TIFF structure, or an offset points outside of it.
    """
    head = _read_header(stream)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(f"{order}H", head[2:4])[0] == 43
    count_type, entry, place = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    if at is None:
        at = struct.unpack(f"{order}{place}", head[8:16] if big else head[4:8])[0]
    (count,) = struct.unpack(f"{order}{count_type}", _read_at(stream, at, 8 if big else 2))
    size = struct.calcsize(order + entry)
    entries = _read_at(stream, at + (8 if big else 2), min(count, 65535) * size)
    values: dict[int, bytes] = {}
    for tag, kind, number, raw in struct.iter_unpack(order + entry, entries):
        length = number * (_BIG_SIZES if big else _SIZES).get(kind, 0)
        if tag not in wanted or tag in values or not 0 < length <= BLOCK_BYTES:
            continue
        if length <= len(raw):
            values[tag] = raw[:length]
        else:
            values[tag] = _read_at(stream, struct.unpack(order + place, raw)[0], length)
    return values


def _read_header(stream: BinaryIO) -> bytes:
    head = _read_at(stream, 0, 8)
    if head[:4] in (b"II\x2b\0", b"MM\0\x2b"):
        return head + _read_at(stream, 8, 8)
    # 0x55 and "RO", "RS" stand for 42 in the raw files of Panasonic and Olympus.
    if head[:2] not in (b"II", b"MM"):
        raise ValueError("EXIF: no TIFF header")
    return head


def _read_at(stream: BinaryIO, at: int, size: int) -> bytes:
    try:
        stream.seek(at)
    except (OverflowError, OSError) as error:
        raise ValueError("EXIF: points outside of itself") from error
    data = stream.read(size)
    if len(data) != size:
        raise ValueError("EXIF: points outside of itself")
    return data
