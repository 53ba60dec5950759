"""Instance-Code: equal bytes have equal codes."""

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

    The results do not depend on the sizes of the blocks. ``unit`` and ``datahash`` give those of
    the bytes so far at any time, and updates may follow.

    Attributes:
        filesize: The number of bytes so far.

    Source:
        ISO 24138:2024, Instance-Code; BLAKE3 in its default mode.
    """

    __slots__ = ("_blake3", "filesize")

    def __init__(self) -> None:
        self._blake3 = blake3()
        self.filesize = 0

    def update(self, block: Buffer) -> None:
        """Append the bytes of a contiguous buffer. The GIL is released for a long one."""
        view = memoryview(block)
        if view.nbytes:  # an empty view cannot be cast to bytes
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
            bits: The length of the body: 32 to 256 in steps of 32.

        Raises:
            InvalidInput: The length is not allowed.
        """
        return Unit(MainType.INSTANCE, NO_SUBTYPE, self.digest()).shorten(bits)


def instance_code(data: Buffer, *, bits: int = 64) -> Unit:
    """Make the Instance-Code of ``data``.

    Args:
        data: A contiguous buffer; it may be empty.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        An INSTANCE unit: the first bits of the BLAKE3 hash. Two units are equal or not; their
        distance has no meaning.

    Raises:
        InvalidInput: The length is not allowed.

    Source:
        ISO 24138:2024, Instance-Code. Vectors: ``gen_instance_code_v0`` of iscc-core 1.5.0.
    """
    hasher = InstanceHasher()
    hasher.update(data)
    return hasher.unit(bits)
