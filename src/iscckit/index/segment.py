"""Segments: planes on disk in one immutable file, which is mapped into memory.

A segment is derived data: it can be deleted and written again. Its layout, little-endian, is a
header of 64 bytes, then keys, planes and tables, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.errors import LibraryError
from iscckit.index.planes import Planes, Table, build_tables, chunk_layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike, NDArray

__all__ = ["Segment", "open_segment", "write_segment"]

_MAGIC: Final = b"ISCCSEG\0"
_FORMAT: Final = 1
_HEADER: Final = struct.Struct("<8sIIQQ")  # magic, format, bits, rows, watermark; then a checksum
_ALIGNED: Final = 64


@dataclass(frozen=True, slots=True)
class Segment:
    """An open segment.

    Attributes:
        planes: Codes of the segment.
        keys: Key of each row, ascending; several rows may have one key.
        watermark: Number that the writer stores with the segment.
    """

    planes: Planes
    keys: NDArray[np.int64]
    watermark: int


def write_segment(path: str, planes: Planes, keys: NDArray[np.int64], watermark: int) -> None:
    """Write a segment atomically: readers see the whole file or none.

    Args:
        path: Path of the file.
        planes: Codes; tables over the first plane are built if they are missing.
        keys: Key of each row, ascending.
        watermark: Number to store with the segment.

    Raises:
        LibraryError: The file cannot be written.
    """
    head = _HEADER.pack(_MAGIC, _FORMAT, planes.bits, len(planes), watermark)
    tables = planes.tables or build_tables(planes.words[0])
    arrays: list[NDArray[np.generic]] = [keys.astype("<i8"), *planes.words]
    for table in tables:
        arrays += [table.offsets, table.codes, table.rows]
    try:
        with NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as file:
            try:
                file.write((head + struct.pack("<I", zlib.crc32(head))).ljust(_ALIGNED, b"\0"))
                for array in arrays:
                    file.write(np.ascontiguousarray(array).view(np.uint8).data)
                    file.write(bytes(-array.nbytes % _ALIGNED))
                file.flush()
                os.fsync(file.fileno())
                file.close()
                os.replace(file.name, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(file.name)
                raise
    except OSError as error:
        raise LibraryError(f"{path}: {error.strerror or error}") from error


def open_segment(path: str) -> Segment:
    """Map a segment into memory.

    Raises:
        LibraryError: The file is missing, damaged or of another format, and must be rewritten.
    """
    try:
        data = np.memmap(path, np.uint8, "r")
        head = bytes(data[:_ALIGNED])
    except (OSError, ValueError) as error:
        raise LibraryError(f"{path}: {error}") from error
    if len(head) < _ALIGNED:
        raise LibraryError(f"{path}: too short for an index")
    magic, version, bits, rows, watermark = _HEADER.unpack_from(head)
    (checksum,) = struct.unpack_from("<I", head, _HEADER.size)
    if magic != _MAGIC or version != _FORMAT or checksum != zlib.crc32(head[: _HEADER.size]):
        raise LibraryError(f"{path}: no index of this format, or damaged")
    sizes = list(_sizes(bits, rows))
    ends = np.cumsum([_ALIGNED, *(-(-size // _ALIGNED) * _ALIGNED for size, _ in sizes)])
    if ends[-1] != len(data):
        raise LibraryError(f"{path}: {len(data)} bytes instead of {ends[-1]}")
    arrays = [
        data[start : start + size].view(kind)
        for start, (size, kind) in zip(ends[:-1].tolist(), sizes, strict=True)
    ]
    count = -(-bits // 64)
    tables = tuple(
        Table(shift, width, *arrays[at : at + 3])
        for at, (shift, width) in zip(
            range(1 + count, len(arrays), 3), chunk_layout(rows), strict=True
        )
    )
    return Segment(Planes(bits, tuple(arrays[1 : 1 + count]), tables), arrays[0], watermark)


def _sizes(bits: int, rows: int) -> Iterator[tuple[int, DTypeLike]]:
    """Yield the size in bytes and the type of each array of a segment."""
    yield 8 * rows, np.int64
    for _ in range(-(-bits // 64)):
        yield 8 * rows, np.uint64
    for _, width in chunk_layout(rows):
        yield 4 * ((1 << width) + 1), np.uint32
        yield 8 * rows, np.uint64
        yield 4 * rows, np.uint32
