"""Hamming distances between the units of two codes, as plain numbers."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from iscckit import _kernel
from iscckit.codec.faults import STRICT, to_invalid_code

__all__ = ["Distance", "distances"]


class Distance(NamedTuple):
    """The distance of two units of one kind.

    Attributes:
        maintype: The MainType of both headers.
        subtype: The SubType of both headers.
        version: The Version of both headers.
        bits_a: The length of the unit of the first code, in bits.
        bits_b: The length of the unit of the second code, in bits.
        differing: The number of differing bits in the common prefix.
    """

    maintype: int
    subtype: int
    version: int
    bits_a: int
    bits_b: int
    differing: int


def distances(a: str, b: str) -> list[Distance]:
    """Compare two codes in one call of the kernel, without odds or verdict.

    Args:
        a: A unit, ISCC-CODE, sequence or ISCC-ID in any spelling.
        b: A code of any kind and length.

    Returns:
        One distance for each pair of units of equal MainType, SubType and Version, in the order
        of ``a``, then of ``b``. For Instance-Codes and ISCC-IDs only 0 is meaningful.

    Raises:
        InvalidCode: ``a`` or ``b`` is malformed.
    """
    try:
        return list(map(_as_distance, _kernel.codec_compare(a, b, STRICT)))
    except ValueError as error:
        raise to_invalid_code((a, b)[error.args[2]], error) from None


_as_distance: Final = partial(tuple.__new__, Distance)
