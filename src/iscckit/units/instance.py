"""Instance-Code: the same bytes, the same code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from blake3 import blake3

from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["DATAHASH_PREFIX", "InstanceHasher", "instance_code"]

DATAHASH_PREFIX: Final = "1e20"  # multihash: BLAKE3, 32 bytes


class InstanceHasher:
    """The Instance-Code, datahash and size of a stream of blocks.

    Blocks may have any size. ``unit`` and ``datahash`` are those of the bytes so far; they may
    be asked for at any time, and updates may go on after it.

    Attributes:
        filesize: Number of bytes so far.

    Source:
        ISO 24138:2024, Instance-Code; BLAKE3 in its default mode.
    """

    __slots__ = ("_blake3", "filesize")

    def __init__(self) -> None:
        self._blake3 = blake3()
        self.filesize = 0

    def update(self, block: Buffer) -> None:
        """Append the bytes of any contiguous buffer; the GIL is released for long ones."""
        view = memoryview(block)
        if view.nbytes:  # an empty view has no bytes to be cast to
            self._blake3.update(view.cast("B"))
            self.filesize += view.nbytes

    def digest(self) -> bytes:
        """Return the 32 bytes whose prefixes are the bodies of all lengths."""
        return self._blake3.digest()

    @property
    def datahash(self) -> str:
        """The BLAKE3 multihash of the bytes so far, in 68 hexadecimal digits."""
        return DATAHASH_PREFIX + self._blake3.hexdigest()

    def unit(self, bits: int = 64) -> Unit:
        """Return the INSTANCE unit of the bytes so far.

        Args:
            bits: Length of the body: 32 to 256 in steps of 32.

        Raises:
            InvalidInput: A length that is not offered.
        """
        return Unit(MainType.INSTANCE, NO_SUBTYPE, self.digest()).shorten(bits)


def instance_code(data: Buffer, *, bits: int = 64) -> Unit:
    """Make the Instance-Code of ``data``.

    Args:
        data: Any contiguous buffer; an empty one has a code too.
        bits: Length of the body: 32 to 256 in steps of 32.

    Returns:
        An INSTANCE unit: the first bits of the BLAKE3 hash. It is equal or not; a distance
        means nothing.

    Raises:
        InvalidInput: A length that is not offered.

    Source:
        ISO 24138:2024, Instance-Code. Vectors: ``gen_instance_code_v0`` of iscc-core 1.5.0.
    """
    hasher = InstanceHasher()
    hasher.update(data)
    return hasher.unit(bits)
