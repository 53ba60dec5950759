"""Claims of proof files and of followed logs: what a library learns from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from iscckit.codec.code import decompose
from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.claims.fingerprints import read_fingerprints
from iscckit.trust.claims.read_claim import claim_of_note
from iscckit.trust.claims.write import NewClaim, retract_claims, write_claims
from iscckit.trust.proof.check_values import Facts, Trust
from iscckit.trust.proof.checks import check_proof
from iscckit.trust.proof.entry import read_entry
from iscckit.trust.proof.note import read_deletion, read_note
from iscckit.trust.proof.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.trust.claims.claim import TimeKind
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["add_entries", "add_proofs", "claim_of_proof"]


def claim_of_proof(proof: ProofFile, trust: Trust) -> NewClaim:
    """Return what a library keeps of a proof.

    Args:
        proof: The proof. What it says of its content is not checked: the content need not be here.
        trust: What the caller trusts; the time of the claim rests on it.

    Raises:
        InvalidInput: The fingerprints are malformed.
        VerificationFailed: A check of the proof does not hold.
    """
    verdict = check_proof(proof, Facts(), trust)
    for check in verdict.checks:
        if check.status == "fails":
            why = check.facts.get("reason", check.result)
            raise VerificationFailed(f"{check.name}: {why}", reason_code="verification-failed")
    note = read_note(proof.note)
    prints = read_fingerprints(proof.parts.leaves) if isinstance(proof.parts, Parts) else ()
    found = verdict.check("time")
    time: tuple[int, TimeKind] | None = None
    if found.status == "holds":
        kind: TimeKind = "token" if found.result == "stamped" else "log"
        time = cast("int", found.facts["latest_us"]), kind
    log = proof.log
    claim = claim_of_note(
        note,
        binding=proof.binding,
        number=None if log is None else IsccId.parse(log.iscc_id),
        log=None if log is None else log.origin,
        is_private=log is not None and log.is_private,
        time=time,
        known="fingerprints" if prints else None,
    )
    units = [unit for text in note.units for unit in decompose(text)]
    instance = Unit(MainType.INSTANCE, NO_SUBTYPE, bytes.fromhex(note.datahash)[2:])
    seed = (proof.binding or {}).get("seed")
    title = seed.get("title") if isinstance(seed, dict) else None
    return NewClaim(
        claim,
        (*units, instance) if units else (),
        prints,
        title if isinstance(title, str) else "",
        dict(proof.document),
    )


def add_proofs(library: str, proofs: Iterable[ProofFile], trust: Trust) -> int:
    """Add the claims of proofs to the folder of a library, which is made if there is none.

    Args:
        library: The folder.
        proofs: Proofs.
        trust: As for ``claim_of_proof``.

    Returns:
        The number of claims that were not known.

    Raises:
        IsccError: As for ``claim_of_proof``, and nothing is added; or another process writes, or
            the disk is full.
    """
    return write_claims(library, [claim_of_proof(proof, trust) for proof in proofs])


def add_entries(
    library: str,
    origin: str,
    records: Iterable[bytes],
    taken: tuple[str, int] | None = None,
) -> int:
    """Add the entries of a followed log to the folder of a library.

    Notes whose form or signature do not hold are passed over, as are kinds of entries that nobody
    knows: a log proves that they are there, and nothing else. Times of a private log are claims.

    Args:
        library: The folder; made if there is none.
        origin: Name of the log.
        records: Entries in the order of the log.
        taken: As for ``write_claims``.

    Returns:
        The number of claims that were not known.

    Raises:
        LibraryError: Another process writes, or the disk is full.
    """
    found: list[NewClaim] = []
    gone: list[tuple[str, bytes]] = []
    is_private = origin.removesuffix("/log").endswith(".invalid")
    for record in records:
        try:
            entry = read_entry(record)
            if entry.kind == "note":
                number = entry.iscc_id
                claim = claim_of_note(
                    read_note(entry.note),
                    number=number,
                    log=origin,
                    is_private=is_private,
                    time=(number.timestamp, "claimed" if is_private else "log"),
                )
                found.append(NewClaim(claim))
            elif entry.kind == "deletion":
                gone.append((str(entry.iscc_id), read_deletion(entry.note).public_key))
        except (InvalidInput, VerificationFailed):
            continue
    count = write_claims(library, found, taken) if found or taken else 0
    for number_text, key in gone:
        retract_claims(library, number_text, key)
    return count
