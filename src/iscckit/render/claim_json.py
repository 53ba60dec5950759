"""Claims, terms and decisions as JSON for the command line, pages and the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from iscckit.records.safe_text import readable
from iscckit.trust.claims.decision_log import show_value
from iscckit.trust.claims.terms import apply_terms, find_conflicts, read_terms
from iscckit.trust.proof.did import did_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.json_types import JsonValue
    from iscckit.trust.claims.claim import Claim
    from iscckit.trust.claims.decision import Decision
    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.claims.screen import Screened

__all__ = ["answer_json", "claim_match_json", "decision_json", "find_doi", "time_text"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def answer_json(query: str, matches: Sequence[ClaimMatch]) -> dict[str, JsonValue]:
    """Return what ``iscc resolve`` answers: claims, the terms that hold, and contradictions."""
    terms: dict[str, JsonValue] = {
        term.category: {
            "answer": term.answer,
            "claim": term.source.claim.key,
            "inherited": term.is_inherited,
            "match": term.source.agreement,
        }
        for term in apply_terms(matches)
    }
    conflicts: list[JsonValue] = [
        {
            "category": each.category,
            "reserved": [match.claim.key for match in each.reserved],
            "open": [match.claim.key for match in each.open],
        }
        for each in find_conflicts(matches)
    ]
    return {
        "query": readable(query),
        "protocol": "IDP-Declaration v0.1-draft",
        "claims": [claim_match_json(each) for each in matches],
        "terms": terms,
        "conflicts": conflicts,
    }


def claim_match_json(found: ClaimMatch) -> dict[str, JsonValue]:
    """Return a claim and how the query agrees with its content."""
    match, claim = found.match, found.claim
    return {
        "claim": claim.key,
        "match": found.agreement,
        "score": round(match.score, 6),
        **match.evidence.to_dict(),
        "basis": found.basis,
        "path": readable(match.item.path) if found.basis == "library" else None,
        "passage": None if match.passage is None else match.passage.to_dict(match.page),
        "iscc": claim.iscc_code,
        "datahash": claim.datahash.hex(),
        "iscc_id": claim.iscc_id,
        "doi": find_doi(claim),
        "license": claim.binding.get("license"),
        "tdm": dict(read_terms(claim).said()),
        "policy": read_terms(claim).policy,
        "signer": did_key(claim.signer),
        "controller": claim.controller,
        "state": found.state,
        "log": claim.log,
        "private": claim.is_private,
        "time": time_text(claim),
        "time_rests_on": claim.time_kind if claim.time is not None else None,
    }


def decision_json(screened: Screened) -> dict[str, JsonValue]:
    """Return the decision about one row."""
    decision: Decision = screened.decision
    return {
        "row": screened.row.number,
        "value": show_value(screened.row.value),
        "kind": screened.row.kind,
        "decision": decision.outcome,
        "reason": decision.reason,
        "claim": None if decision.match is None else claim_match_json(decision.match),
        "error": screened.error or None,
    }


def time_text(claim: Claim) -> str | None:
    """Return the time of a claim by ISO 8601, in UTC; None without one."""
    if claim.time is None:
        return None
    moment = _EPOCH + timedelta(microseconds=claim.time)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def find_doi(claim: Claim) -> str | None:
    """Return the DOI that a claim names; None if it names none."""
    listed = claim.binding.get("identifiers")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("scheme") == "doi":
            return str(each.get("code"))
    seed = claim.binding.get("seed")
    doi = seed.get("doi") if isinstance(seed, dict) else None
    return doi if isinstance(doi, str) else None
