"""SimHash: one digest that resembles many digests."""

from __future__ import annotations

from iscckit import _kernel
from iscckit.errors import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

__all__ = ["simhash", "simhash_buffer"]


def simhash(digests: Sequence[bytes]) -> bytes:
    """Return the bitwise majority of ``digests``.

    Args:
        digests: At least one digest; all have the same width of at least one byte.

    Returns:
        One digest of that width. A bit is set if at least half of the digests set it, so that a
        tie counts as set.

    Raises:
        InvalidInput: There are no digests, they are empty, or their widths differ.

    Source:
        ISO 24138:2024, SimHash; Charikar 2002, doi:10.1145/509907.509965.
        Readable twin: ``iscckit.algorithms.twin.hashes.simhash``.
    """
    try:
        return _kernel.simhash_items(digests)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"simhash needs digests of one non-zero width, got {error}") from None


def simhash_buffer(buffer: Buffer, width: int) -> bytes:
    """Return the bitwise majority of the digests in a buffer.

    Args:
        buffer: At least one digest of ``width`` bytes, without gaps between digests: bytes, a
            memoryview or an array.
        width: The number of bytes of a digest, at least 1.

    Returns:
        One digest of ``width`` bytes, as from ``simhash``.

    Raises:
        InvalidInput: The buffer is not contiguous, or has no integral number of digests.
    """
    try:
        view = memoryview(buffer)
    except TypeError as error:
        raise InvalidInput(f"simhash_buffer needs a buffer: {error}") from None
    if not view.contiguous:
        raise InvalidInput("simhash_buffer needs a contiguous buffer")
    if width < 1 or view.nbytes == 0 or view.nbytes % width:
        raise InvalidInput(f"{view.nbytes} bytes are no digests of {width} bytes")
    return _kernel.simhash(view, width)
