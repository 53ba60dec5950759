"""Segments: planes on disk in one immutable file, which is mapped into memory.

A segment is derived data: it can be deleted and written again. Its layout, little-endian, is a
header of 64 bytes, then keys, planes and tables, each at a multiple of 64 bytes; then a checksum of
4 bytes for each block of all that, and the BLAKE3 hash of header and checksums. Damage is found
when a block is first read (``index.blocks``).
"""

from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import numpy as np
from blake3 import blake3

from iscckit.errors import LibraryError
from iscckit.index.blocks import BLOCK, Blocks, SummedFile, get_seen_blocks, make_damage_error
from iscckit.index.planes import Planes, Table, build_tables, chunk_layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike, NDArray

__all__ = ["Segment", "open_segment", "write_segment"]

_MAGIC: Final = b"ISCCSEG\0"
_FORMAT: Final = 2  # 1 had no checksums of blocks
_HEADER: Final = struct.Struct("<8sIIQQ")  # magic, format, bits, rows, watermark; then a checksum
_ALIGNED: Final = 64
_DIGEST: Final = 32  # bytes at the end
_BITS: Final = range(32, 257, 32)


@dataclass(frozen=True, slots=True)
class Segment:
    """An open segment.

    Attributes:
        planes: Codes of the segment.
        keys: Key of each row, ascending; several rows may have one key. They may lie in a file:
            ``keys_of`` and ``verify`` compare its blocks with their checksums.
        watermark: Number that the writer stores with the segment.
    """

    planes: Planes
    keys: NDArray[np.int64]
    watermark: int

    def keys_of(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the keys of some rows.

        Raises:
            LibraryError: The file is damaged.
        """
        if self.planes.blocks is not None:
            self.planes.blocks.require_entries(self.keys, rows)
        found: NDArray[np.int64] = self.keys[rows]
        return found

    def verify_keys(self) -> None:
        """Compare all keys with their checksums.

        Raises:
            LibraryError: The file is damaged.
        """
        if self.planes.blocks is not None:
            self.planes.blocks.require(self.keys)

    def verify(self, *, tables: bool = False) -> None:
        """Compare all keys and codes with their checksums.

        Args:
            tables: Compare the tables as well, and so the whole file.

        Raises:
            LibraryError: The file is damaged.
        """
        blocks = self.planes.blocks
        if blocks is None:
            return
        if tables:
            blocks.require(blocks.file)
        self.verify_keys()
        self.planes.verify()


def write_segment(
    path: str, planes: Planes, keys: NDArray[np.int64], watermark: int, *, mode: int = 0o666
) -> None:
    """Write a segment atomically: readers see the whole file or none.

    Args:
        path: Path of the file.
        planes: Codes; tables over the first plane are built if they are missing.
        keys: Key of each row, ascending.
        watermark: Number to store with the segment.
        mode: Permissions of the file, which the umask may narrow.

    Raises:
        LibraryError: The file cannot be written.
    """
    head = _HEADER.pack(_MAGIC, _FORMAT, planes.bits, len(planes), watermark)
    head = (head + struct.pack("<I", zlib.crc32(head))).ljust(_ALIGNED, b"\0")
    tables = planes.tables or build_tables(planes.words[0])
    arrays: list[NDArray[np.generic]] = [keys.astype("<i8"), *planes.words]
    for table in tables:
        arrays += [table.offsets, table.codes, table.rows]
    draft = f"{path}.{token_hex(8)}"
    try:
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                summed = SummedFile(file)
                summed.write(head)
                for array in arrays:
                    summed.write(np.ascontiguousarray(array).view(np.uint8).data)
                    summed.write(bytes(-array.nbytes % _ALIGNED))
                sums = summed.finish()
                file.write(sums)
                file.write(blake3(head + sums).digest())
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
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
        stat = os.stat(path)
    except (OSError, ValueError) as error:
        raise LibraryError(f"{path}: {error}", reason_code="index-damaged", path=path) from error
    bits, rows, watermark = _read_header(path, bytes(data[:_ALIGNED]))
    sizes = list(_sizes(bits, rows))
    ends = np.cumsum([_ALIGNED, *(-(-size // _ALIGNED) * _ALIGNED for size, _ in sizes)])
    end = int(ends[-1])
    count = -(-end // BLOCK)
    if len(data) != end + 4 * count + _DIGEST or stat.st_size != len(data):
        raise make_damage_error(path)
    sums = data[end:-_DIGEST]
    if blake3(bytes(data[:_ALIGNED]) + sums.tobytes()).digest() != data[-_DIGEST:].tobytes():
        raise make_damage_error(path)
    blocks = Blocks(path, data[:end], sums.view("<u4"), get_seen_blocks(stat, count))
    arrays = [
        data[start : start + size].view(kind)
        for start, (size, kind) in zip(ends[:-1].tolist(), sizes, strict=True)
    ]
    words = -(-bits // 64)
    tables = tuple(
        Table(shift, width, *arrays[at : at + 3])
        for at, (shift, width) in zip(
            range(1 + words, len(arrays), 3), chunk_layout(rows), strict=True
        )
    )
    planes = Planes(bits, tuple(arrays[1 : 1 + words]), tables, blocks)
    return Segment(planes, arrays[0], watermark)


def _read_header(path: str, head: bytes) -> tuple[int, int, int]:
    """Return bits, rows and watermark of a segment."""
    if len(head) < _ALIGNED:
        raise make_damage_error(path)
    magic, version, bits, rows, watermark = _HEADER.unpack_from(head)
    (checksum,) = struct.unpack_from("<I", head, _HEADER.size)
    if magic != _MAGIC or checksum != zlib.crc32(head[: _HEADER.size]):
        raise make_damage_error(path)
    if version != _FORMAT or bits not in _BITS:
        raise LibraryError(
            f"{path}: an index of another format", reason_code="index-damaged", path=path
        )
    return bits, rows, watermark


def _sizes(bits: int, rows: int) -> Iterator[tuple[int, DTypeLike]]:
    """Yield the size in bytes and the type of each array of a segment."""
    yield 8 * rows, np.int64
    for _ in range(-(-bits // 64)):
        yield 8 * rows, np.uint64
    for _, width in chunk_layout(rows):
        yield 4 * ((1 << width) + 1), np.uint32
        yield 8 * rows, np.uint64
        yield 4 * rows, np.uint32
