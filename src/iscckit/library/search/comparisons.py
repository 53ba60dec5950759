"""Comparison of the query with each candidate, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.comparison.verdict import compare
from iscckit.records.rules import record_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from iscckit.comparison.verdict import Comparison, Verdict
    from iscckit.library.catalog.item import Item
    from iscckit.library.search.filter import Filter
    from iscckit.library.search.match import Passage
    from iscckit.library.search.query import Query

__all__ = ["ComparedItem", "compare_items"]


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """An item that has something in common with the query.

    Attributes:
        item: The item.
        comparison: Comparison of all units; None where no units could be compared.
        verdict: Verdict on all units; "none" where only a part agrees.
        passages: Parts of the item that agree with the query.
    """

    item: Item
    comparison: Comparison | None
    verdict: Verdict
    passages: Sequence[Passage]


def compare_items(
    query: Query,
    items: Iterable[Item],
    passages: Mapping[int, Sequence[Passage]],
    which: Filter,
) -> list[ComparedItem]:
    """Compare the query with candidates and keep those that have something in common with it.

    Args:
        query: What is looked for.
        items: Candidates.
        passages: Parts of items that agree with the query, by number of the item.
        which: Conditions on the items.
    """
    compared = []
    for item in items:
        if item.state == "failed" or not which.accepts(item):
            continue
        comparison = _compare(query, item)
        verdict = "none" if comparison is None else comparison.verdict
        if verdict == "undecided":  # no reason to show an item
            verdict = "none"
        parts = passages.get(item.id, ())
        if verdict != "none" or parts:
            compared.append(ComparedItem(item, comparison, verdict, parts))
    return compared


def _compare(query: Query, item: Item) -> Comparison | None:
    if not query.units or not item.units:
        return None
    return compare(
        query.units,
        item.units,
        quality_a=query.flags,
        quality_b=item.flags,
        rules_a=record_rules(query.record),
        rules_b=item.equal_rules,
        measured=query.kind == "file",
    )
