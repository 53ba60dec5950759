"""Proofs, declarations and claims as HTML: each check as a line, and what it does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from iscckit.records.safe_text import readable
from iscckit.render.claim_wording import conflict_line, match_lines, term_line
from iscckit.render.proof_wording import NOT_SHOWN, PROTOCOL, check_sentence, state_sentence
from iscckit.trust.claims.terms import apply_terms, find_conflicts
from iscckit.trust.proof.did import did_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from iscckit.json_types import JsonValue
    from iscckit.trust.claims.resolve import ClaimMatch
    from iscckit.trust.declarations.verify_file import Verified
    from iscckit.trust.proof.byte_range import ByteRange, Proven
    from iscckit.trust.proof.check_values import Check

__all__ = ["claims_html", "declaration_html", "range_html", "verification_html"]

_STATES: Final = {"trusted": "good", "valid": "warn", "invalid": "bad"}

_FOOT: Final = Markup('<p class="soft">{}; nothing of it is part of ISO 24138.</p>')


def verification_html(verified: Verified) -> Markup:
    """Return a checked proof: the state, and one row a check with what it does not show."""
    verdict = verified.verdict
    head = Markup('<div class="verdict {}" data-state="{}"><h2>{}</h2></div>').format(
        _STATES[verdict.state], verdict.state, state_sentence(verdict)
    )
    rows = Markup().join(map(_check_row, verdict.checks))
    return Markup(
        '<section class="proof">{}<table class="checks"><caption>{}</caption>'
        '<thead><tr><th scope="col">Check</th><th scope="col">Answer</th>'
        '<th scope="col">Found</th><th scope="col">What it does not show</th></tr></thead>'
        "<tbody>{}</tbody></table>{}</section>"
    ).format(head, readable(verified.path or verified.proof_path), rows, _FOOT.format(PROTOCOL))


def _check_row(check: Check) -> Markup:
    return Markup(
        '<tr data-check="{}" data-status="{}"><th scope="row">{}</th><td>{}</td><td>{}</td>'
        '<td class="soft">{}</td></tr>'
    ).format(
        check.name,
        check.status,
        check.name,
        check.status,
        check_sentence(check),
        NOT_SHOWN[check.name],
    )


def claims_html(matches: Sequence[ClaimMatch]) -> Markup:
    """Return what was declared about a content: what holds, contradictions, and the claims."""
    if not matches:
        return Markup('<p class="verdict">No claim is known about it or about a part of it.</p>')
    terms = [term_line(term) for term in apply_terms(matches)]
    conflicts = [conflict_line(each) for each in find_conflicts(matches)]
    held = "what trusted signers say of its use" if terms else "no trusted signer says anything"
    return Markup(
        '<div class="verdict {}"><h2>{}</h2>{}{}</div><ol class="claims">{}</ol>{}'
    ).format(
        "good" if terms else "warn",
        held,
        _lines(terms, "term"),
        _lines(conflicts, "note"),
        Markup().join(map(_claim_card, matches)),
        _FOOT.format(PROTOCOL),
    )


def _claim_card(found: ClaimMatch) -> Markup:
    name = found.match.item.name or found.claim.iscc_code
    return Markup(
        '<li class="card" data-match="{}" data-state="{}"><div>'
        '<h2><span class="tag">{}</span> <bdi>{}</bdi></h2>{}</div></li>'
    ).format(found.agreement, found.state, found.agreement, name, _lines(match_lines(found)))


def range_html(byte_range: ByteRange, proven: Proven) -> Markup:
    """Return a proven byte range: its place, the file's length, and what is known of the file."""
    end = byte_range.start + byte_range.count
    declared = byte_range.declaration
    pairs = [
        ("bytes", f"{byte_range.start:,} to before {end:,}"),
        (
            "length of the file",
            f"{proven.length:,} bytes, {'' if proven.authenticated else 'not '}authenticated",
        ),
        ("datahash", byte_range.datahash),
        ("declaration", "none" if declared is None else declared.iscc_id or "in no log"),
    ]
    if proven.signer is not None:
        pairs.append(("signed by", did_key(proven.signer)))
    return Markup('<section class="card"><h2>Byte range</h2>{}{}</section>').format(
        _pairs(pairs), _FOOT.format(PROTOCOL)
    )


def declaration_html(path: str, document: Mapping[str, JsonValue], signer: bytes) -> Markup:
    """Return a declaration that was made: the file, its number and log, and who signed."""
    hub = document.get("hub")
    where = str(hub["domain"]) if isinstance(hub, dict) else "in no log"
    pairs = [
        ("file", readable(path)),
        ("ISCC-ID", str(document.get("iscc_id", "none"))),
        ("log", "a private log" if where.endswith(".invalid") else where),
        ("signed by", did_key(signer)),
    ]
    return Markup('<section class="card"><h2>Declaration</h2>{}{}</section>').format(
        _pairs(pairs), _FOOT.format(PROTOCOL)
    )


def _lines(texts: Iterable[str], name: str = "") -> Markup:
    kind = Markup(' class="{}"').format(name) if name else ""
    return Markup().join(Markup("<p{}>{}</p>").format(kind, text) for text in texts)


def _pairs(pairs: Iterable[tuple[str, str]]) -> Markup:
    rows = (Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*pair) for pair in pairs)
    return Markup('<dl class="pairs">{}</dl>').format(Markup().join(rows))
