"""Pages of TIFF files: which directories are pages, and each page as a file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.media.content_values import Source

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["count_pages", "has_pages", "split_pages"]

_TIFF: Final = "image/tiff"
_MOST: Final = 10_000  # directories that are read; more pages than that do not count
_ENTRIES: Final = 4096  # of one directory
_KIND, _OLD_KIND, _WIDTH, _HEIGHT = 254, 255, 256, 257  # tags of TIFF 6.0
_REDUCED_OR_MASK: Final = 1 | 4  # bits of NewSubfileType
_OLD_REDUCED: Final = 2  # SubfileType of a picture of lower resolution
_HALF: Final = 0.51  # of the sides of the first page: a level of a pyramid, or a preview
_ALIKE: Final = 0.02  # by which the proportions of a preview differ from those of its picture


class _Directory(NamedTuple):
    """One directory: its place in the file, its size in pixels, and whether it is not a page."""

    place: int
    width: int
    height: int
    derived: bool


def has_pages(source: Source) -> bool:
    """Tell whether ``source`` is a file of several different pages. Its position is kept."""
    return source.mediatype == _TIFF and count_pages(source.stream) > 1


def count_pages(stream: BinaryIO) -> int:
    """Return how many different pages a TIFF file has, at least 1; the position is kept.

    Levels of a pyramid, previews and masks do not count: the file says so, or they have the
    proportions of the first page and at most half its size.
    """
    at = stream.tell()
    try:
        return max(1, len(_list_pages(stream)))
    finally:
        stream.seek(at)


def split_pages(source: Source) -> Iterator[Source]:
    """Yield each page as a TIFF file whose first directory is that of the page."""
    pages = _list_pages(source.stream)
    source.stream.seek(0)
    data = bytearray(source.stream.read())
    order = "<" if data[:2] == b"II" else ">"
    for page in pages:
        if data[2] == 43 or data[3] == 43:
            struct.pack_into(f"{order}Q", data, 8, page.place)
        else:
            struct.pack_into(f"{order}I", data, 4, page.place)
        yield Source(io.BytesIO(data), source.path, source.mediatype)


def _list_pages(stream: BinaryIO) -> list[_Directory]:
    try:
        found = list(_read_directories(stream))
    except (struct.error, OSError, ValueError):
        return []
    return [each for each in found if not each.derived and not _is_preview(each, found[0])]


def _is_preview(directory: _Directory, first: _Directory) -> bool:
    if not all((directory.width, directory.height, first.width, first.height)):
        return False
    across, down = directory.width / first.width, directory.height / first.height
    return max(across, down) <= _HALF and abs(across / down - 1) <= _ALIKE + 1 / directory.height


def _read_directories(stream: BinaryIO) -> Iterator[_Directory]:
    stream.seek(0)
    header = stream.read(16)
    order = "<" if header[:2] == b"II" else ">"
    big = struct.unpack_from(f"{order}H", header, 2)[0] == 43
    place: int = struct.unpack_from(f"{order}Q" if big else f"{order}I", header, 8 if big else 4)[0]
    word, counter = ("Q", "Q") if big else ("I", "H")
    size = struct.calcsize(f"={word}")
    seen: set[int] = set()
    while place and place not in seen and len(seen) < _MOST:
        seen.add(place)
        stream.seek(place)
        start = stream.read(struct.calcsize(f"={counter}"))
        (count,) = struct.unpack(f"{order}{counter}", start)
        if count > _ENTRIES:
            return
        body = stream.read(count * (4 + 2 * size) + size)
        tags = _read_numbers(body, count, order, size)
        derived = bool(tags.get(_KIND, 0) & _REDUCED_OR_MASK) or tags.get(_OLD_KIND) == _OLD_REDUCED
        yield _Directory(place, tags.get(_WIDTH, 0), tags.get(_HEIGHT, 0), derived)
        (place,) = struct.unpack_from(f"{order}{word}", body, count * (4 + 2 * size))


def _read_numbers(body: bytes, count: int, order: str, size: int) -> dict[int, int]:
    """Return the values of the tags that are single whole numbers."""
    kinds = {3: "H", 4: "I", 16: "Q"}
    found = {}
    for at in range(0, count * (4 + 2 * size), 4 + 2 * size):
        tag, kind = struct.unpack_from(f"{order}HH", body, at)
        if tag in (_KIND, _OLD_KIND, _WIDTH, _HEIGHT) and kind in kinds:
            (found[tag],) = struct.unpack_from(f"{order}{kinds[kind]}", body, at + 4 + size)
    return found
