"""Distances between many codes, each with each, by one kind of unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.codec.code import decompose
from iscckit.codec.unit import MainType, Unit
from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.json_types import JsonValue

__all__ = ["CODES", "Kind", "Matrix", "matrix"]

Kind = Literal["meta", "semantic", "content", "data"]

CODES: Final = 500  # codes in one matrix: an eighth of a million pairs

_MAINTYPES: Final[dict[Kind, MainType]] = {
    "meta": MainType.META,
    "semantic": MainType.SEMANTIC,
    "content": MainType.CONTENT,
    "data": MainType.DATA,
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """The distances between any two of several codes.

    Attributes:
        unit: The kind of the compared units.
        bits: The number of compared bits: the length of the shortest unit; 0 without units.
        units: The compared unit of each code, or None.
        hamming: The number of differing bits, a row for each code; None if a code has no such
            unit, or if modalities or versions differ.
    """

    unit: Kind
    bits: int
    units: tuple[Unit | None, ...]
    hamming: tuple[tuple[int | None, ...], ...]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the matrix in JSON types."""
        return {
            "unit": self.unit,
            "bits": self.bits,
            "units": [None if unit is None else str(unit) for unit in self.units],
            "hamming": [list(row) for row in self.hamming],
        }


def matrix(codes: Sequence[str], unit: Kind) -> Matrix:
    """Compare each code with each other by one kind of unit.

    Args:
        codes: Up to 500 codes in any spelling.
        unit: The kind of unit to compare. Instance-Codes are excluded, since they have no
            distance.

    Returns:
        The matrix; it is symmetric, with 0 on its diagonal.

    Raises:
        InvalidCode: A code is malformed.
        InvalidInput: There are more than 500 codes.
    """
    if len(codes) > CODES:
        raise InvalidInput(f"a matrix has at most {CODES} codes, got {len(codes)}")
    maintype = _MAINTYPES[unit]
    units = tuple(
        next((each for each in decompose(code) if each.maintype == maintype), None)
        for code in codes
    )
    size = min((len(each.body) for each in units if each is not None), default=0)
    prefixes = [  # numbers, made once a code: there are many pairs
        None
        if each is None
        else ((each.subtype, each.version), int.from_bytes(each.body[:size], "big"))
        for each in units
    ]
    rows = tuple(
        tuple((x[1] ^ y[1]).bit_count() if x and y and x[0] == y[0] else None for y in prefixes)
        for x in prefixes
    )
    return Matrix(unit, 8 * size, units, rows)
