"""MinHash: a digest of a set; equal bits of two digests measure the overlap of the sets."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["minhash"]

_PLANES: Final = range(1, 33)  # bits of a minimum
_PLANE_BYTES: Final = 8  # one bit of each of the 64 minima


def minhash(features: Sequence[int] | Buffer, *, planes: int = 4) -> bytes:
    """Return the MinHash digest of a set of 32-bit ``features``.

    Args:
        features: At least one number 0..2**32 - 1, as a sequence of integers or a contiguous
            buffer of unsigned 32-bit numbers. Order and repetition do not matter.
        planes: The number of lowest bits that are kept of each minimum, 1..32.

    Returns:
        8 bytes a plane. Bit k of plane p is bit p of the minimum under permutation k, so that a
        digest of fewer planes is a prefix of one of more.

    Raises:
        InvalidInput: There are no features, a number is out of range, the buffer has another type,
            or the number of planes is out of range.

    Source:
        ISO 24138:2024, MinHash; Broder 1997, doi:10.1109/SEQUEN.1997.666900.
        Readable twin: ``iscckit.algorithms.twin.hashes.minhash``.
    """
    if planes not in _PLANES:
        raise InvalidInput(f"planes must be 1..{_PLANES.stop - 1}, got {planes}")
    words = _to_words(features)
    if not words.nbytes:
        raise InvalidInput("minhash needs at least one feature")
    return _kernel.minhash(words)[: planes * _PLANE_BYTES]


def _to_words(features: Sequence[int] | Buffer) -> memoryview:
    if isinstance(features, Sequence) and not isinstance(features, (bytes, bytearray, memoryview)):
        try:
            return memoryview(array("I", features))
        except (TypeError, OverflowError) as error:
            raise InvalidInput(f"features must be integers 0..2**32 - 1: {error}") from error

    view = memoryview(features)
    if view.itemsize != 4 or view.format not in ("I", "L") or not view.c_contiguous:
        raise InvalidInput(f"features must be contiguous 32-bit words, got format {view.format!r}")
    return view
