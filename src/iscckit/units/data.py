"""Data-Code: similar bytes, similar code."""

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

CHUNK: Final = 1 << 16  # bytes that a chunk with a simprint has on average
_BLOCK: Final = 1 << 23  # bytes that are read at a time: many times the longest chunk
_AVERAGES: Final = range(2, (1 << 20) + 1)  # bytes


class DataHasher:
    """The Data-Code of a stream of blocks.

    Blocks may have any size and the result does not depend on them. ``unit`` is the code of the
    bytes so far; it may be asked for at any time, and updates may go on after it.

    Source:
        ISO 24138:2024, Data-Code.
        Readable twin: ``iscckit.algorithms.reference.hashes.data_digest``.
    """

    __slots__ = ("_kernel",)

    def __init__(self) -> None:
        self._kernel = _kernel.DataHasher()

    def update(self, block: Buffer) -> None:
        """Append the bytes of any contiguous buffer; the GIL is released meanwhile."""
        self._kernel.update(block)

    def digest(self) -> bytes:
        """Return the 32 bytes whose prefixes are the bodies of all lengths."""
        return self._kernel.digest()

    def unit(self, bits: int = 64) -> Unit:
        """Return the DATA unit of the bytes so far.

        Args:
            bits: Length of the body: 32 to 256 in steps of 32.

        Raises:
            InvalidInput: A length that is not offered.
        """
        return Unit(MainType.DATA, NO_SUBTYPE, self.digest()).shorten(bits)


def data_code(data: Buffer, *, bits: int = 64) -> Unit:
    """Make the Data-Code of ``data``.

    Args:
        data: Any contiguous buffer; an empty one has a code too.
        bits: Length of the body: 32 to 256 in steps of 32.

    Returns:
        A DATA unit. The share of equal bits of two bodies grows with the share of
        content-defined chunks that the two byte sequences have in common.

    Raises:
        InvalidInput: A length that is not offered.

    Source:
        ISO 24138:2024, Data-Code. Vectors: ``gen_data_code_v0`` of iscc-core 1.5.0.
    """
    return Unit(MainType.DATA, NO_SUBTYPE, _kernel.data_digest(data)).shorten(bits)


def data_simprints(stream: BinaryIO, *, average: int = CHUNK) -> Iterator[Simprint]:
    """Yield the simprints of the content-defined chunks of a stream, in order and without gaps.

    Memory does not grow with the stream.

    Args:
        stream: Read to its end from where it stands; an empty one has one empty chunk.
        average: Wanted length of a chunk in bytes, 2 to 2**20.

    Yields:
        The 256-bit digest of each chunk's own Data-Code, with offset and size in bytes.

    Raises:
        InvalidInput: ``average`` is out of range.

    Source:
        Goes beyond iscc-sdk 0.9.7. Chunking as in ISO 24138:2024, Data-Code, with longer chunks;
        digests of parts as IMAGEWALK makes them of planes.
    """
    if average not in _AVERAGES:
        raise InvalidInput(f"average must be 2 to {_AVERAGES.stop - 1} bytes, got {average}")
    held, offset = b"", 0
    while True:
        block = stream.read(_BLOCK)
        held += block
        lengths = chunks(held, average=average)
        # Where the stream goes on, so may its last chunk.
        whole = lengths[:-1] if block else lengths
        start = 0
        for length in whole:
            body = _kernel.data_digest(memoryview(held)[start : start + length])
            yield Simprint(body, offset + start, length)
            start += length
        if not block:
            return
        held, offset = held[start:], offset + start
