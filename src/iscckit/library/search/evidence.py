"""How much an agreement shows: calibrated evidence, in bits.

The evidence of an agreement is the binary logarithm of how much more often it is seen between a
content and a changed copy of it than between contents that have nothing in common. So evidence of
different kinds is on one scale and may be added. It is read from the tables below, which were
fitted to what ``make bench-robustness`` measured on real media; docs/robustness.md says how.
"""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, Final

from iscckit.algorithms.hamming import chance
from iscckit.codec.unit import MainType, SubType

if TYPE_CHECKING:
    from iscckit.comparison.agreement import UnitComparison

__all__ = [
    "IDENTICAL",
    "PASSAGES",
    "PICTURE",
    "UNITS",
    "passage_evidence",
    "picture_evidence",
    "unit_evidence",
]

IDENTICAL: Final = 250.0  # bits: the same bytes, of which nobody has seen two by chance

_SKEW: Final = 0.35  # of kinds without a table: real codes agree more than random ones do

# table: begin
# fmt: off
_FROM: Final = 0.5  # share of equal bits at the first entry of a table
# Of 64 bits and of 256 bits; entries at equal steps up to all bits.
UNITS: Final[dict[tuple[int, int], tuple[tuple[float, ...], tuple[float, ...]]]] = {
    (MainType.META, 0): (
        (-0.9, -0.9, -0.9, -0.8, -0.4, 0.5, 2.1, 3.8, 5.5, 6.7, 7.4, 8.0, 8.6, 9.2, 10.1, 13.1,
            15.0),
        (-1.0, -1.0, -1.0, -0.9, 0.0, 2.4, 4.7, 6.3, 7.2, 7.6, 8.1, 8.7, 9.9, 11.6, 12.1, 14.1,
            15.0),
    ),
    (MainType.CONTENT, SubType.TEXT): (
        (-7.8, -5.7, -4.2, -3.3, -1.5, 1.0, 3.4, 6.1, 9.4, 12.4, 14.9, 17.5, 20.4, 23.2, 25.7, 29.8,
            34.3),
        (-13.5, -8.4, -3.7, 0.4, 5.2, 11.1, 16.0, 21.4, 26.5, 31.5, 35.8, 40.4, 45.6, 50.3, 54.9,
            61.0, 67.7),
    ),
    (MainType.CONTENT, SubType.IMAGE): (
        (-3.3, -2.9, -2.7, -2.1, -1.4, 0.1, 1.9, 3.9, 6.6, 7.4, 10.3, 10.8, 11.3, 11.5, 11.9, 15.5,
            15.5),
        (-2.8, -2.6, -1.6, 0.5, 4.3, 8.2, 8.6, 8.6, 8.6, 12.6, 12.6, 13.0, 14.5, 16.1, 18.2, 20.7,
            21.2),
    ),
    (MainType.CONTENT, SubType.AUDIO): (
        (-12.1, -11.8, -11.6, -8.1, -5.2, -4.2, -3.0, -0.6, 0.6, 2.5, 5.3, 7.0, 8.8, 10.5, 11.8,
            14.2, 16.1),
        (-12.1, -11.7, -11.7, -5.1, -5.1, -3.0, 0.2, 2.2, 5.0, 6.5, 7.5, 9.6, 11.6, 13.0, 14.4,
            17.1, 18.6),
    ),
    (MainType.CONTENT, SubType.VIDEO): (
        (-5.3, -5.3, -5.3, -3.4, -2.3, -1.4, -0.4, 0.1, 2.6, 3.9, 5.7, 7.2, 8.3, 9.9, 12.0, 13.9,
            15.1),
        (-5.0, -4.9, -4.9, -4.9, -2.5, -0.8, 1.4, 4.1, 6.5, 9.0, 11.2, 13.2, 15.4, 18.0, 20.8, 24.1,
            26.2),
    ),
    (MainType.DATA, 0): (
        (-0.1, -0.1, -0.1, -0.1, -0.1, 0.4, 1.3, 3.3, 5.9, 8.7, 11.7, 13.7, 16.4, 19.3, 20.2, 21.4,
            24.3),
        (-0.1, -0.1, 0.1, 1.1, 4.7, 11.4, 17.1, 22.7, 28.4, 34.1, 39.1, 45.1, 50.7, 55.2, 58.1,
            64.1, 70.1),
    ),
}
# Of the best form of a query with a whole picture.
PICTURE: Final = (-12.1, -12.1, -12.1, -12.1, -6.2, -1.6, 2.7, 4.8, 5.8, 6.3, 8.3, 10.2,
    12.7, 14.8, 17.7, 20.9, 23.5)
# Of 1, 2, 4, 8 ... codes in line, for a query of one code.
PASSAGES: Final[dict[str, tuple[float, ...]]] = {
    "text": (13.8, 16.6, 19.8, 23.1, 26.3, 29.6, 32.9, 36.1, 39.4, 42.7, 45.9),
    "sound": (9.7, 10.8, 13.5, 17.4, 21.3, 25.3, 29.2, 33.1, 37.0, 41.0, 44.9),
    "frame": (13.5, 14.5, 15.5, 16.5, 17.5, 18.5, 19.5, 20.5, 21.5, 22.5, 23.5),
}
# fmt: on
# table: end


def unit_evidence(pair: UnitComparison) -> float:
    """Return what a pair of units shows; negative if it speaks against.

    It never falls as more bits are equal. Where the bits cannot tell, it is nothing. Of a kind
    without a table (Semantic and Mixed) it is a share of what random codes would show.
    """
    if pair.percent is None:
        return IDENTICAL if pair.answer == "match" else 0.0
    if pair.answer == "undecided":
        return 0.0
    tables = UNITS.get((pair.a.maintype, pair.a.subtype))
    if tables is None:
        return -_SKEW * log2(chance(pair.equal, pair.bits))
    share = pair.equal / pair.bits
    short, long = (_read(table, share) for table in tables)
    weight = min(1.0, max(0.0, (pair.bits - 64) / 192))  # lengths between lie between
    return short + weight * (long - short)


def picture_evidence(equal: int, bits: int) -> float:
    """Return what the best agreement of a picture with any form of a query shows.

    Args:
        equal: Bits of the codes that agree best.
        bits: Of each.
    """
    return _read(PICTURE, equal / bits)


def passage_evidence(kind: str, codes: int, asked: int) -> float:
    """Return what a passage shows: the longer the surer, of a long query less so.

    A query of many codes finds more by chance, so the logarithm of their number is subtracted.

    Args:
        kind: ``text``, ``sound`` or ``frame``.
        codes: Of the item, that agree in line with the query; at least 1.
        asked: How many codes the query has.
    """
    return _at(PASSAGES[kind], log2(codes)) - log2(max(1, asked))


def _read(table: tuple[float, ...], share: float) -> float:
    """Return the value at a share of equal bits."""
    return _at(table, max(0.0, (share - _FROM) / (1 - _FROM)) * (len(table) - 1))


def _at(table: tuple[float, ...], place: float) -> float:
    """Return the value between two entries, in a straight line; the last one beyond the end."""
    left = min(int(place), len(table) - 2)
    return table[left] + min(1.0, place - left) * (table[left + 1] - table[left])
