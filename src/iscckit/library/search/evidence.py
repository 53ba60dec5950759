"""Calibrated evidence of an agreement, in bits.

The evidence of an agreement is the binary logarithm of how much more often it is seen between a
content and a changed copy of it than between contents that have nothing in common. Evidence of
different kinds is therefore on one scale and may be added. It is read from the tables below, which
were fitted to measurements of ``make bench-robustness`` on real media; see docs/robustness.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Final

from iscckit.algorithms.hamming import chance
from iscckit.codec.unit import MainType, SubType
from iscckit.library.search.match import AlignedCodes, EqualBits, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.comparison.agreement import UnitComparison
    from iscckit.comparison.verdict import Comparison, Verdict
    from iscckit.library.catalog.item import Item
    from iscckit.library.search.comparisons import ComparedItem
    from iscckit.library.search.match import Passage

__all__ = [
    "IDENTICAL",
    "PASSAGES",
    "PICTURE",
    "UNITS",
    "WeighedItem",
    "picture_evidence",
    "series_evidence",
    "unit_evidence",
    "weigh",
]

IDENTICAL: Final = 250.0  # bits: the same bytes, which chance never gives

_SKEW: Final = 0.35  # for kinds without a table: real codes agree more than random codes do

# table: begin
# fmt: off
_FROM: Final = 0.5  # share of equal bits at the first entry of a table
# For codes of 64 bits and of 256 bits; entries at equal steps up to all bits.
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
# For the best variant of a query and a whole picture.
PICTURE: Final = (-12.1, -12.1, -12.1, -12.1, -6.2, -1.6, 2.7, 4.8, 5.8, 6.3, 8.3, 10.2,
    12.7, 14.8, 17.7, 20.9, 23.5)
# For 1, 2, 4, 8 ... codes in one line, and a query of one code.
PASSAGES: Final[dict[str, tuple[float, ...]]] = {
    "text": (13.8, 16.6, 19.8, 23.1, 26.3, 29.6, 32.9, 36.1, 39.4, 42.7, 45.9),
    "sound": (9.7, 10.8, 13.5, 17.4, 21.3, 25.3, 29.2, 33.1, 37.0, 41.0, 44.9),
    "frame": (13.5, 14.5, 15.5, 16.5, 17.5, 18.5, 19.5, 20.5, 21.5, 22.5, 23.5),
}
# fmt: on
# table: end


@dataclass(frozen=True, slots=True)
class WeighedItem:
    """A candidate and the evidence that it is a match.

    Attributes:
        item: The item.
        comparison: Comparison of all units; None where no units could be compared.
        verdict: Verdict on all units.
        passage: Passage that shows most; None if only units agree.
        evidence: Evidence of all agreements.
        score: Certainty, 0 to 1; 0.5 for evidence that chance is expected to give once.
    """

    item: Item
    comparison: Comparison | None
    verdict: Verdict
    passage: Passage | None
    evidence: Evidence
    score: float


def weigh(compared: Iterable[ComparedItem], total: int) -> list[WeighedItem]:
    """Return the evidence of each candidate, and its score in a library of this size.

    Args:
        compared: Candidates.
        total: Number of files in the library.
    """
    prior = log2(max(total, 1))
    return [_weigh_item(each, prior) for each in compared]


def _weigh_item(each: ComparedItem, prior: float) -> WeighedItem:
    passage = max(each.passages, key=_passage_evidence, default=None)
    content = [] if passage is None else [_passage_evidence(passage)]
    rest = 0.0
    for pair in each.comparison.units if each.comparison else ():
        if pair.a.maintype == MainType.CONTENT:
            content.append(unit_evidence(pair))
        else:
            rest += unit_evidence(pair)
    evidence = Evidence(max(content, default=0.0), rest)
    score = 1.0 if each.verdict == "identical" else _score(evidence.bits - prior)
    return WeighedItem(each.item, each.comparison, each.verdict, passage, evidence, score)


def _passage_evidence(passage: Passage) -> float:
    agreement = passage.agreement
    if isinstance(agreement, AlignedCodes):
        return series_evidence(passage.kind, agreement.codes, agreement.asked)
    if isinstance(agreement, EqualBits):
        return picture_evidence(agreement.equal, agreement.bits)
    return agreement.evidence


def _score(bits: float) -> float:
    return 1 / (1 + 2 ** -max(-1000.0, min(1000.0, bits)))


def unit_evidence(pair: UnitComparison) -> float:
    """Return the evidence of a pair of units; negative if it speaks against a match.

    The evidence never falls as more bits are equal. It is 0 where the bits decide nothing. For
    kinds without a table (Semantic and Mixed) it is a share of the evidence of random codes.
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
    """Return the evidence of the best agreement of a picture with any variant of a query.

    Args:
        equal: Number of equal bits.
        bits: Number of bits of each code.
    """
    return _read(PICTURE, equal / bits)


def series_evidence(kind: str, codes: int, asked: int) -> float:
    """Return the evidence of a passage of text, sound or video.

    Longer passages show more. A query of many codes finds more by chance, so the logarithm of
    their number is subtracted.

    Args:
        kind: ``text``, ``sound`` or ``frame``.
        codes: Number of codes of the item that agree with the query in one line; at least 1.
        asked: Number of codes of the query.
    """
    return _at(PASSAGES[kind], log2(codes)) - log2(max(1, asked))


def _read(table: tuple[float, ...], share: float) -> float:
    """Return a value of a table at a share of equal bits."""
    return _at(table, max(0.0, (share - _FROM) / (1 - _FROM)) * (len(table) - 1))


def _at(table: tuple[float, ...], place: float) -> float:
    """Return a value of a table, interpolated linearly; the last entry beyond the end."""
    left = min(int(place), len(table) - 2)
    return table[left] + min(1.0, place - left) * (table[left + 1] - table[left])
