"""Proof files for tests: the golden chain as one, and signed ones."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tests.trust.golden import ALICE, ALICE_PUBLIC, VECTORS

from iscckit.trust.proof import ed25519
from iscckit.trust.proof.binding_record import hash_binding
from iscckit.trust.proof.note import make_note
from iscckit.trust.proof.proof_file import MEDIA_TYPE, encode_proof
from iscckit.trust.proof.signature import sign_document

DID = "did:web:hub.example"


def golden_document(seq: int = 0) -> dict[str, Any]:
    """Return the proof of the first entry of the golden chain, with its receipt."""
    receipt: dict[str, Any] = json.loads(json.dumps(VECTORS["receipt_seq0"]))
    evidence = receipt.pop("evidence")
    del receipt["credentialSubject"]
    return {
        "mediaType": MEDIA_TYPE,
        "iscc_id": VECTORS["iscc_ids"][seq],
        "hub": {"domain": "hub.example", "did": DID},
        "checkpoint": evidence.pop("checkpoint"),
        "inclusion": evidence,
        "record": b64encode(VECTORS["log_entries"][seq].encode()).decode(),
        "key": {"id": f"{DID}#{VECTORS['hub_pub']}", "multibase": VECTORS["hub_pub"]},
        "receipt": receipt,
    }


def golden_proof() -> bytes:
    """Return ``golden_document`` as bytes."""
    return encode_proof(golden_document())


def sign_as_alice(message: bytes) -> bytes:
    """Sign with the public test key of IEP-0019."""
    return ed25519.sign(ALICE, message)


def signed_document(
    binding: dict[str, Any] | None = None,
    parts: dict[str, Any] | None = None,
    *,
    controller: str | None = None,
) -> dict[str, Any]:
    """Return a proof without log by Alice, over the codes of the golden chain.

    Args:
        binding: Its record, bound by the note.
        parts: Its member ``parts``.
        controller: Who Alice says to be.
    """
    golden = VECTORS["notes"][0]
    note = make_note(
        iscc_code=golden["iscc_code"],
        datahash=golden["datahash"],
        nonce="fff" + 29 * "1",
        metahash=None if binding is None else hash_binding(binding),
    )
    signed = sign_document(note, ALICE_PUBLIC, sign_as_alice, controller=controller)
    document: dict[str, Any] = {"mediaType": MEDIA_TYPE, "note": signed}
    if binding is not None:
        document["binding"] = binding
    if parts is not None:
        document["parts"] = parts
    return document
