"""Winner-takes-all hash: a bit for each of a fixed list of pairs of elements."""

from __future__ import annotations

from iscckit import _kernel
from iscckit.errors import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["wtahash"]


def wtahash(vector: Sequence[int], *, bits: int = 256) -> bytes:
    """Return the winner-takes-all hash of a summed frame signature.

    Args:
        vector: 380 integers of at most 64 bits.
        bits: The length of the hash: 8 to 256 in steps of 8.

    Returns:
        The hash. Bit k, counted from the highest bit of byte 0, is set if the second element of
        pair k is larger than the first. A tie counts as not set.

    Raises:
        InvalidInput: The number of elements is wrong, an element is not an integer, or the length
            is not allowed.

    Source:
        ISO 24138:2024, Content-Code Video; Yagnik et al. 2011, doi:10.1109/ICCV.2011.6126527.
        Readable twin: ``iscckit.algorithms.twin.hashes.wtahash``.
    """
    try:
        return _kernel.wtahash(vector, bits)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"wtahash needs 380 integers and 8..256 bits: {error}") from None
