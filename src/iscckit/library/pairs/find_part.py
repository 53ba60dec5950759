"""The part that two files share, found as search finds parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.comparison.verdict import Comparison, add_part, compare
from iscckit.library.pairs.pictures import find_picture
from iscckit.library.pairs.series import find_passage
from iscckit.records.rules import record_rules

if TYPE_CHECKING:
    from iscckit.comparison.part import Part
    from iscckit.library.search.query import Query

__all__ = ["compare_files", "find_part"]

_LEAST: Final = 10.0  # bits of evidence: chance gives as much once in a thousand unrelated pairs


def find_part(a: Query, b: Query) -> Part | None:
    """Return the part that two files share: a passage, a region, or a picture in a document.

    Args:
        a: What search would look for with the first file.
        b: The same of the second file.

    Returns:
        The part that shows most; None if nothing is beyond chance. ``find_part(b, a)`` is the same
        part with the sides exchanged.
    """
    found = [find_passage(a.series, b.series, a.record, b.record), find_picture(a, b)]
    parts = [part for part in found if part is not None and part.evidence >= _LEAST]
    return max(parts, key=lambda part: part.evidence, default=None)


def compare_files(a: Query, b: Query) -> Comparison:
    """Compare two files: unit by unit, and by the parts that they share.

    Args:
        a: What search would look for with the first file.
        b: The same of the second file.
    """
    found = compare(
        a.units,
        b.units,
        quality_a=a.flags,
        quality_b=b.flags,
        rules_a=record_rules(a.record),
        rules_b=record_rules(b.record),
        measured=True,
    )
    return found if found.verdict == "identical" else add_part(found, find_part(a, b))
