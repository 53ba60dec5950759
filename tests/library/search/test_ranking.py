"""The same file comes first, then evidence decides; chance is dropped beside a sure match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.library.catalog.item import Item, Stat
from iscckit.library.search.evidence import WeighedItem
from iscckit.library.search.match import Evidence
from iscckit.library.search.ranking import rank

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Verdict


def weighed(number: int, verdict: Verdict, bits: float, score: float) -> WeighedItem:
    item = Item(number, f"/{number}", Stat(0, 0, 0, 0), "present")
    return WeighedItem(item, None, verdict, None, Evidence(bits, 0.0), score)


def numbers(found: list[WeighedItem]) -> list[int]:
    return [each.item.id for each in found]


def test_the_same_file_comes_first_then_the_strongest_evidence() -> None:
    found = [
        weighed(1, "near", 300.0, 1.0),
        weighed(2, "identical", 250.0, 1.0),
        weighed(3, "near", 90.0, 1.0),
        weighed(4, "data", 300.0, 1.0),
    ]
    assert numbers(rank(found)) == [2, 1, 4, 3]


def test_equal_evidence_is_ordered_by_verdict_and_number() -> None:
    found = [
        weighed(4, "none", 20.0, 0.5),
        weighed(3, "near", 20.0, 0.5),
        weighed(2, "near", 20.0, 0.5),
    ]
    assert numbers(rank(found)) == [2, 3, 4]


def test_passages_that_chance_explains_are_dropped_beside_a_sure_match_only() -> None:
    weak, weak_units = weighed(1, "none", 3.0, 0.05), weighed(2, "metadata", 3.0, 0.05)
    assert numbers(rank([weak, weak_units])) == [2, 1]
    sure = weighed(3, "near", 99.0, 0.99)
    assert numbers(rank([weak, weak_units, sure])) == [3, 2]
