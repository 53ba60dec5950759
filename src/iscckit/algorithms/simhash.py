"""SimHash: one digest that resembles many."""

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
        digests: n >= 1 digests, each of the same width >= 1 in bytes.

    Returns:
        One digest of that width. A bit is set where at least half of the
        digests set it, so a tie counts as set.

    Raises:
        InvalidInput: No digests, empty digests, or digests of unequal width.

    Source:
        ISO 24138:2024, SimHash; Charikar 2002, doi:10.1145/509907.509965.
        Readable twin: ``iscckit.algorithms.reference.hashes.simhash``.
    """
    try:
        return _kernel.simhash_items(digests)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"simhash needs digests of one non-zero width, got {error}") from None


def simhash_buffer(buffer: Buffer, width: int) -> bytes:
    """Return the bitwise majority of digests that lie one after the other.

    Args:
        buffer: n >= 1 digests of ``width`` bytes, without gaps: bytes, a memoryview or an array.
        width: Bytes of one digest, at least 1.

    Returns:
        One digest of ``width`` bytes, as from ``simhash``.

    Raises:
        InvalidInput: No whole number of digests, or no contiguous buffer.
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
