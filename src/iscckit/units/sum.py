"""ISCC-SUM: the Data-Code and the Instance-Code of a stream in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.errors import InvalidInput
from iscckit.units.data import DataHasher
from iscckit.units.instance import DATAHASH_PREFIX, InstanceHasher

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Hashes", "hash_stream"]

_BLOCK: Final = 1 << 18  # bytes; a block stays in the second-level cache from read to chunking
_BLOCKS: Final = 6  # blocks by which one thread may be ahead of the other
_SMALL: Final = 1 << 20  # bytes; below this a second thread costs more than it saves


class Hashes(NamedTuple):
    """The digests of a stream, from one pass over it.

    Attributes:
        data: The 32 bytes of the Data-Code.
        instance: The 32 bytes of the Instance-Code: the BLAKE3 hash.
        filesize: The number of bytes.
    """

    data: bytes
    instance: bytes
    filesize: int

    @property
    def datahash(self) -> str:
        """The BLAKE3 multihash in 68 hexadecimal digits."""
        return DATAHASH_PREFIX + self.instance.hex()

    def data_unit(self, bits: int = 64) -> Unit:
        """Return the DATA unit of 32 to 256 bits in steps of 32."""
        return Unit(MainType.DATA, NO_SUBTYPE, self.data).shorten(bits)

    def instance_unit(self, bits: int = 64) -> Unit:
        """Return the INSTANCE unit of 32 to 256 bits in steps of 32."""
        return Unit(MainType.INSTANCE, NO_SUBTYPE, self.instance).shorten(bits)


def hash_stream(stream: BinaryIO) -> Hashes:
    """Read ``stream`` to its end and return both digests.

    Two threads hash a long stream with a fixed ring of buffers, so that memory does not grow with
    its size.

    Args:
        stream: A blocking stream of bytes. It is read from its position to its end and stays open.

    Returns:
        Both digests and the number of bytes read.

    Raises:
        InvalidInput: The stream is in non-blocking mode and has no data yet.
        OSError: An error of the stream.
    """
    data, instance = DataHasher(), InstanceHasher()
    fill = _make_filler(stream)
    block = memoryview(bytearray(_BLOCK))
    size = _BLOCK
    while size == _BLOCK and instance.filesize < _SMALL:
        size = fill(block)
        data.update(block[:size])
        instance.update(block[:size])
    if size == _BLOCK:
        _hash_rest(fill, data, instance)
    return Hashes(data.digest(), instance.digest(), instance.filesize)


def _make_filler(stream: BinaryIO) -> Callable[[memoryview], int]:
    """Return a function that fills a buffer from ``stream``, completely except at its end."""

    def copy(view: memoryview) -> int | None:
        block = stream.read(len(view))
        if block is not None:
            view[: len(block)] = block
        return None if block is None else len(block)

    readinto: Callable[[memoryview], int | None] = getattr(stream, "readinto", copy)

    def fill(view: memoryview) -> int:
        size = 0
        while size < len(view):
            count = readinto(view[size:])
            if count is None:
                raise InvalidInput("the stream is in non-blocking mode and has no data yet")
            if count == 0:
                break
            size += count
        return size

    return fill


def _hash_rest(
    fill: Callable[[memoryview], int], data: DataHasher, instance: InstanceHasher
) -> None:
    """Hash the rest of a stream: this thread reads and feeds BLAKE3, a second one chunks."""
    from queue import SimpleQueue  # files below _SMALL need no thread
    from threading import Thread

    free: SimpleQueue[memoryview] = SimpleQueue()
    filled: SimpleQueue[tuple[memoryview, int] | None] = SimpleQueue()
    failures: list[BaseException] = []
    for _ in range(_BLOCKS):
        free.put(memoryview(bytearray(_BLOCK)))

    def chunk() -> None:
        while (item := filled.get()) is not None:
            buffer, size = item
            try:
                if not failures:
                    data.update(buffer[:size])
            except BaseException as error:
                failures.append(error)
            free.put(buffer)

    thread = Thread(target=chunk, name="iscckit-data", daemon=True)
    thread.start()
    try:
        size = _BLOCK
        while size == _BLOCK and not failures:
            buffer = free.get()
            size = fill(buffer)
            filled.put((buffer, size))
            instance.update(buffer[:size])
    finally:
        filled.put(None)
        thread.join()
    if failures:
        raise failures[0]
