"""Add the iTunes tags that players show to an MP4 file with the keys of FFmpeg.

FFmpeg writes tags with names of any length as QuickTime metadata (handler ``mdta``), but at the
position where players expect the tags of iTunes (handler ``mdir``). This module moves the first to
the position that QuickTime defines, and adds the second at theirs.

Source:
    QuickTime File Format Specification, "Metadata"; ISO/IEC 14496-12 (boxes).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

__all__ = ["add_tags"]

_MOVIE: Final = 1 << 28  # bytes of the box that describes the film (moov)
_MOVED: Final = 1 << 22  # bytes moved at a time
_TEXT: Final = 1  # type of a value: UTF-8
# FFmpeg's names of tags, and the boxes from which it reads them.
_ATOMS: Final = {
    "title": b"\xa9nam",
    "artist": b"\xa9ART",
    "album_artist": b"aART",
    "album": b"\xa9alb",
    "composer": b"\xa9wrt",
    "comment": b"\xa9cmt",
    "copyright": b"cprt",
    "date": b"\xa9day",
    "description": b"desc",
    "genre": b"\xa9gen",
    "grouping": b"\xa9grp",
    "lyrics": b"\xa9lyr",
    "show": b"tvsh",
    "synopsis": b"ldes",
}
_INSIDE: Final = (b"trak", b"mdia", b"minf", b"stbl")  # boxes around the tables of sample offsets


def add_tags(file: BinaryIO, tags: Mapping[str, str]) -> None:
    """Write the ``tags`` that iTunes knows into an MP4 file that FFmpeg has written.

    Args:
        file: The file, open for reading and writing.
        tags: Values by FFmpeg's names.

    Raises:
        ValueError: FFmpeg does not write such a file, or sample offsets become too large.
    """
    found = {key.lower(): value for key, value in tags.items()}
    values = {atom: found[name] for name, atom in _ATOMS.items() if found.get(name)}
    place = next((each for each in _list_boxes(file) if each[0] == b"moov"), None)
    if not values or place is None:
        return
    _, start, size = place
    if size > _MOVIE:
        raise ValueError("the description of the film is too long")
    end = file.seek(0, 2)
    file.seek(start)
    old = file.read(size)
    new = _add_list(old, values)
    first = next((at for kind, at, _ in _list_boxes(file) if kind == b"mdat"), start)
    if first > start:
        new = _shift_movie(new, len(new) - len(old))
    _make_room(file, start + size, end, len(new) - len(old))
    file.seek(start)
    file.write(new)


def _list_boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, offset and size of each box of a file."""
    end, at = file.seek(0, 2), 0
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size = int.from_bytes(head[:4])
        if size == 1:
            size = int.from_bytes(head[8:16])
        yield head[4:8], at, size or end - at
        if 0 < size < 8:
            return
        at += size or end


def _split_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each box in ``data``."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if not 8 <= size <= len(data) - at:
            raise ValueError("a box is longer than the one around it")
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _make_box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def _add_list(movie: bytes, values: Mapping[bytes, str]) -> bytes:
    """Return the box ``moov`` with the tags of iTunes, followed by those of QuickTime."""
    kept: list[bytes] = []
    user: list[bytes] = []  # boxes of ``udta``
    keys: list[bytes] = []  # boxes ``meta`` with QuickTime tags
    for kind, content in _split_boxes(movie[8:]):
        if kind != b"udta":
            kept.append(_make_box(kind, content))
            continue
        for inner, data in _split_boxes(content):
            (keys if inner == b"meta" and b"mdta" in data[:40] else user).append(
                _make_box(inner, data)
            )
    entries = [
        _make_box(atom, _make_box(b"data", struct.pack(">II", _TEXT, 0), value.encode()))
        for atom, value in values.items()
    ]
    handler = _make_box(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    shown = _make_box(b"meta", bytes(4), handler, _make_box(b"ilst", *entries))
    # In this order: FFmpeg takes all entries behind the keys for values of the keys.
    return _make_box(b"moov", *kept, _make_box(b"udta", *user, shown), *keys)


def _shift_movie(movie: bytes, by: int) -> bytes:
    """Return the box ``moov`` for samples at offsets that are larger by ``by``."""
    places: dict[bytes, Callable[[bytes], bytes]] = {
        b"stco": lambda table: _shift_table(table, by, "I"),
        b"co64": lambda table: _shift_table(table, by, "Q"),
    }

    def replace_boxes(data: bytes) -> bytes:
        pieces = []
        for kind, content in _split_boxes(data):
            if kind in _INSIDE:
                content = replace_boxes(content)  # noqa: PLW2901 (the same box)
            elif kind in places:
                content = places[kind](content)  # noqa: PLW2901
            pieces.append(_make_box(kind, content))
        return b"".join(pieces)

    return _make_box(b"moov", replace_boxes(movie[8:]))


def _shift_table(table: bytes, by: int, number: str) -> bytes:
    count = int.from_bytes(table[4:8])
    form = f">{count}{number}"
    try:
        return table[:8] + struct.pack(
            form, *(at + by for at in struct.unpack_from(form, table, 8))
        )
    except struct.error as error:
        raise ValueError(f"the places of samples: {error}") from error


def _make_room(file: BinaryIO, at: int, end: int, size: int) -> None:
    """Move the bytes from ``at`` to ``end`` by ``size``, starting at their end."""
    while end > at:
        begin = max(at, end - _MOVED)
        file.seek(begin)
        block = file.read(end - begin)
        file.seek(begin + size)
        file.write(block)
        end = begin
