"""Sentences about claims: what they say, who says it, and how the query came to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.render.claim_json import find_doi, time_text
from iscckit.render.match_wording import match_sentence
from iscckit.trust.claims.terms import read_terms
from iscckit.trust.proof.did import did_key

if TYPE_CHECKING:
    from iscckit.trust.claims.decision import Decision
    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.claims.terms import Conflict, Term

__all__ = ["conflict_line", "match_lines", "reason_text", "term_line"]

_BASES: Final = {
    "library": "by a file of the library",
    "fingerprints": "by the fingerprints of the proof",
    "units": "by the units of the note",
    "code": "by 64 bits of each unit, all that is known of the file",
}
_REASONS: Final = {
    "file": "the file says so itself",
    "claim": "a trusted claim says so",
    "untrusted": "a claim of a signer that is not trusted reserves it",
    "weak": "a trusted claim reserves it, but the match is a part or not certain",
    "unreadable": "it cannot be read",
    "none": "nobody says anything",
}


def match_lines(found: ClaimMatch) -> list[str]:
    """Return what there is to say of a claim, line by line."""
    claim = found.claim
    who = claim.controller or did_key(claim.signer)
    sentence = match_sentence(found.match).rstrip(".")
    lines = [f"{sentence}; found {_BASES[found.basis]}"]
    state = "trusted" if found.state == "trusted" else "not trusted, so that it only is shown"
    lines.append(f"signer {who} ({state})")
    doi, licence = find_doi(claim), claim.binding.get("license")
    if doi or licence:
        named = [f"DOI {doi} (claimed)" if doi else "", f"licence {licence}" if licence else ""]
        lines.append(", ".join(filter(None, named)))
    said = read_terms(claim)
    if said.said():
        policy = f"; conditions: {said.policy}" if said.policy else ""
        told = ", ".join(f"{name} {answer}" for name, answer in said.said().items())
        lines.append(f"{told}{policy}")
    lines.append(_time_line(found))
    return lines


def _time_line(found: ClaimMatch) -> str:
    claim, moment = found.claim, time_text(found.claim)
    if moment is None:
        return "no time"
    if claim.time_kind == "token":
        return f"existed at {moment}, by a time stamp"
    if claim.time_kind == "log":
        return f"{claim.iscc_id} in the log {claim.log} at {moment}"
    log = f", {claim.iscc_id} in a private log" if claim.iscc_id and claim.is_private else ""
    return f"{moment} by the signer's own word{log}"


def term_line(term: Term) -> str:
    """Return what holds for one kind of use."""
    how = f", inherited: the match is {term.source.agreement}" if term.is_inherited else ""
    return f"{term.category} is {term.answer}{how}"


def conflict_line(conflict: Conflict) -> str:
    """Return which claims contradict each other."""
    return (
        f"{conflict.category}: {len(conflict.reserved)} reserve it, {len(conflict.open)} leave it "
        "open"
    )


def reason_text(decision: Decision) -> str:
    """Return what a decision rests on."""
    return _REASONS[decision.reason]
