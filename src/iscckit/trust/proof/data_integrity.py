"""Data Integrity proofs with the cryptosuite eddsa-jcs-2022, as receipts of hubs carry them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.multikey import decode_multibase, encode_multibase
from iscckit.trust.proof.strict_json import canonicalize, make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.signature import Sign

__all__ = ["add_proof", "hash_for_proof", "make_proof_options", "verify_proof"]

_FIXED: Final = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "proofPurpose": "assertionMethod",
}
_MEMBERS: Final = frozenset({*_FIXED, "@context", "id", "created", "verificationMethod"})


def make_proof_options(
    document: Mapping[str, JsonValue], verification_method: str
) -> dict[str, JsonValue]:
    """Return the options of a proof for a document, with its context and without a time.

    Args:
        document: The document to be signed.
        verification_method: The DID URL of the key.
    """
    context = {"@context": document["@context"]} if "@context" in document else {}
    return {**context, **_FIXED, "verificationMethod": verification_method}


def hash_for_proof(document: Mapping[str, JsonValue], options: Mapping[str, JsonValue]) -> bytes:
    """Return the 64 bytes that a proof signs: SHA-256 of the options, then of the document.

    Args:
        document: The document, without its proof.
        options: The proof, without its value.

    Source:
        W3C Data Integrity EdDSA Cryptosuites v1.0, 3.3.
    """
    return sha256(canonicalize(options)).digest() + sha256(canonicalize(document)).digest()


def add_proof(
    document: Mapping[str, JsonValue], options: Mapping[str, JsonValue], sign: Sign
) -> dict[str, JsonValue]:
    """Return a document with a proof.

    Args:
        document: The document, without the member ``proof``.
        options: The proof, without its value; see ``make_proof_options``.
        sign: What signs bytes with the secret key.

    Raises:
        InvalidInput: The document has a proof, or the options are not of this cryptosuite.
    """
    if "proof" in document:
        raise make_fault("the document has a proof", "proof")
    _check_options(document, options)
    value = encode_multibase(sign(hash_for_proof(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def verify_proof(document: Mapping[str, JsonValue], public_key: bytes) -> None:
    """Verify the proof of a document.

    Args:
        document: The signed document, from ``parse_json``.
        public_key: The key that must have signed, 32 bytes. The key that the proof names is not
            looked at: whoever forges a document may name any.

    Raises:
        InvalidInput: The proof is malformed.
        VerificationFailed: The signature does not hold.

    Source:
        W3C Data Integrity EdDSA Cryptosuites v1.0, eddsa-jcs-2022.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise make_fault("must be an object", "proof")
    options = dict(proof)
    value = options.pop("proofValue", None)
    _check_options(document, options)
    if not isinstance(value, str):
        raise make_fault("must be text", "proof.proofValue")
    try:
        signature = decode_multibase(value)
    except InvalidInput as error:
        raise make_fault(str(error), "proof.proofValue") from None
    rest = {name: each for name, each in document.items() if name != "proof"}
    ed25519.verify(public_key, hash_for_proof(rest, options), signature)


def _check_options(document: Mapping[str, JsonValue], options: Mapping[str, JsonValue]) -> None:
    for name, value in _FIXED.items():
        if options.get(name) != value:
            raise make_fault(f"must be {value}", f"proof.{name}")
    for name in options:
        if name not in _MEMBERS:
            raise make_fault("unknown member", f"proof.{name}")
    method = options.get("verificationMethod")
    if not isinstance(method, str) or not method:
        raise make_fault("must be text", "proof.verificationMethod")
    if "@context" in options:
        own, whole = options["@context"], document.get("@context")
        same = own == whole
        if isinstance(own, list) and isinstance(whole, list):
            same = whole[: len(own)] == own
        if not same:
            raise make_fault("must begin the context of the document", "proof.@context")
