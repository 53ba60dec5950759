"""Retracting a declaration: a signed note that withdraws it goes into the same log."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Protocol

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.note import make_deletion, make_nonce, read_note
from iscckit.trust.proof.signature import sign_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.json_types import JsonValue
    from iscckit.trust.keys.signer import Signer
    from iscckit.trust.proof.proof_file import ProofFile

__all__ = ["DeletionLog", "retract"]


class DeletionLog(Protocol):
    """A log that takes deletions."""

    def delete(self, note: Mapping[str, JsonValue]) -> int | None:
        """Log a deletion, and return the number of its entry; None if the log does not say it."""


def retract(proof: ProofFile, signer: Signer, log: DeletionLog) -> int | None:
    """Log that a declaration is withdrawn, and return the number of the entry if it is known.

    Args:
        proof: The proof of the declaration.
        signer: Signs; it must have the key that signed the declaration.
        log: The log of the declaration.

    Raises:
        InvalidInput: The declaration is in no log.
        VerificationFailed: The key is another one, the proof does not hold, or the log refuses.
    """
    if proof.log is None:
        raise InvalidInput("the declaration is in no log, so nothing can be retracted there")
    hub = IsccId.parse(proof.log.iscc_id).hub
    note = read_note(proof.note, hub=hub)
    if note.public_key != signer.public_key:
        raise VerificationFailed("only the key that signed a declaration can retract it")
    nonce = make_nonce(hub, secrets.token_bytes(16))
    deletion = make_deletion(proof.log.iscc_id, nonce, time.time_ns() // 1000)
    return log.delete(
        sign_document(
            deletion,
            signer.public_key,
            signer.sign,
            controller=note.controller,
            keyid=note.keyid,
        )
    )
