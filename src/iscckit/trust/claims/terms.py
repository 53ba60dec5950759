"""What the claims about a content say of its use, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput
from iscckit.trust.rights.reservations import (
    CATEGORIES,
    NOTHING,
    Answer,
    Reservations,
    make_reservations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.trust.claims.claim import Claim
    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.rights.reservations import Category

__all__ = ["Conflict", "Term", "apply_terms", "find_conflicts", "read_terms"]

_STRICTEST: Final[tuple[Answer, ...]] = ("reserved", "open")


@dataclass(frozen=True, slots=True)
class Term:
    """What holds for one kind of use.

    Attributes:
        category: The kind of use.
        answer: Whether it is reserved or open.
        source: The claim that decides: among trusted ones the most restrictive, then the closest.
    """

    category: Category
    answer: Answer
    source: ClaimMatch

    @property
    def is_inherited(self) -> bool:
        """Whether the claim is about a content that is only similar, or shares a part."""
        return self.source.agreement in {"near", "part"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that contradict each other about one kind of use.

    Attributes:
        category: The kind of use.
        reserved: Claims that reserve it.
        open: Claims that leave it open.
    """

    category: Category
    reserved: tuple[ClaimMatch, ...]
    open: tuple[ClaimMatch, ...]


def read_terms(claim: Claim) -> Reservations:
    """Return what a claim says of the use of its content."""
    said = claim.binding.get("tdm")
    if not isinstance(said, dict):
        return NOTHING
    policy = said.get("policy")
    answers = {name: str(answer) for name, answer in said.items() if name != "policy"}
    try:
        return make_reservations(answers, policy=policy if isinstance(policy, str) else None)
    except InvalidInput:  # of a later version: what is not understood is not said
        return NOTHING


def apply_terms(matches: Iterable[ClaimMatch]) -> tuple[Term, ...]:
    """Return what holds for each kind of use: the most restrictive of the trusted claims.

    Claims of signers that are not trusted are never applied. A kind of use of which no trusted
    claim says anything is missing.
    """
    trusted = [each for each in matches if each.state == "trusted"]
    terms = []
    for category in CATEGORIES:
        said = [(read_terms(each.claim).answer(category), each) for each in trusted]
        for answer in _STRICTEST:
            found = next((each for given, each in said if given == answer), None)
            if found is not None:
                terms.append(Term(category, answer, found))
                break
    return tuple(terms)


def find_conflicts(matches: Iterable[ClaimMatch]) -> tuple[Conflict, ...]:
    """Return the kinds of use about which claims contradict each other, whoever signed them."""
    listed = list(matches)
    conflicts = []
    for category in CATEGORIES:
        said = [(read_terms(each.claim).answer(category), each) for each in listed]
        reserved = tuple(each for answer, each in said if answer == "reserved")
        opened = tuple(each for answer, each in said if answer == "open")
        if reserved and opened:
            conflicts.append(Conflict(category, reserved, opened))
    return tuple(conflicts)
