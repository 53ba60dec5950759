"""Data-Code: similar bytes have similar codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit import _kernel
from iscckit.algorithms.cdc import chunks
from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.errors import InvalidInput
from iscckit.units.simprint import Simprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

__all__ = ["CHUNK", "DataHasher", "data_code", "data_simprints"]

CHUNK: Final = 1 << 16  # average bytes of a chunk with a simprint
_BLOCK: Final = 1 << 23  # bytes that are read at a time: many times the longest chunk
_AVERAGES: Final = range(2, (1 << 20) + 1)  # bytes


class DataHasher:
    """The Data-Code of a stream of blocks.

    The result does not depend on the sizes of the blocks. ``unit`` gives the code of the bytes so
    far at any time, and updates may follow.

    Source:
        ISO 24138:2024, Data-Code.
        Readable twin: ``iscckit.algorithms.twin.hashes.data_digest``.
    """

    __slots__ = ("_kernel",)

    def __init__(self) -> None:
        self._kernel = _kernel.DataHasher()

    def update(self, block: Buffer) -> None:
        """Append the bytes of a contiguous buffer. The GIL is released meanwhile."""
        self._kernel.update(block)

    def digest(self) -> bytes:
        """Return the 32 bytes whose prefixes are the bodies of all lengths."""
        return self._kernel.digest()

    def unit(self, bits: int = 64) -> Unit:
        """Return the DATA unit of the bytes so far.

        Args:
            bits: The length of the body: 32 to 256 in steps of 32.

        Raises:
            InvalidInput: The length is not allowed.
        """
        return Unit(MainType.DATA, NO_SUBTYPE, self.digest()).shorten(bits)


def data_code(data: Buffer, *, bits: int = 64) -> Unit:
    """Make the Data-Code of ``data``.

    Args:
        data: A contiguous buffer; it may be empty.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A DATA unit. The share of equal bits of two bodies grows with the share of common
        content-defined chunks.

    Raises:
        InvalidInput: The length is not allowed.

    Source:
        ISO 24138:2024, Data-Code. Vectors: ``gen_data_code_v0`` of iscc-core 1.5.0.
    """
    return Unit(MainType.DATA, NO_SUBTYPE, _kernel.data_digest(data)).shorten(bits)


def data_simprints(stream: BinaryIO, *, average: int = CHUNK) -> Iterator[Simprint]:
    """Yield the simprints of the content-defined chunks of a stream, in order and without gaps.

    Memory does not grow with the stream.

    Args:
        stream: A stream, which is read from its position to its end. An empty stream has one
            empty chunk.
        average: The average length of a chunk in bytes, 2 to 2**20.

    Yields:
        The 256-bit Data-Code digest of each chunk, with its offset and size in bytes.

    Raises:
        InvalidInput: ``average`` is out of range.

    Source:
        An extension of iscc-sdk 0.9.7. Chunking as in ISO 24138:2024, Data-Code, with longer
        chunks; digests of parts as IMAGEWALK makes them of planes.
    """
    if average not in _AVERAGES:
        raise InvalidInput(f"average must be 2 to {_AVERAGES.stop - 1} bytes, got {average}")
    held, offset = b"", 0
    while True:
        block = stream.read(_BLOCK)
        held += block
        lengths = chunks(held, average=average)
        # The last chunk may continue in the next block.
        whole = lengths[:-1] if block else lengths
        start = 0
        for length in whole:
            body = _kernel.data_digest(memoryview(held)[start : start + length])
            yield Simprint(body, offset + start, length)
            start += length
        if not block:
            return
        held, offset = held[start:], offset + start
