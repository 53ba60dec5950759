"""The part that two contents share: its place in each of them, and how well both agree there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["WHOLE", "Box", "Part", "PartKind", "Place"]

WHOLE: Final = 0.9  # share from which a text or a recording counts as all of it
PartKind = Literal["text", "sound", "frame", "picture"]
Box = tuple[float, float, float, float]  # left, top, right and lower edge, as shares of the sides


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part lies in one of two contents.

    Attributes:
        share: Share of the content that the part is, 0 to 1.
        start: First character of the cleaned text, or first second; None for a picture.
        end: End in the same unit; None for a picture.
        box: Region of a picture, upright as the file shows it; None for all of it.
        page: Page of a document, from 1; None without pages.
        name: Name of the picture in its document; empty for a content that is the picture.
    """

    share: float
    start: float | None = None
    end: float | None = None
    box: Box | None = None
    page: int | None = None
    name: str = ""

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the place in JSON types."""
        return {
            "share": round(self.share, 4),
            "start": self.start,
            "end": self.end,
            "box": None if self.box is None else [round(edge, 4) for edge in self.box],
            "page": self.page,
            "name": self.name or None,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A part that two contents share.

    Attributes:
        kind: ``text``, ``sound``, ``frame`` (of a video) or ``picture``.
        a: Place in A.
        b: Place in B.
        agreement: How well both agree there, 0 to 1: the share of codes in line, of equal bits,
            or the correlation of pictures that were laid on each other.
        evidence: How much that shows, in bits: the binary logarithm of how much more often such
            agreement is seen between a content and its copy than between unrelated contents.
        turn: What makes B of A: the number of quarter turns to the left, plus 4 if A is mirrored
            before; 0 for other kinds.
    """

    kind: PartKind
    a: Place
    b: Place
    agreement: float
    evidence: float
    turn: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the part is all of both contents, as they are."""
        boxes = self.a.box or self.b.box
        return min(self.a.share, self.b.share) >= WHOLE and self.turn == 0 and boxes is None

    def swap(self) -> Part:
        """Return the part with the sides exchanged."""
        turn = self.turn if self.turn >= 4 else -self.turn % 4  # a mirrored turn undoes itself
        return Part(self.kind, self.b, self.a, self.agreement, self.evidence, turn)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the part in JSON types."""
        return {
            "kind": self.kind,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "agreement": round(self.agreement, 4),
            "evidence_bits": round(self.evidence, 2),
            "turn": self.turn,
        }
