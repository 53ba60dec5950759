"""How far the units of two codes are apart, as plain numbers."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.problems import STRICT, invalid

__all__ = ["Distance", "distances"]


class Distance(NamedTuple):
    """Two units of one kind.

    Attributes:
        maintype: As in the header; likewise subtype and version.
        bits_a: Length of the first code's unit.
        bits_b: Length of the second code's unit.
        differing: Differing bits of the common prefix.
    """

    maintype: int
    subtype: int
    version: int
    bits_a: int
    bits_b: int
    differing: int


def distances(a: str, b: str) -> list[Distance]:
    """Compare two codes in one call of the kernel: no chance, no verdict.

    Args:
        a: A unit, ISCC-CODE, sequence or ISCC-ID in any spelling.
        b: The same; the kinds and lengths may differ.

    Returns:
        One distance for every pair of units of equal MainType, SubType and Version, in the
        order of ``a``, then of ``b``. Of Instance-Codes and ISCC-IDs only 0 means anything.

    Raises:
        InvalidCode: A text is no code.
    """
    try:
        return list(map(_as_distance, _kernel.codec_compare(a, b, STRICT)))
    except ValueError as error:
        raise invalid((a, b)[error.args[2]], error) from None


_as_distance: Final = partial(tuple.__new__, Distance)
