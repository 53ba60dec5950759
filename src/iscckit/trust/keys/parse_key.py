"""Public keys as people write them."""

from __future__ import annotations

from iscckit.trust.proof.checkpoint import parse_verifier_key
from iscckit.trust.proof.did import decode_did_key
from iscckit.trust.proof.multikey import decode_public_key

__all__ = ["parse_key"]


def parse_key(text: str) -> bytes:
    """Return a public key out of a did:key, a multikey or the verifier key of a log.

    Raises:
        InvalidInput: The text is none of these.
        VerificationFailed: The key is weak.
    """
    if text.startswith("did:"):
        return decode_did_key(text)
    return parse_verifier_key(text)[1] if "+" in text else decode_public_key(text)
