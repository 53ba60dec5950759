"""Claims of proof files: what a library learns from a proof that it did not make itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.codec.code import decompose
from iscckit.trust.claims.fingerprints import read_fingerprints
from iscckit.trust.claims.read_claim import claim_of_note
from iscckit.trust.claims.write import NewClaim, write_claims
from iscckit.trust.proof.note import read_note
from iscckit.trust.proof.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["add_claims", "claim_of_proof"]


def claim_of_proof(proof: ProofFile, *, token_time: int | None = None) -> NewClaim:
    """Return what a library keeps of a proof whose checks hold.

    Args:
        proof: The proof.
        token_time: Time of its earliest token under a trusted root, in microseconds since 1970.

    Raises:
        InvalidInput: The note or the fingerprints are malformed.
        VerificationFailed: The signature of the note does not hold.
    """
    note = read_note(proof.note)
    prints = read_fingerprints(proof.parts.leaves) if isinstance(proof.parts, Parts) else ()
    log = proof.log
    claim = claim_of_note(
        note,
        binding=proof.binding,
        number=None if log is None else IsccId.parse(log.iscc_id),
        log=None if log is None else log.origin,
        is_private=log is not None and log.is_private,
        token_time=token_time,
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


def add_claims(library: str, proofs: Iterable[ProofFile]) -> int:
    """Add the claims of proofs to the folder of a library.

    Args:
        library: The folder; it is made if there is none.
        proofs: Proofs whose checks hold.

    Returns:
        The number of claims that were not known.

    Raises:
        LibraryError: Another process writes, or the disk is full.
    """
    return write_claims(library, [claim_of_proof(proof) for proof in proofs])
