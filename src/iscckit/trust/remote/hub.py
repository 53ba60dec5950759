"""Declare at a hub of iscc-note 0.8.0: post notes, and verify the receipts that it gives."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, RemoteFailed, VerificationFailed
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.did import authorize
from iscckit.trust.proof.entry import make_entry
from iscckit.trust.proof.merkle import check_inclusion, leaf_hash
from iscckit.trust.proof.multikey import decode_public_key
from iscckit.trust.proof.note import read_note
from iscckit.trust.proof.note_fields import parse_iscc_id
from iscckit.trust.proof.receipt import read_receipt
from iscckit.trust.proof.strict_json import make_fault, parse_json
from iscckit.trust.remote.fetch import LIMIT, Request
from iscckit.trust.remote.hub_log import ask_hub, fetch_checkpoint, fetch_inclusion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.codec.iscc_id import IsccId
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.receipt import Inclusion, Receipt
    from iscckit.trust.remote.fetch import Fetched
    from iscckit.trust.remote.hub_log import Hub

__all__ = [
    "Acknowledged",
    "Logged",
    "declare_at_hub",
    "delete_at_hub",
    "fetch_hub_key",
    "fetch_receipt",
    "post_note",
]

_OK: Final = 200
_CREATED: Final = 201
_DELETED: Final = 204
# Codes of hubs of August 2025, and those of IDP-Declaration v0.1-draft that mean the same.
_OLD_CODES: Final = {
    "invalid_signature": "INVALID_SIGNATURE",
    "nonce_mismatch": "NONCE_HUB_MISMATCH",
    "nonce_reuse": "NONCE_REUSED",
    "timestamp_out_of_range": "TIMESTAMP_OUT_OF_RANGE",
    "did_required": "CONTROLLER_KEY_NOT_AUTHORIZED",
    "did_unauthorized": "CONTROLLER_KEY_NOT_AUTHORIZED",
    "duplicate_declaration": "DUPLICATE_DATAHASH",
    "not_found": "DECLARATION_NOT_FOUND",
    "invalid_iscc": "INVALID_NOTE",
    "invalid_hex": "INVALID_NOTE",
    "invalid_length": "INVALID_NOTE",
    "invalid_format": "INVALID_NOTE",
    "validation_failed": "INVALID_NOTE",
}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a hub answers to a note.

    Attributes:
        iscc_id: The ISCC-ID that it gave.
        seq: The place in its log, from 0.
    """

    iscc_id: IsccId
    seq: int


@dataclass(frozen=True, slots=True)
class Logged:
    """A note in the log of a hub, with all that shows it.

    Attributes:
        acknowledged: What the hub answered.
        receipt: The receipt, verified with the key of the hub.
        inclusion: What shows that the note is in the log, checked up to the signed checkpoint; from
            the receipt, or from the tiles if the receipt has none.
    """

    acknowledged: Acknowledged
    receipt: Receipt
    inclusion: Inclusion


def fetch_hub_key(hub: Hub) -> bytes:
    """Return the key that a hub publishes in its ``did.json``.

    It is evidence of the domain, not trust: compare it with a pinned key.

    Args:
        hub: The hub; its ``public_key`` is not used.

    Raises:
        InvalidInput: The document is malformed, or has no key that is in force.
        RemoteFailed: It cannot be had.
    """
    answer = ask_hub(hub, ".well-known/did.json", Request(limit=LIMIT))
    if answer.status != _OK:
        raise _refuse(answer)
    document = parse_json(answer.body, limit=LIMIT)
    methods = document.get("verificationMethod") if isinstance(document, dict) else None
    for method in methods if isinstance(methods, list) else ():
        text = method.get("publicKeyMultibase") if isinstance(method, dict) else None
        if isinstance(text, str):
            key = decode_public_key(text)
            if authorize(document, hub.did, key, None, time.time_ns() // 1000) == "verified":
                return key
    raise make_fault(f"has no key of {hub.did} that is in force", "verificationMethod")


def post_note(hub: Hub, note: Mapping[str, JsonValue], *, force: bool = False) -> Acknowledged:
    """Post a signed note.

    A note may be posted again if no answer came: a hub takes each nonce once.

    Args:
        hub: The hub.
        note: The note.
        force: True to declare a file again that the hub already has a declaration of.

    Raises:
        InvalidInput: The note is malformed or for another hub, or the answer is malformed.
        RemoteFailed: The hub cannot be reached or refuses (``hub-refused``; the facts ``code`` and
            ``field`` are those of IDP-Declaration, also if the hub is of 2025).
        VerificationFailed: The signature of the note does not hold, or the ISCC-ID is of another
            hub (``receipt-foreign``).
    """
    read = read_note(dict(note), hub=hub.number)
    body = json.dumps(dict(note), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"X-Force-Declaration": "true"} if force else {}
    answer = ask_hub(hub, "declaration", Request(body=body, headers=headers))
    if answer.status not in (_OK, _CREATED):
        raise _refuse(answer)
    document = parse_json(answer.body, limit=LIMIT)
    said = document if isinstance(document, dict) else {}
    iscc_id, seq = said.get("iscc_id"), said.get("seq")
    if not isinstance(iscc_id, str) or not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
        raise make_fault("has no ISCC-ID and place", "acknowledgement")
    acknowledged = Acknowledged(parse_iscc_id(iscc_id), seq)
    if acknowledged.iscc_id.hub != read.hub:
        raise _foreign(hub, f"an ISCC-ID of hub {acknowledged.iscc_id.hub}, not of {read.hub}")
    return acknowledged


def fetch_receipt(hub: Hub, iscc_id: IsccId) -> Receipt:
    """Return the receipt of a declaration, verified with the key of the hub.

    Raises:
        InvalidInput: The receipt is malformed.
        RemoteFailed: The hub cannot be reached or refuses (``hub-refused``).
        VerificationFailed: The receipt is not signed by the hub (``signature-invalid``), or is of
            another declaration or hub (``receipt-foreign``).
    """
    answer = ask_hub(hub, f"declaration/{iscc_id}/receipt", Request(limit=LIMIT))
    if answer.status != _OK:
        raise _refuse(answer)
    receipt = read_receipt(parse_json(answer.body, limit=LIMIT), hub.public_key)
    if receipt.issuer != hub.did:
        raise _foreign(hub, f"a receipt of {receipt.issuer}")
    if receipt.iscc_id != iscc_id:
        raise _foreign(hub, f"the receipt of {receipt.iscc_id}, not of {iscc_id}")
    return receipt


def declare_at_hub(hub: Hub, note: Mapping[str, JsonValue], *, force: bool = False) -> Logged:
    """Post a signed note, and verify that the hub logged this note and no other.

    Raises:
        InvalidInput: As ``post_note``, ``fetch_receipt`` and ``fetch_inclusion``.
        RemoteFailed: As these.
        VerificationFailed: As these, and if the receipt is of another note or place
            (``receipt-foreign``).
    """
    acknowledged = post_note(hub, note, force=force)
    receipt = fetch_receipt(hub, acknowledged.iscc_id)
    if receipt.note.document != dict(note) or receipt.seq != acknowledged.seq:
        raise _foreign(hub, "the receipt of another note or place")
    record = make_entry(str(acknowledged.iscc_id), note)
    if receipt.inclusion is None:
        checkpoint = fetch_checkpoint(hub)
        inclusion = fetch_inclusion(hub, checkpoint, receipt.seq, record)
    else:
        inclusion = receipt.inclusion
        _check_inclusion(hub, inclusion, record)
    return Logged(acknowledged, receipt, inclusion)


def delete_at_hub(hub: Hub, iscc_id: IsccId, deletion: Mapping[str, JsonValue]) -> None:
    """Post a signed deletion of a declaration.

    Raises:
        RemoteFailed: The hub cannot be reached or refuses (``hub-refused``).
    """
    body = json.dumps(dict(deletion), ensure_ascii=False, separators=(",", ":")).encode()
    answer = ask_hub(hub, f"declaration/{iscc_id}", Request(body=body, method="DELETE"))
    if answer.status not in (_OK, _DELETED):
        raise _refuse(answer)


def _check_inclusion(hub: Hub, inclusion: Inclusion, record: bytes) -> None:
    checkpoint = verify_checkpoint(inclusion.checkpoint, hub.origin, hub.public_key)
    if checkpoint.size != inclusion.tree_size:
        raise _foreign(hub, "a proof for a tree of another size than its checkpoint")
    leaf, path = leaf_hash(record), inclusion.path
    check_inclusion(leaf, inclusion.leaf_index, checkpoint.size, path, checkpoint.root)


def _foreign(hub: Hub, what: str) -> VerificationFailed:
    return VerificationFailed(
        f"{hub.url}: the hub gives {what}", reason_code="receipt-foreign", url=hub.url
    )


def _refuse(answer: Fetched) -> RemoteFailed:
    """Return the error for a refusal, in the form of the specification or of iscc-hub."""
    try:
        document = parse_json(answer.body, limit=LIMIT)
    except InvalidInput:
        document = None
    said = document if isinstance(document, dict) else {}
    nested = said.get("error")
    shape = nested if isinstance(nested, dict) else said
    texts = {
        name: value[:300]
        for name in ("detail", "message", "code", "field")
        if isinstance(value := shape.get(name), str)
    }
    code = texts.get("code", "")
    code = _OLD_CODES.get(code, code)
    what = texts.get("detail") or texts.get("message") or code or "no reason"
    return RemoteFailed(
        f"{answer.url}: the hub answers {answer.status}: {what}",
        reason_code="hub-refused",
        url=answer.url,
        status=answer.status,
        code=code,
        field=texts.get("field", ""),
    )
