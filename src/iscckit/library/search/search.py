"""Search: candidates from every unit and fingerprint, each compared on every unit it has."""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from dataclasses import dataclass, replace
from math import log2
from typing import TYPE_CHECKING, Final, get_args

from iscckit.codec.unit import MainType
from iscckit.comparison.verdict import Comparison, Verdict, compare
from iscckit.index.radius import default_radius, expected_false_hits
from iscckit.library.index.partitions import UNIT_BITS, Partitions, unit_kind
from iscckit.library.search.evidence import unit_evidence
from iscckit.library.search.passages import Passage, passages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iscckit.codec.unit import Unit
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Item
    from iscckit.library.search.query import Query

__all__ = ["Answer", "Filter", "Match", "search"]

_SURE: Final = 0.9  # score from which chance is no explanation; below 1 - 0.9 it is one
_ORDER: Final = {verdict: i for i, verdict in enumerate(get_args(Verdict))}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a match must be like.

    Attributes:
        mode: ``text``, ``image``, ``audio``, ``video``; None takes all.
        folder: Below which it lies; None takes all.
        since: Changed at this time or later, in seconds since 1970; None takes all.
        until: Changed at this time or before.
    """

    mode: str | None = None
    folder: str | None = None
    since: float | None = None
    until: float | None = None

    def takes(self, item: Item) -> bool:
        """Tell whether ``item`` may be a match."""
        if self.mode is not None and item.mode != self.mode:
            return False
        if self.folder is not None:
            folder = os.path.abspath(self.folder)
            if not item.path.startswith(folder.rstrip("/") + "/"):
                return False
        changed = item.stat.mtime / 1e9
        return (self.since is None or changed >= self.since) and (
            self.until is None or changed <= self.until
        )


@dataclass(frozen=True, slots=True)
class Match:
    """One item that has something to do with the query.

    Attributes:
        item: The item.
        verdict: From all units, by the table of rules; "none" where only a part agrees.
        score: How sure it is, 0 to 1: 0.5 where the evidence is what chance gives once among all
            items.
        evidence: In bits.
        comparison: Unit by unit; None where there was nothing to compare.
        passage: The part that agrees; None if only units do.
        page: On which the passage begins, from 1; None where there are no pages.
    """

    item: Item
    verdict: Verdict
    score: float
    evidence: float
    comparison: Comparison | None
    passage: Passage | None
    page: int | None = None

    @property
    def relation(self) -> str:
        """The verdict, or "part" where no more than a part agrees."""
        weak = self.verdict in {"none", "metadata", "data"}
        return "part" if self.passage is not None and weak else self.verdict

    @property
    def sentence(self) -> str:
        """Why it is a match, in one sentence."""
        if self.passage is not None and self.relation == "part":
            where = f" on page {self.page}" if self.page else ""
            return f"Has {self.passage.words}{where}."
        return self.comparison.sentence if self.comparison else ""

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the match in JSON types."""
        return {
            "path": os.fsencode(self.item.path).decode("utf-8", "backslashreplace"),
            "iscc": self.item.iscc,
            "relation": self.relation,
            "verdict": self.verdict,
            "score": round(self.score, 6),
            "evidence_bits": round(self.evidence, 2),
            "sentence": self.sentence,
            "passage": None
            if self.passage is None
            else {
                "kind": self.passage.kind,
                "start": self.passage.start,
                "end": self.passage.end,
                "query_start": self.passage.query_start,
                "page": self.page,
                "box": None
                if self.passage.box is None
                else [round(edge, 4) for edge in self.passage.box],
            },
            "units": []
            if self.comparison is None
            else [pair.to_dict() for pair in self.comparison.units],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found.

    Attributes:
        matches: The best first.
        items: How many items there are in the library.
        radius: In bits, at which each kind of unit was searched.
        false_hits: That chance alone is expected to have given within these.
    """

    matches: tuple[Match, ...]
    items: int
    radius: dict[str, int]
    false_hits: float


def search(
    catalog: Catalog,
    query: Query,
    *,
    limit: int = 20,
    radius: int | None = None,
    which: Filter | None = None,
) -> Answer:
    """Find what in a library has something to do with ``query``.

    Args:
        catalog: Of the library.
        query: What to look for.
        limit: How many matches at most.
        radius: In bits of a unit; by default as far as chance allows in a library of this size.
        which: What matches must be like.
    """
    partitions, which = Partitions(catalog), which or Filter()
    parts = passages(query, partitions, catalog)
    numbers, used, chances = _candidates(query, partitions, radius)
    total = sum(len(partitions[name]) for name in partitions.names() if name.startswith("unit-3"))
    matches: list[Match] = []
    for item in catalog.items({*numbers, *parts}):
        if item.state != "failed" and which.takes(item):
            match = _match(query, item, parts.get(item.id), max(total, 1))
            if match is not None:
                matches.append(match)
    matches = _beyond_chance(sorted(matches, key=_rank))
    best = [_with_page(catalog, match) for match in matches[:limit]]
    return Answer(tuple(best), total, used, chances)


def _candidates(
    query: Query, partitions: Partitions, radius: int | None
) -> tuple[set[int], dict[str, int], float]:
    """Return the items of which some unit is near one of the query."""
    numbers: set[int] = set()
    used: dict[str, int] = {}
    chances = 0.0
    for unit in query.units:
        name = unit_kind(unit)
        partition = partitions[name]
        if not len(partition):
            continue
        bits = min(unit.bits, UNIT_BITS)
        if unit.maintype == MainType.INSTANCE:
            numbers.update(each.item for each in partition.within(unit.body, 0))
            continue
        widest = default_radius(bits, len(partition)) if radius is None else radius
        used[unit.type_id] = widest
        chances += expected_false_hits(bits, len(partition), widest)
        numbers.update(each.item for each in partition.within(unit.body, widest))
    return numbers, used, chances


def _match(query: Query, item: Item, passage: Passage | None, total: int) -> Match | None:
    comparison = _compared(query, item)
    verdict: Verdict = comparison.verdict if comparison else "none"
    if verdict == "none" and passage is None:
        return None
    evidence = _evidence(comparison, passage)
    score = 1.0 if verdict == "identical" else _score(evidence - log2(total))
    return Match(item, verdict, score, evidence, comparison, passage)


def _compared(query: Query, item: Item) -> Comparison | None:
    mine: Sequence[Unit] = query.units
    if not mine or not item.units:
        return None
    return compare(mine, item.units, quality_a=query.flags, quality_b=item.flags)


def _evidence(comparison: Comparison | None, passage: Passage | None) -> float:
    """Return what all agreements show together, in bits.

    The whole content and a part of it say the same twice, so only the stronger one counts.
    """
    content = [] if passage is None else [passage.evidence]
    others = 0.0
    for pair in comparison.units if comparison else ():
        if pair.a.maintype == MainType.CONTENT:
            content.append(unit_evidence(pair))
        else:
            others += unit_evidence(pair)
    return others + max(content, default=0.0)


def _beyond_chance(matches: list[Match]) -> list[Match]:
    """Leave out the parts that chance explains, where there is an answer that it does not."""
    if not any(match.score > _SURE for match in matches):
        return matches
    return [match for match in matches if match.verdict != "none" or match.score > 1 - _SURE]


def _score(bits: float) -> float:
    return 1 / (1 + 2 ** -max(-1000.0, min(1000.0, bits)))


def _rank(match: Match) -> tuple[bool, float, int, int]:
    strong = match.verdict == "identical"
    return not strong, -match.evidence, _ORDER[match.verdict], match.item.id


def _with_page(catalog: Catalog, match: Match) -> Match:
    """Add the page on which a passage of text begins, and the name of a picture."""
    if match.passage is None:
        return match
    if match.passage.kind == "picture":
        return replace(match, passage=_named(catalog, match))
    if match.passage.kind != "text":
        return match
    record = catalog.record(match.item.id)
    for features in json.loads(record or "{}").get("features", ()):
        if features.get("segment") == "page":
            at = bisect_right(features["offsets"], match.passage.start)
            if at:
                return replace(match, page=features["pages"][at - 1])
    return match


def _named(catalog: Catalog, match: Match) -> Passage:
    passage = match.passage
    assert passage is not None
    labels: Iterable[str] = next(
        (
            row[3]
            for row in catalog.fingerprints_of(match.item.id)
            if row[0] == "picture" and row[3]
        ),
        (),
    )
    names = list(labels)
    place = int(passage.start)
    if not names or place >= len(names):
        return passage
    agreed = passage.words[passage.words.index("(") :]
    return replace(passage, words=f"{names[place]} {agreed}")
