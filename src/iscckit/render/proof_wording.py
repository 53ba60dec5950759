"""The checks of a proof in words: one line each, as terminals and pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.check_values import Check, Name, Verdict

__all__ = [
    "NOT_SHOWN",
    "PROTOCOL",
    "check_sentence",
    "describe_place",
    "state_sentence",
    "time_in_words",
]

# What outputs call the protocol; nothing of it is part of ISO 24138:2024.
PROTOCOL: Final = "IDP-Declaration v0.1-draft"

# What a check does not show, by its name, however it ends.
NOT_SHOWN: Final[dict[Name, str]] = {
    "content": "It does not show who made the content or owns it.",
    "signature": "It does not show that what was signed is true.",
    "signer": "It does not show which person has the key: learn that by another way.",
    "log": "It does not show who was first: another log may have an older entry.",
    "checkpoint": "It does not show that everybody is told of the same log.",
    "time": "It does not show when the content was made, only before when it existed.",
    "doi": "It does not show that the work of the DOI is this content, unless it is verified.",
    "deletion": "It does not show that nothing was taken back where nobody looked.",
}

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CONTENT: Final = {
    "exact": "exact: these are the bytes that were declared",
    "same-content": "not exact: other bytes with the same content ({unit} equal)",
    "similar": "not exact: similar to what was declared ({unit} {percent} %)",
    "other": "not exact: other content than was declared",
    "missing": "the file is not beside the proof",
    "part": "part {part}",
    "unread": "not read",
}
_SIGNER: Final = {
    "trusted": "trusted: {name} ({did})",
    "expected": "as expected: {did}",
    "unexpected": "not the expected signer, but {did}",
    "unauthorized": "{controller} does not have the key {key}",
    "changed": "CHANGED: {controller} had another key before than {key}",
    "unknown": "unknown: {did}",
}
_CHECKPOINT: Final = {
    "none": "none: there is no log",
    "pinned": "pinned: {key}",
    "private": "the signer's own log, {key}",
    "unknown": "unknown: {key}",
    "key-changed": "CHANGED: the pinned key is {pinned}, this one {key}",
}


def check_sentence(check: Check) -> str:
    """Return what a check found, without its name."""
    facts = check.facts
    if "reason" in facts:
        sentence = str(facts["reason"])
    elif check.name == "content":
        sentence = _content(check)
    elif check.name == "signer":
        sentence = _signer(check)
    elif check.name == "time":
        sentence = _time(check)
    elif check.name == "log":
        sentence = _log(facts) if check.result == "included" else "none: in no log"
    elif check.name == "checkpoint":
        sentence = _CHECKPOINT[check.result].format_map(facts)
    elif check.name == "doi":
        sentence = _doi(check)
    elif check.name == "deletion":
        found = check.result == "retracted"
        sentence = f"retracted: entry {facts['seq']} of the log" if found else "none known"
    else:
        sentence = f"{check.result}: {facts.get('iscc_code', '')}"
    return f"{sentence}; this was required" if facts.get("required") else sentence


def state_sentence(verdict: Verdict) -> str:
    """Return what the checks come to."""
    failed = [each.name for each in verdict.checks if each.status == "fails"]
    if failed:
        return f"invalid: {', '.join(failed)}"
    if verdict.state == "trusted":
        return "trusted"
    return "valid, by a signer that you do not know"


def describe_place(selector: Mapping[str, JsonValue]) -> str:
    """Return where a part is, in words."""
    if selector["segment"] == "fingerprints":
        return "fingerprints"
    said = [str(selector["segment"])]
    if "content" in selector:
        said.append(str(selector["content"]))
    if "page" in selector:
        said.append(f"page {selector['page']}")
    if "offset" in selector:
        said.append(f"at {selector['offset']}, {selector.get('size')} long")
    return ", ".join(said)


def time_in_words(us: JsonValue) -> str:
    """Return a time in UTC to the second; ``us`` counts microseconds since 1970."""
    time = _EPOCH + timedelta(microseconds=int(str(us)))
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _content(check: Check) -> str:
    said = _CONTENT[check.result].format_map(check.facts)
    selector = check.facts.get("selector")
    if isinstance(selector, dict):
        return f"{said}: {describe_place(selector)}; it belongs to the declaration"
    return said


def _signer(check: Check) -> str:
    if "did" not in check.facts:
        return "unknown, without a valid signature"
    said = _SIGNER[check.result].format_map(check.facts)
    if "controller" in check.facts and check.result not in {"unauthorized", "changed"}:
        said += f", says to be {check.facts['controller']} ({check.facts['identity']})"
    return said


def _log(facts: Mapping[str, JsonValue]) -> str:
    kind = "a private log" if facts["private"] else str(facts["origin"])
    said = f"entry {facts['seq']} of {facts['size']} in {kind}, {facts['iscc_id']}"
    if "newer_size" in facts:
        said += f"; the log has {facts['newer_size']} entries now and kept this one"
    return said


def _time(check: Check) -> str:
    facts = check.facts
    tokens = facts.get("tokens")
    listed = tokens if isinstance(tokens, list) else []
    said = [_token(each) for each in listed if isinstance(each, dict)]
    if "logged_us" in facts:
        whose = "a private log" if facts["private"] else "the log"
        verb = "says" if check.result == "logged" else "claims"
        said.append(f"{whose} {verb} {time_in_words(facts['logged_us'])}")
    if check.result == "id-after-token":
        return f"the log's time is later than the timestamp over it: {'; '.join(said)}"
    if check.result == "none":
        return "none: no timestamp and no log"
    if check.result == "claimed":
        return f"claimed: {'; '.join(said)}"
    return f"not later than {time_in_words(facts['latest_us'])}: {'; '.join(said)}"


def _token(token: Mapping[str, JsonValue]) -> str:
    known = "" if token["pinned"] else " (root not pinned)"
    return f"{token['authority']}{known} says {time_in_words(token['time_us'])}"


def _doi(check: Check) -> str:
    if check.result == "none":
        return "none"
    said = f"{check.result}: {check.facts['doi']}"
    if "evidence" in check.facts and check.result == "claimed":
        said += f", evidence of {check.facts['evidence']} in the proof"
    return said
