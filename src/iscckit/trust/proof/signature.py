"""ISCC-SIG v1.0: the signature within a JSON document, over its canonical bytes.

The member ``signature`` is signed with the rest, all but its ``proof``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.multikey import (
    decode_multibase,
    decode_public_key,
    encode_multibase,
    encode_public_key,
)
from iscckit.trust.proof.strict_json import canonicalize, make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["VERSION", "Sign", "Signed", "sign_document", "verify_signature"]

VERSION: Final = "ISCC-SIG v1.0"

Sign = Callable[[bytes], bytes]  # message -> signature of 64 bytes

_MEMBERS: Final = frozenset({"version", "controller", "keyid", "pubkey", "proof"})


@dataclass(frozen=True, slots=True)
class Signed:
    """What a valid signature says about its signer.

    Attributes:
        public_key: The key in the document, 32 bytes; None if the document has none.
        controller: The DID or HTTPS URL that the signer claims, not yet checked; or None.
        keyid: Which key of the controller it is; or None.
    """

    public_key: bytes | None
    controller: str | None
    keyid: str | None


def sign_document(
    document: Mapping[str, JsonValue],
    public_key: bytes,
    sign: Sign,
    *,
    controller: str | None = None,
    keyid: str | None = None,
    embed_key: bool = True,
) -> dict[str, JsonValue]:
    """Return a document with its signature.

    Args:
        document: The document, without the member ``signature``.
        public_key: The key of the signer, 32 bytes.
        sign: What signs bytes with the secret key.
        controller: The DID or HTTPS URL that has the key. It needs ``embed_key``.
        keyid: Which key of the controller it is. It needs ``controller``.
        embed_key: Whether the signature carries the key.

    Raises:
        InvalidInput: The document has a signature or is not I-JSON, or the arguments contradict
            each other.
        VerificationFailed: The key is weak.

    Source:
        IEP-0019.
    """
    if "signature" in document:
        raise make_fault("the document has a signature", "signature")
    if (controller is not None and not embed_key) or (keyid is not None and controller is None):
        raise InvalidInput("a key id needs a controller, and a controller the key")
    signature: dict[str, JsonValue] = {"version": VERSION}
    if controller is not None:
        signature["controller"] = controller
    if keyid is not None:
        signature["keyid"] = keyid
    if embed_key:
        signature["pubkey"] = encode_public_key(public_key)
    proof = encode_multibase(sign(canonicalize({**document, "signature": signature})))
    return {**document, "signature": {**signature, "proof": proof}}


def verify_signature(document: Mapping[str, JsonValue], *, expected: bytes | None = None) -> Signed:
    """Verify the signature of a document.

    Args:
        document: The signed document, from ``parse_json``.
        expected: The key that must have signed; None accepts the key in the document. It proves
            then that the document is whole, and not who signed it.

    Returns:
        What the signature says about its signer. The controller is a claim: see ``did.authorize``.

    Raises:
        InvalidInput: The signature is make_fault, or there is no key.
        VerificationFailed: The signature does not hold, or another key signed than expected.

    Source:
        IEP-0019, in the strict profile of docs/keys.md.
    """
    members = _members(document)
    proof, pubkey = members.pop("proof"), members.get("pubkey")
    key = expected
    if pubkey is not None:
        key = _decode_member("signature.pubkey", decode_public_key, pubkey)
        if expected is not None and key != expected:
            raise VerificationFailed(
                f"the document is signed by {pubkey}, not by the expected key",
                reason_code="key-unexpected",
                key=pubkey,
            )
    if key is None:
        raise make_fault("the signature has no key, and none is known", "signature.pubkey")
    signature = _decode_member("signature.proof", decode_multibase, proof)
    rest = {name: value for name, value in document.items() if name != "signature"}
    ed25519.verify(key, canonicalize({**rest, "signature": dict(members)}), signature)
    return Signed(None if pubkey is None else key, members.get("controller"), members.get("keyid"))


def _members(document: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return the members of ``signature``, all of them text.

    Raises:
        InvalidInput: A member is unknown, missing or not text.
    """
    signature = document.get("signature")
    if not isinstance(signature, dict):
        raise make_fault("must be an object", "signature")
    members: dict[str, str] = {}
    for name, value in signature.items():
        if name not in _MEMBERS:
            raise make_fault("unknown member", f"signature.{name}")
        if not isinstance(value, str) or not value:
            raise make_fault("must be text", f"signature.{name}")
        members[name] = value
    if members.get("version") != VERSION:
        raise make_fault(f"must be {VERSION}", "signature.version")
    for name, needed in (("version", "proof"), ("controller", "pubkey"), ("keyid", "controller")):
        if name in members and needed not in members:
            raise make_fault("is missing", f"signature.{needed}")
    return members


def _decode_member(field: str, decode: Callable[[str], bytes], text: str) -> bytes:
    try:
        return decode(text)
    except InvalidInput as error:
        raise make_fault(str(error), field) from None
