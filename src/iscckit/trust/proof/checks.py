"""The checks of a proof file: each is a line for the reader, all together are a state.

What travels in a proof (keys, roots, the log itself) is evidence. Only what the caller passes as
``Trust`` makes a declaration trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import InvalidInput, IsccError, MissingDependency, VerificationFailed
from iscckit.trust.proof.binding_record import find_doi, hash_binding
from iscckit.trust.proof.check_values import Check, Facts, Name, Status, Trust, Verdict
from iscckit.trust.proof.checkpoint import read_checkpoint, verify_checkpoint
from iscckit.trust.proof.merkle import check_inclusion, leaf_hash
from iscckit.trust.proof.multikey import encode_public_key
from iscckit.trust.proof.note import read_note
from iscckit.trust.proof.parts import check_parts
from iscckit.trust.proof.receipt import read_receipt
from iscckit.trust.proof.timestamp_checks import check_tokens

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.note import Note
    from iscckit.trust.proof.proof_file import LogPart, ProofFile
    from iscckit.trust.proof.timestamp_checks import TokenFound

__all__ = ["REQUIREMENTS", "check_proof"]

# What a caller may require: the check that must hold, not merely be open.
REQUIREMENTS: Final[tuple[Name, ...]] = ("time", "log", "doi")

_SKEW_US: Final = 60_000_000  # by how much an ISCC-ID may be later than a timestamp over it


def check_proof(
    proof: ProofFile, facts: Facts, trust: Trust, *, require: frozenset[str] = frozenset()
) -> Verdict:
    """Check a proof and return each check, without an error for what does not hold.

    Args:
        proof: The proof file.
        facts: What was found out beside it.
        trust: What the caller trusts.
        require: Names out of ``REQUIREMENTS`` whose check fails unless it holds.
    """
    note, signature = _check_signature(proof)
    tokens = check_tokens(proof, trust.roots)
    checks = [
        _check_content(facts),
        signature,
        _check_signer(note, facts, trust),
        _try("log", lambda: _check_log(proof, note, facts)),
        _try("checkpoint", lambda: _check_checkpoint(proof, trust)),
    ]
    checks += [
        _try("time", lambda: _check_time(proof, tokens, checks[-1])),
        _try("doi", lambda: _check_doi(proof, facts)),
        _check_deletion(facts),
    ]
    if "log" in require and not (checks[3].status == checks[4].status == "holds"):
        checks[3] = _require(checks[3])
    for place, name in ((5, "time"), (6, "doi")):
        if name in require and checks[place].status != "holds":
            checks[place] = _require(checks[place])
    if any(each.status == "fails" for each in checks):
        return Verdict(tuple(checks), "invalid")
    return Verdict(tuple(checks), "trusted" if checks[2].status == "holds" else "valid")


def _require(check: Check) -> Check:
    return replace(check, status="fails", facts={**check.facts, "required": True})


def _try(name: Name, run: Callable[[], Check]) -> Check:
    """Return a check; one that fails with an error has the error's reason as result."""
    try:
        return run()
    except (InvalidInput, VerificationFailed) as error:
        return _fail(name, error)


def _fail(name: Name, error: IsccError) -> Check:
    return Check(name, "fails", error.reason_code, {"reason": str(error)})


def _check_content(facts: Facts) -> Check:
    status: Status = "fails"
    if facts.content in {"exact", "part"}:
        status = "holds"
    elif facts.content == "unread":
        status = "open"
    return Check("content", status, facts.content, facts.content_facts)


def _check_signature(proof: ProofFile) -> tuple[Note | None, Check]:
    """Check the signature of the note, and that it binds record and parts."""
    try:
        hub = None if proof.log is None else IsccId.parse(proof.log.iscc_id).hub
        note = read_note(proof.note, hub=hub)
        _check_bound(proof, note)
    except (InvalidInput, VerificationFailed) as error:
        return None, _fail("signature", error)
    said: dict[str, JsonValue] = {"iscc_code": note.iscc_code}
    if note.departures:
        said["departures"] = list(note.departures)
    return note, Check("signature", "holds", "valid", said)


def _check_bound(proof: ProofFile, note: Note) -> None:
    if proof.binding is not None and hash_binding(proof.binding) != note.metahash:
        raise VerificationFailed(
            "the binding record is not the one that was signed", reason_code="binding-differs"
        )
    if proof.parts is not None:
        bound = (proof.binding or {}).get("parts")
        if not isinstance(bound, dict):
            raise VerificationFailed(
                "the declaration binds no parts", reason_code="merkle-proof-wrong"
            )
        check_parts(proof.parts, bound)


def _check_signer(note: Note | None, facts: Facts, trust: Trust) -> Check:
    if note is None:
        return Check("signer", "open", "unknown")
    key = encode_public_key(note.public_key)
    said: dict[str, JsonValue] = {"key": key, "did": f"did:key:{key}"}
    if note.controller is not None:
        said |= {"controller": note.controller, "identity": facts.controller or "unchecked"}
    if trust.expected is not None and trust.expected != note.public_key:
        return Check("signer", "fails", "unexpected", said)
    if facts.controller in {"unauthorized", "changed"}:
        return Check("signer", "fails", facts.controller, said)
    if trust.expected is not None:
        return Check("signer", "holds", "expected", said)
    name = trust.signers.get(note.public_key)
    if name is None:
        return Check("signer", "open", "unknown", said)
    return Check("signer", "holds", "trusted", {**said, "name": name})


def _check_log(proof: ProofFile, note: Note | None, facts: Facts) -> Check:
    log = proof.log
    if log is None:
        return Check("log", "open", "none")
    from iscckit.trust.proof.entry import read_entry

    entry = read_entry(log.record)
    if entry.kind != "note" or str(entry.iscc_id) != log.iscc_id:
        raise VerificationFailed("the record is not of this ISCC-ID", reason_code="binding-differs")
    checkpoint = read_checkpoint(log.inclusion.checkpoint).checkpoint
    place = log.inclusion
    if checkpoint.size != place.tree_size:
        raise VerificationFailed(
            "the checkpoint is of another size than the inclusion proof",
            reason_code="merkle-proof-wrong",
        )
    leaf = leaf_hash(log.record)
    check_inclusion(leaf, place.leaf_index, place.tree_size, place.path, checkpoint.root)
    said: dict[str, JsonValue] = {
        "seq": place.leaf_index,
        "size": place.tree_size,
        "origin": log.origin,
        "private": log.is_private,
        "iscc_id": log.iscc_id,
    }
    if proof.receipt is not None and note is not None:
        _check_receipt(proof.receipt, log)
        said["receipt"] = True
    if facts.rewritten is not None:
        raise VerificationFailed(facts.rewritten, reason_code="merkle-proof-wrong")
    if facts.newer_size is not None:
        said["newer_size"] = facts.newer_size
    return Check("log", "holds", "included", said)


def _check_receipt(receipt: dict[str, JsonValue], log: LogPart) -> None:
    read_receipt(receipt, log.key)
    if receipt.get("issuer") != log.did:
        raise VerificationFailed("the receipt is of another hub", reason_code="binding-differs")


def _check_checkpoint(proof: ProofFile, trust: Trust) -> Check:
    log = proof.log
    if log is None:
        return Check("checkpoint", "open", "none")
    verify_checkpoint(log.inclusion.checkpoint, log.origin, log.key)
    if len(read_checkpoint(log.inclusion.checkpoint).signatures) != 1:
        raise VerificationFailed(
            "the checkpoint has signatures of others, which nothing here can check",
            reason_code="checkpoint-foreign",
        )
    said: dict[str, JsonValue] = {"key": encode_public_key(log.key), "origin": log.origin}
    pinned = trust.hubs.get(log.origin)
    if pinned is not None and pinned != log.key and log.key not in trust.hub_keys:
        said["pinned"] = encode_public_key(pinned)
        return Check("checkpoint", "fails", "key-changed", said)
    if pinned == log.key or log.key in trust.hub_keys:
        return Check("checkpoint", "holds", "pinned", said)
    return Check("checkpoint", "open", "private" if log.is_private else "unknown", said)


def _check_time(
    proof: ProofFile, tokens: tuple[TokenFound, ...] | IsccError, checkpoint: Check
) -> Check:
    """Return the best statement on the time: pinned token, pinned hub, else a claim."""
    if isinstance(tokens, MissingDependency):
        return Check("time", "open", "unchecked", {"reason": str(tokens)})
    if isinstance(tokens, IsccError):
        return _fail("time", tokens)
    said: dict[str, JsonValue] = {}
    claimed = None
    if proof.log is not None:
        claimed = IsccId.parse(proof.log.iscc_id).timestamp
        said |= {"logged_us": claimed, "private": proof.log.is_private}
    if tokens:
        said["tokens"] = [each.to_dict() for each in tokens]
    if claimed is not None and any(claimed > each.latest_us + _SKEW_US for each in tokens):
        return Check("time", "fails", "id-after-token", said)
    pinned = [each.latest_us for each in tokens if each.pinned]
    if pinned:
        return Check("time", "holds", "stamped", {**said, "latest_us": min(pinned)})
    if checkpoint.status == "holds" and not (proof.log and proof.log.is_private):
        return Check("time", "holds", "logged", {**said, "latest_us": claimed})
    return Check("time", "open", "claimed" if said else "none", said)


def _check_doi(proof: ProofFile, facts: Facts) -> Check:
    doi = find_doi(proof.binding)
    if doi is None:
        if proof.doi is not None:
            raise VerificationFailed("evidence without a DOI", reason_code="binding-differs")
        return Check("doi", "open", "none")
    said: dict[str, JsonValue] = {"doi": doi}
    if proof.doi is not None:
        if proof.doi["id"] != doi:
            raise VerificationFailed("evidence of another DOI", reason_code="binding-differs")
        said["evidence"] = proof.doi["fetched"]
    if facts.doi == "verified":
        return Check("doi", "holds", "verified", said)
    return Check("doi", "open", "claimed", said)


def _check_deletion(facts: Facts) -> Check:
    if facts.deleted is None:
        return Check("deletion", "open", "none-known")
    return Check("deletion", "fails", "retracted", facts.deleted)
