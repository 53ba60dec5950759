"""Search: the way from a query to matches, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.library.partitions.store import Partitions
from iscckit.library.search.candidates import find_candidates
from iscckit.library.search.comparisons import compare_items
from iscckit.library.search.crops import find_crops
from iscckit.library.search.evidence import weigh
from iscckit.library.search.filter import Filter
from iscckit.library.search.make_matches import make_matches
from iscckit.library.search.match import Answer
from iscckit.library.search.passages import locate_passages
from iscckit.library.search.ranking import rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.search.query import Query

__all__ = ["search"]


def search(
    catalog: Catalog,
    query: Query,
    *,
    limit: int = 20,
    radius: int | None = None,
    which: Filter | None = None,
    also: Iterable[int] = (),
    partitions: Partitions | None = None,
) -> Answer:
    """Find the items of a library that have something in common with ``query``.

    Each step takes the values of the steps before it, and no step calls an earlier one.

    Args:
        catalog: Catalog of the library.
        query: What to look for.
        limit: Maximum number of matches.
        radius: Radius of all units in bits; None for the largest radius at which chance is
            expected to give few candidates in a library of this size.
        which: Conditions on the matches; None for all.
        also: Numbers of further candidates that the index does not know.
        partitions: The index of this catalog as it is now; None opens it.
    """
    candidates = find_candidates(query, partitions or Partitions(catalog), radius)
    crops = find_crops(query.grid, candidates.keypoints, catalog)
    passages = locate_passages(query, candidates, crops)
    items = catalog.items({*candidates.units.items, *passages, *also})
    compared = compare_items(query, items, passages, which or Filter())
    weighed = weigh(compared, candidates.total)
    matches = make_matches(catalog, rank(weighed)[:limit])
    return Answer(matches, candidates.total, candidates.units.radius, candidates.units.false_hits)
