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

_BLOCK: Final = 1 << 18  # bytes: read, BLAKE3 and chunking find it in the second-level cache
_BLOCKS: Final = 6  # how far one thread may run ahead of the other
_SMALL: Final = 1 << 20  # bytes: below it a second thread costs more than it saves


class Hashes(NamedTuple):
    """What one pass over a stream gives.

    Attributes:
        data: The 32 bytes of the Data-Code.
        instance: The 32 bytes of the Instance-Code: the BLAKE3 hash.
        filesize: Number of bytes.
    """

    data: bytes
    instance: bytes
    filesize: int

    @property
    def datahash(self) -> str:
        """The BLAKE3 multihash in 68 hexadecimal digits."""
        return DATAHASH_PREFIX + self.instance.hex()

    def data_unit(self, bits: int = 64) -> Unit:
        """Return the DATA unit: 32 to 256 bits in steps of 32."""
        return Unit(MainType.DATA, NO_SUBTYPE, self.data).shorten(bits)

    def instance_unit(self, bits: int = 64) -> Unit:
        """Return the INSTANCE unit: 32 to 256 bits in steps of 32."""
        return Unit(MainType.INSTANCE, NO_SUBTYPE, self.instance).shorten(bits)


def hash_stream(stream: BinaryIO) -> Hashes:
    """Read ``stream`` to its end and make both digests.

    Long streams are hashed by two threads in a fixed ring of buffers, so memory does not grow
    with their size.

    Args:
        stream: Anything that reads bytes and blocks until it has some. It is read from where it
            stands and stays open.

    Returns:
        Both digests and the number of bytes read.

    Raises:
        InvalidInput: The stream is in non-blocking mode and had nothing to give.
        OSError: Whatever the stream itself raises.
    """
    data, instance = DataHasher(), InstanceHasher()
    fill = _filler(stream)
    block = memoryview(bytearray(_BLOCK))
    size = _BLOCK
    while size == _BLOCK and instance.filesize < _SMALL:
        size = fill(block)
        data.update(block[:size])
        instance.update(block[:size])
    if size == _BLOCK:
        _hash_rest(fill, data, instance)
    return Hashes(data.digest(), instance.digest(), instance.filesize)


def _filler(stream: BinaryIO) -> Callable[[memoryview], int]:
    """Return a function that fills a buffer from ``stream``, short only at its end."""

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
    """Hash what is left: this thread reads and feeds BLAKE3, a second one chunks."""
    from queue import SimpleQueue  # noqa: PLC0415 (files below _SMALL need no thread)
    from threading import Thread  # noqa: PLC0415

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
