"""Receipts: the credential by which a hub says which ISCC-ID and place in its log a note has."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.codec.iscc_id import IsccId
from iscckit.trust.proof.data_integrity import add_proof, make_proof_options, verify_proof
from iscckit.trust.proof.multikey import encode_public_key
from iscckit.trust.proof.note import Note, read_note, read_old_note
from iscckit.trust.proof.note_fields import parse_iscc_id, parse_old_iscc_id
from iscckit.trust.proof.strict_json import make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.signature import Sign

__all__ = [
    "INCLUSION_TYPE",
    "Inclusion",
    "Receipt",
    "make_receipt",
    "read_inclusion",
    "read_receipt",
]

INCLUSION_TYPE: Final = "IsccLogInclusionProof"

_CONTEXT: Final = ("https://www.w3.org/ns/credentials/v2",)
_TYPES: Final = ("VerifiableCredential", "IsccReceipt")
_MEMBERS: Final = frozenset({"@context", "type", "issuer", "credentialSubject", "proof"})
_INCLUSION_MEMBERS: Final = frozenset(
    {"type", "checkpoint", "treeSize", "leafIndex", "inclusionProof"}
)
_MAX_HASHES: Final = 64
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What shows that a leaf is in a log; not yet checked.

    Attributes:
        checkpoint: The signed checkpoint, character by character.
        tree_size: The number of leaves of that tree.
        leaf_index: The place of the leaf, from 0.
        path: The hashes from the leaf to the root, 32 bytes each.
    """

    checkpoint: str
    tree_size: int
    leaf_index: int
    path: tuple[bytes, ...]

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the JSON object, as receipts have it in ``evidence``."""
        return {
            "type": INCLUSION_TYPE,
            "checkpoint": self.checkpoint,
            "treeSize": self.tree_size,
            "leafIndex": self.leaf_index,
            "inclusionProof": [b64encode(each).decode("ascii") for each in self.path],
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose form and signatures hold, that of the hub and that of the note.

    Attributes:
        document: The receipt as the hub signed it.
        generation: ``2026``, or ``2025`` for hubs before iscc-note 0.8.0.
        issuer: The DID of the hub.
        seq: The place in the log: from 0, in the generation of 2025 from 1.
        iscc_id: The ISCC-ID. Its time and its hub number are those that the hub claims.
        note: The declared note.
        inclusion: What shows that the note is in the log, not yet checked; or None.
    """

    document: dict[str, JsonValue]
    generation: Literal["2025", "2026"]
    issuer: str
    seq: int
    iscc_id: IsccId
    note: Note
    inclusion: Inclusion | None


def make_receipt(
    issuer: str,
    public_key: bytes,
    sign: Sign,
    *,
    seq: int,
    iscc_id: str,
    note: Mapping[str, JsonValue],
    inclusion: Inclusion | None = None,
) -> dict[str, JsonValue]:
    """Return the receipt for a note, signed by the hub.

    Args:
        issuer: The DID of the hub.
        public_key: The key of the hub, 32 bytes.
        sign: What signs bytes with the secret key of the hub.
        seq: The place of the note in the log, from 0.
        iscc_id: The ISCC-ID, canonical.
        note: The signed note.
        inclusion: What shows that the note is in the log.

    Raises:
        InvalidInput: The note has no key.

    Source:
        IDP-Declaration v0.1-draft; W3C Verifiable Credentials 2.0.
    """
    declaration: dict[str, JsonValue] = {"seq": seq, "iscc_id": iscc_id, "iscc_note": dict(note)}
    document: dict[str, JsonValue] = {
        "@context": list(_CONTEXT),
        "type": list(_TYPES),
        "issuer": issuer,
        "credentialSubject": {"id": _subject(note), "declaration": declaration},
    }
    if inclusion is not None:
        document["evidence"] = inclusion.to_dict()
    method = f"{issuer}#{encode_public_key(public_key)}"
    return add_proof(document, make_proof_options(document, method), sign)


def read_receipt(document: JsonValue, issuer_key: bytes) -> Receipt:
    """Check the form of a receipt, the signature of the hub, and the note.

    Args:
        document: The receipt, from ``parse_json``.
        issuer_key: The key of the hub, from where the caller trusts it; not from the receipt.

    Raises:
        InvalidInput: The receipt is malformed; ``field`` names the member.
        VerificationFailed: A signature does not hold.

    Source:
        IDP-Declaration v0.1-draft; for the generation of 2025 iscc-hub of August 2025.
    """
    receipt = _members(document, _MEMBERS, "receipt", optional=frozenset({"evidence"}))
    for name, value in (("@context", _CONTEXT), ("type", _TYPES)):
        if receipt[name] != list(value):
            raise make_fault(f"must be {list(value)}", name)
    issuer = _text(receipt, "issuer", "issuer")
    verify_proof(receipt, issuer_key)
    _check_method(receipt, issuer)
    subject = _members(
        receipt["credentialSubject"], frozenset({"id", "declaration"}), "credentialSubject"
    )
    declaration = _members(
        subject["declaration"], frozenset({"seq", "iscc_id", "iscc_note"}), "declaration"
    )
    old, note, iscc_id = _read_declared(declaration)
    if note.hub != iscc_id.hub:
        raise make_fault(f"is of hub {iscc_id.hub}, but the note is for {note.hub}", "iscc_id")
    if subject["id"] != _subject(note.document):
        raise make_fault("is not who signed the note", "credentialSubject.id")
    seq = _count(declaration, "seq")
    inclusion = read_inclusion(receipt["evidence"]) if "evidence" in receipt else None
    if inclusion is not None and not old and inclusion.leaf_index != seq:
        raise make_fault("is not the seq of the declaration", "evidence.leafIndex")
    generation: Literal["2025", "2026"] = "2025" if old else "2026"
    return Receipt(receipt, generation, issuer, seq, iscc_id, note, inclusion)


def read_inclusion(value: JsonValue) -> Inclusion:
    """Read what shows that a leaf is in a log; its hashes are not checked here.

    Raises:
        InvalidInput: The object is malformed; ``field`` names the member.
    """
    evidence = _members(value, _INCLUSION_MEMBERS, "evidence")
    if evidence["type"] != INCLUSION_TYPE:
        raise make_fault(f"must be {INCLUSION_TYPE}", "evidence.type")
    hashes = evidence["inclusionProof"]
    if not isinstance(hashes, list) or len(hashes) > _MAX_HASHES:
        raise make_fault(f"must be a list of at most {_MAX_HASHES} hashes", "inclusionProof")
    size, index = _count(evidence, "treeSize"), _count(evidence, "leafIndex")
    if index >= size:
        raise make_fault("is not below treeSize", "leafIndex")
    path = tuple(map(_decode_hash, hashes))
    return Inclusion(_text(evidence, "checkpoint", "checkpoint"), size, index, path)


def _read_declared(declaration: Mapping[str, JsonValue]) -> tuple[bool, Note, IsccId]:
    """Return whether a declaration is of 2025, its note and its ISCC-ID."""
    text, note = _text(declaration, "iscc_id", "iscc_id"), declaration["iscc_note"]
    if isinstance(note, dict) and "$schema" not in note:
        return True, read_old_note(note), parse_old_iscc_id(text)
    return False, read_note(note), parse_iscc_id(text)


def _check_method(receipt: Mapping[str, JsonValue], issuer: str) -> None:
    proof = receipt["proof"]
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    if not isinstance(method, str) or method.partition("#")[0] != issuer:
        raise make_fault("is not of the issuer", "proof.verificationMethod")


def _members(
    value: JsonValue, names: frozenset[str], field: str, *, optional: frozenset[str] = frozenset()
) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise make_fault("must be an object", field)
    if not names <= set(value) <= names | optional:
        raise make_fault(f"must have the members {', '.join(sorted(names))} alone", field)
    return value


def _text(value: Mapping[str, JsonValue], name: str, field: str) -> str:
    text = value[name]
    if not isinstance(text, str) or not text:
        raise make_fault("must be text", field)
    return text


def _count(value: Mapping[str, JsonValue], name: str) -> int:
    number = value[name]
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise make_fault("must be a number from 0", name)
    return number


def _decode_hash(text: JsonValue) -> bytes:
    try:
        data = b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != _HASH_BYTES or b64encode(data).decode("ascii") != text:
        raise make_fault("has an entry that is not 32 bytes in base64", "inclusionProof")
    return data


def _subject(note: Mapping[str, JsonValue]) -> str:
    """Return the DID of who signed a note: the controller, else the key."""
    signature = note.get("signature")
    members = signature if isinstance(signature, dict) else {}
    controller, pubkey = members.get("controller"), members.get("pubkey")
    if not isinstance(pubkey, str):
        raise make_fault("is missing", "signature.pubkey")
    return controller if isinstance(controller, str) else f"did:key:{pubkey}"
