"""Blocks of a mapped file, each compared with its checksum before it is first read.

A block has 4,096 bytes, as a page of memory: whoever reads one byte of it has the system read all
of it, so that the comparison reads nothing more from the disk. A block that was found good is not
compared again by this process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit import _kernel
from iscckit.errors import LibraryError

if TYPE_CHECKING:
    import os
    from typing import BinaryIO

    from numpy.typing import NDArray

__all__ = ["BLOCK", "Blocks", "SummedFile", "get_seen_blocks", "make_damage_error"]

BLOCK: Final = 4096  # bytes; the same number stands in kernel/search/checked_blocks.hpp
_FACTOR: Final = 0x9E3779B1  # by which the kernel multiplies the number of a block
_KNOWN: Final = 1024  # files of which this process remembers what it compared


def make_damage_error(name: str) -> LibraryError:
    """Return the error that says that an index is not what was written."""
    return LibraryError(f"{name} is damaged", reason_code="index-damaged", path=name)


@lru_cache(maxsize=_KNOWN)
def _seen(identity: tuple[int, ...], count: int) -> bytearray:
    return bytearray(count)


def get_seen_blocks(stat: os.stat_result, count: int) -> bytearray:
    """Return a byte for each block of a file, 1 if this process found the block good.

    A file that was written or replaced since gets new bytes.
    """
    return _seen((stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size), count)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The checked part of a mapped file.

    Attributes:
        path: Path of the file, for messages.
        file: Bytes of the checked part.
        sums: Checksum of each block.
        seen: 1 for each block that was found good.
    """

    path: str
    file: NDArray[np.uint8]
    sums: NDArray[np.uint32]
    seen: bytearray

    @property
    def parts(self) -> tuple[memoryview, memoryview, bytearray]:
        """The blocks in the form that the kernel takes."""
        return self.file.data, self.sums.data, self.seen

    def require(self, array: NDArray[np.generic]) -> None:
        """Compare all blocks of an array that lies in the file.

        Raises:
            LibraryError: A block is damaged.
        """
        if array.nbytes:
            self._require(self._start(array), array.nbytes)

    def require_entries(self, array: NDArray[np.generic], rows: NDArray[np.integer]) -> None:
        """Compare the blocks of some entries of an array that lies in the file.

        Raises:
            LibraryError: A block is damaged, or the array has fewer entries.
        """
        if not len(rows):
            return
        if int(rows.max()) >= len(array):
            raise make_damage_error(self.path)
        blocks = (self._start(array) + rows.astype(np.int64) * array.itemsize) // BLOCK
        for block in np.unique(blocks).tolist():
            if not self.seen[block]:
                self._require(block * BLOCK, 1)

    def _start(self, array: NDArray[np.generic]) -> int:
        return int(array.ctypes.data - self.file.ctypes.data)

    def _require(self, start: int, size: int) -> None:
        try:
            _kernel.search_require(self.parts, start, size)
        except IndexError as error:
            raise make_damage_error(self.path) from error


class SummedFile:
    """Writes a file and sums its blocks."""

    def __init__(self, file: BinaryIO) -> None:
        """Write into an empty file, which stays open."""
        self._file = file
        self._pending = bytearray()  # the begin of a block
        self._sums: list[NDArray[np.uint32]] = []
        self._count = 0

    def write(self, data: bytes | memoryview) -> None:
        """Write some bytes."""
        self._file.write(data)
        missing = -len(self._pending) % BLOCK
        if missing or len(data) < BLOCK:
            self._pending += data[:missing] if missing else data
            data = data[missing:] if missing else b""
            if len(self._pending) % BLOCK:
                return
            self._add(self._pending)
            self._pending = bytearray()
        whole = len(data) - len(data) % BLOCK
        self._add(data[:whole])
        self._pending += data[whole:]

    def finish(self) -> bytes:
        """Return the checksums of all blocks, 4 bytes each; nothing is written any more."""
        self._add(self._pending)
        return np.concatenate(self._sums).astype("<u4").tobytes() if self._sums else b""

    def _add(self, data: bytes | bytearray | memoryview) -> None:
        if not len(data):
            return
        sums = np.frombuffer(_kernel.search_checksums(data), np.uint32)
        self._sums.append(sums + np.uint32(self._count * _FACTOR & 0xFFFFFFFF))
        self._count += len(sums)
