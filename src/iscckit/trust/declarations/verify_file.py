"""Verifying a file with its proof: what the file says of itself, against what was declared."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.errors import InvalidInput, IsccError, UnreadableFile
from iscckit.records.checksums import hash_path
from iscckit.trust.declarations.find_proofs import read_whole, target_path
from iscckit.trust.proof.check_values import Check, Facts, Verdict
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.parts import Part
from iscckit.trust.proof.proof_file import read_proof

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record
    from iscckit.trust.proof.check_values import Content, Trust
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["Ask", "Verified", "check_document", "match_content", "verify_file"]

# A proof -> facts from elsewhere (controller, DOI, deletion), as ``checks.Facts`` names them.
Ask = Callable[["ProofFile"], Mapping[str, object]]
Read = Callable[[str], "Record"]


@dataclass(frozen=True, slots=True)
class Verified:
    """A proof that was checked.

    Attributes:
        path: The file; None if the proof was checked without one.
        proof_path: The proof file.
        verdict: The checks.
        proof: The proof; None if it cannot be read as one.
        error: Why it cannot be.
    """

    path: str | None
    proof_path: str
    verdict: Verdict
    proof: ProofFile | None = None
    error: IsccError | None = None


def verify_file(
    path: str | None,
    proof_path: str,
    trust: Trust,
    *,
    require: frozenset[str] = frozenset(),
    read: Read,
    ask: Ask = lambda _: {},
) -> Verified:
    """Check a proof, and that a file is what was declared.

    Args:
        path: The file; None for the one that the name of the proof tells.
        proof_path: The proof file.
        trust: What the caller trusts.
        require: Names of checks that must hold.
        read: Makes the record of a file that is not exactly the declared one.
        ask: Finds facts elsewhere.

    Raises:
        UnreadableFile: The file or the proof cannot be read.
    """
    data, target = read_whole(proof_path), path
    beside = target_path(proof_path)
    if target is None and beside != proof_path and os.path.exists(beside):
        target = beside
    return check_document(
        data, target, proof_path, trust=trust, require=require, path=target, read=read, ask=ask
    )


def check_document(
    data: bytes,
    name: str | None,
    proof_name: str,
    *,
    trust: Trust,
    require: frozenset[str] = frozenset(),
    path: str | None,
    read: Read,
    ask: Ask = lambda _: {},
) -> Verified:
    """Check a proof that was read, as ``verify_file`` does.

    Args:
        data: The proof.
        name: What people call the file; None without one.
        proof_name: What people call the proof.
        trust: As for ``verify_file``.
        require: As for ``verify_file``.
        path: Where the file lies; None without one.
        read: As for ``verify_file``.
        ask: As for ``verify_file``.

    Raises:
        UnreadableFile: The file cannot be read.
    """
    try:
        proof = read_proof(data)
    except InvalidInput as error:
        failed = Check("signature", "fails", error.reason_code, {"reason": str(error)})
        return Verified(name, proof_name, Verdict((failed,), "invalid"), None, error)
    content, facts = match_content(proof, path, read)
    found = Facts(content=content, content_facts=facts, **ask(proof))  # type: ignore[arg-type]
    return Verified(name, proof_name, check_proof(proof, found, trust, require=require), proof)


def match_content(
    proof: ProofFile, path: str | None, read: Read
) -> tuple[Content, dict[str, JsonValue]]:
    """Return how a file relates to the declared one.

    Args:
        proof: The proof file.
        path: The file; None if it is not there.
        read: Makes the record of the file if its bytes are not those that were declared.

    Raises:
        UnreadableFile: The file cannot be read.
    """
    if path is None:
        if isinstance(proof.parts, Part):
            return "part", _describe_part(proof.parts)
        return "missing", {}
    if not os.path.isfile(path) and os.path.exists(path):  # a pipe would be waited for
        raise UnreadableFile(path, "is not a regular file")
    datahash = hash_path(path).datahash
    if datahash == proof.note.get("datahash"):
        facts = _describe_part(proof.parts) if isinstance(proof.parts, Part) else {}
        return "exact", facts
    return _compare(proof, read(path))


def _describe_part(part: Part) -> dict[str, JsonValue]:
    return {"part": part.index, "selector": part.leaf["selector"]}


def _compare(proof: ProofFile, record: Record) -> tuple[Content, dict[str, JsonValue]]:
    """Compare the codes of a file with those of the note."""
    from iscckit.comparison.verdict import compare

    units = proof.note.get("units")
    declared = [str(unit) for unit in units] if isinstance(units, list) else []
    try:
        found = compare(declared or [str(proof.note.get("iscc_code"))], record.units)
    except InvalidInput:
        return "other", {}
    pair = found.decisive
    facts: dict[str, JsonValue] = {"verdict": found.verdict}
    if pair is None or found.verdict in {"metadata", "none", "undecided"}:
        return "other", facts
    facts |= {
        "unit": pair.name,
        "percent": round(100 * pair.equal / pair.bits, 1),
    }
    same = found.verdict == "near" and pair.equal == pair.bits
    return ("same-content" if same else "similar"), facts
