"""Data-Code: similar bytes, similar code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit import _kernel
from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["DataHasher", "data_code"]


class DataHasher:
    """The Data-Code of a stream of blocks.

    Blocks may have any size and the result does not depend on them. ``unit`` is the code of the
    bytes so far; it may be asked for at any time, and updates may go on after it.

    Source:
        ISO 24138:2024, Data-Code. Readable twin: ``iscckit.algorithms.reference.data_digest``.
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
