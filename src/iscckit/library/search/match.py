"""Values that a search returns: matches, the passages in which they agree, and the evidence.

Wording is made of these values by ``render.match_wording``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparison, Verdict
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item

__all__ = [
    "AlignedCodes",
    "Answer",
    "Box",
    "EqualBits",
    "Evidence",
    "Match",
    "Passage",
    "PassageKind",
    "Region",
    "Registration",
    "TextSpan",
    "TimeSpan",
]

PassageKind = Literal["text", "sound", "frame", "picture"]
Box = tuple[float, float, float, float]  # left, top, right and lower edge, as shares of the sides


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Place of a passage in a text, in characters of the cleaned text.

    Attributes:
        start: Offset in the item, rounded down to a multiple of 16.
        end: Offset of the end, about.
        query_start: Offset in the query.
    """

    start: int
    end: int
    query_start: int

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the place in JSON types."""
        return {"start": self.start, "end": self.end, "query_start": self.query_start}


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Place of a passage in sound or video, in seconds.

    Attributes:
        start: Start in the item.
        end: End in the item.
        query_start: Start in the query.
    """

    start: float
    end: float
    query_start: float

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the place in JSON types."""
        return {"start": self.start, "end": self.end, "query_start": self.query_start}


@dataclass(frozen=True, slots=True)
class Region:
    """Place of a passage in a picture.

    Attributes:
        picture: Number of the picture in its document; 0 for the first and for a single picture.
        turn: Orientation of the query, 0 to 7: the number of quarter turns to the left, plus 4 if
            the query is mirrored before.
        cut: Part of the query that was looked for; None for all of it.
        box: Part of the item that agrees; None for all of it.
        query_box: Part of the query, after its turn, that agrees; None for all of it.
    """

    picture: int = 0
    turn: int = 0
    cut: Box | None = None
    box: Box | None = None
    query_box: Box | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the place in JSON types: the number of the picture stands for its place."""
        return {"start": self.picture, "end": self.picture, "query_start": 0}


@dataclass(frozen=True, slots=True)
class AlignedCodes:
    """Agreement of a sequence of codes.

    Attributes:
        codes: Number of codes of the item that agree with the query in one line.
        asked: Number of codes of the query.
    """

    codes: int
    asked: int


@dataclass(frozen=True, slots=True)
class EqualBits:
    """Agreement of the codes of two pictures.

    Attributes:
        equal: Number of equal bits.
        bits: Number of bits that were compared.
    """

    equal: int
    bits: int


@dataclass(frozen=True, slots=True)
class Registration:
    """Agreement of two pictures that were laid on each other.

    Attributes:
        correlation: Correlation of what both show, -1 to 1.
        inliers: Number of keypoints whose places fit.
        evidence: Evidence of the agreement, in bits.
    """

    correlation: float
    inliers: int
    evidence: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an item that agrees with the query.

    Attributes:
        kind: ``text``, ``sound``, ``frame`` (of a video) or ``picture``.
        place: Place in the item and in the query.
        agreement: How well that place agrees.
    """

    kind: PassageKind
    place: TextSpan | TimeSpan | Region
    agreement: AlignedCodes | EqualBits | Registration

    def to_dict(self, page: int | None = None) -> dict[str, JsonValue]:
        """Return the passage in JSON types.

        Args:
            page: Page of the item on which the passage begins, from 1; None without pages.
        """
        return {"kind": self.kind, **self.place.to_dict(), "page": page, "box": self._box()}

    def _box(self) -> JsonValue:
        box = self.place.box if isinstance(self.place, Region) else None
        return None if box is None else [round(edge, 4) for edge in box]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much the agreements of a query and an item show, in bits.

    Attributes:
        content: Evidence of the whole content or of a passage, whichever is more: both say the
            same, so they are not added.
        rest: Evidence of title, meaning and bytes together.
    """

    content: float
    rest: float

    @property
    def bits(self) -> float:
        """All evidence."""
        return self.rest + self.content

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the evidence in JSON types."""
        return {"evidence_bits": round(self.bits, 2)}


@dataclass(frozen=True, slots=True)
class Match:
    """One item that has something in common with the query.

    Attributes:
        item: The item.
        verdict: Verdict on all units, by the table of rules; "none" where only a part agrees.
        score: Certainty, 0 to 1; 0.5 for evidence that chance is expected to give once in the
            library.
        evidence: Evidence of all agreements.
        comparison: Comparison unit by unit; None where no units could be compared.
        passage: Part of the item that agrees; None if only units agree.
        page: Page on which the passage begins, from 1; None where the item has no pages.
        picture: Name of the picture of a document in which the passage lies; empty without one.
    """

    item: Item
    verdict: Verdict
    score: float
    evidence: Evidence
    comparison: Comparison | None
    passage: Passage | None
    page: int | None = None
    picture: str = ""

    @property
    def relation(self) -> str:
        """The verdict, or "part" where no more than a part agrees."""
        weak = self.verdict in {"none", "metadata", "data"}
        return "part" if self.passage is not None and weak else self.verdict

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the match in JSON types, without a sentence; see ``render.match_wording``."""
        units: list[JsonValue] = []
        if self.comparison is not None:
            units += [pair.to_dict() for pair in self.comparison.units]
        return {
            "path": readable(self.item.path),
            "iscc": self.item.iscc,
            "relation": self.relation,
            "verdict": self.verdict,
            "score": round(self.score, 6),
            **self.evidence.to_dict(),
            "rules": self._rules(),
            "passage": None if self.passage is None else self.passage.to_dict(self.page),
            "units": units,
        }

    def _rules(self) -> JsonValue:
        """Return the versions of the rules of query and item where they differ."""
        found = None if self.comparison is None else self.comparison.rules
        return None if found is None else list(found)


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of a search.

    Attributes:
        matches: Matches, the best first.
        items: Number of files in the library that have a Data-Code.
        radius: Radius in bits within which each kind of unit was searched, by its type.
        false_hits: Number of candidates that chance is expected to give within these radii.
    """

    matches: tuple[Match, ...]
    items: int
    radius: dict[str, int]
    false_hits: float
