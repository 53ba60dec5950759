"""Matches from weighed items, with the page or picture of a document where a passage lies."""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import TYPE_CHECKING

from iscckit.library.search.match import Match, Region, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.search.evidence import WeighedItem

__all__ = ["make_matches"]


def make_matches(catalog: Catalog, items: Iterable[WeighedItem]) -> tuple[Match, ...]:
    """Return items as matches, with the page or the picture of a document that was found.

    This reads the record or the fingerprints of each item, so call it for the best items only.
    """
    return tuple(_make_match(catalog, each) for each in items)


def _make_match(catalog: Catalog, each: WeighedItem) -> Match:
    place = None if each.passage is None else each.passage.place
    return Match(
        item=each.item,
        verdict=each.verdict,
        score=each.score,
        evidence=each.evidence,
        comparison=each.comparison,
        passage=each.passage,
        page=_find_page(catalog, each.item.id, place) if isinstance(place, TextSpan) else None,
        picture=_find_name(catalog, each.item.id, place) if isinstance(place, Region) else "",
    )


def _find_page(catalog: Catalog, item: int, place: TextSpan) -> int | None:
    """Return the page on which a passage begins; None for a text without pages."""
    record = json.loads(catalog.record(item) or "{}")
    for features in record.get("features", ()):
        if features.get("segment") == "page":
            at = bisect_right(features["offsets"], place.start)
            if at:
                page: int = features["pages"][at - 1]
                return page
    return None


def _find_name(catalog: Catalog, item: int, place: Region) -> str:
    """Return the name of a picture of a document; empty for one without a name."""
    for prints in catalog.fingerprints_of(item):
        if prints.kind == "picture" and prints.labels:
            names = prints.labels
            return names[place.picture] if place.picture < len(names) else ""
    return ""
