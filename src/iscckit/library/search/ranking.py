"""Order of the items that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from iscckit.comparison.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.library.search.evidence import WeighedItem

__all__ = ["rank"]

_SURE: Final = 0.9  # score above which chance does not explain a match; below 1 - 0.9 it does
_ORDER: Final = {verdict: i for i, verdict in enumerate(get_args(Verdict))}


def rank(items: Iterable[WeighedItem]) -> list[WeighedItem]:
    """Sort items, the best first, and drop passages that chance explains beside better matches.

    The same file comes first, then the evidence decides; the datahash, then the path, break ties.
    Where one match is sure, items of which only a part agrees are dropped if chance explains their
    evidence.
    """
    ranked = sorted(items, key=_sort_key)
    if any(each.score > _SURE for each in ranked):
        return [each for each in ranked if each.verdict != "none" or each.score > 1 - _SURE]
    return ranked


def _sort_key(each: WeighedItem) -> tuple[bool, float, int, tuple[bytes, bytes]]:
    same_file = each.verdict == "identical"
    return not same_file, -each.evidence.bits, _ORDER[each.verdict], each.item.rank_key
