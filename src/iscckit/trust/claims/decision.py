"""What a screening decides of one content: reserved, review, open or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.trust.claims.terms import read_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.rights.reservations import Category, Reservations

__all__ = ["CERTAIN", "Decision", "Outcome", "Reason", "decide"]

Outcome = Literal["reserved", "review", "open", "unknown"]
# ``file``: what the file itself says; ``claim``: a trusted claim; ``untrusted``: the signer is not
# trusted; ``weak``: the match is a part, or less certain than ``CERTAIN``; ``unreadable``: the
# content could not be read, so that nothing is known of it.
Reason = Literal["file", "claim", "untrusted", "weak", "unreadable", "none"]

# Score from which a near match decides: chance is expected to give one unrelated content in ten
# thousand a claim that it has nothing to do with (docs/trust.md).
CERTAIN: Final = 0.9999


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of one content.

    Attributes:
        outcome: ``reserved``: not to be used; ``review``: a person has to look; ``open``: a trusted
            claim allows the use; ``unknown``: nobody says anything.
        reason: What it rests on.
        match: The claim that decided; None without one.
    """

    outcome: Outcome
    reason: Reason
    match: ClaimMatch | None = None


def decide(
    matches: Sequence[ClaimMatch], use: Category, embedded: Reservations | None = None
) -> Decision:
    """Return the decision about a use of a content.

    Args:
        matches: Claims about the content, the best first.
        use: The kind of use.
        embedded: What the file itself says; None for codes and texts.
    """
    if embedded is not None and embedded.answer(use) == "reserved":
        return Decision("reserved", "file")
    said = [(read_terms(each.claim).answer(use), each) for each in matches]
    reserved = [each for answer, each in said if answer == "reserved"]
    for each in reserved:
        if each.state == "trusted" and _is_certain(each):
            return Decision("reserved", "claim", each)
    if reserved:
        first = min(reserved, key=lambda each: each.rank)
        return Decision("review", "weak" if first.state == "trusted" else "untrusted", first)
    for answer, each in said:
        if answer == "open" and each.state == "trusted" and _is_certain(each):
            return Decision("open", "claim", each)
    return Decision("unknown", "none")


def _is_certain(match: ClaimMatch) -> bool:
    if match.agreement in {"exact", "same-content"}:
        return True
    return match.agreement == "near" and match.match.score >= CERTAIN
