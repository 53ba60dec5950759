"""The proof file ``NAME.iscc-proof.json``: all that a verifier of a declaration needs, offline.

Its members for the log have the names and forms of iscc-monitor's proof bundle. Nothing is in it
twice: the note is in the log's record, and the receipt lacks what record and inclusion say.
docs/proof-format.md is normative.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, cast

from iscckit.trust.proof.binding_record import check_binding
from iscckit.trust.proof.multikey import decode_public_key
from iscckit.trust.proof.parts import decode_base64, read_parts
from iscckit.trust.proof.receipt import read_inclusion
from iscckit.trust.proof.strict_json import canonicalize, make_fault, parse_json
from iscckit.trust.proof.timestamp_list import get_object, read_timestamps

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.proof.parts import Part, Parts
    from iscckit.trust.proof.receipt import Inclusion
    from iscckit.trust.proof.timestamp_list import Token

__all__ = [
    "MEDIA_TYPE",
    "PROOF_BYTES_MAX",
    "LogPart",
    "ProofFile",
    "digest_evidence",
    "encode_proof",
    "read_proof",
]

MEDIA_TYPE: Final = "application/vnd.iscckit.proof+json;version=0.1"
PROOF_BYTES_MAX: Final = 1 << 26

_LOG: Final = frozenset({"iscc_id", "hub", "checkpoint", "inclusion", "record", "key"})
_OTHERS: Final = frozenset(
    {"mediaType", "note", "receipt", "binding", "parts", "timestamps", "doi"}
)
_DOMAIN: Final = re.compile(r"[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class LogPart:
    """What a proof says about the log; nothing of it is checked yet.

    Attributes:
        iscc_id: The ISCC-ID of the declaration.
        domain: The domain of the hub.
        did: The DID of the hub.
        inclusion: The place of the record, with the signed checkpoint.
        record: The bytes of the leaf.
        key: The public key that is said to sign checkpoints.
        key_id: The name of that key.
    """

    iscc_id: str
    domain: str
    did: str
    inclusion: Inclusion
    record: bytes
    key: bytes
    key_id: str

    @property
    def origin(self) -> str:
        """The name of the log in its checkpoints."""
        return f"{self.domain}/log"

    @property
    def is_private(self) -> bool:
        """Whether the log is somebody's own: its domain cannot exist (RFC 6761)."""
        return self.domain.endswith(".invalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """A proof file: well formed, with nothing checked.

    Attributes:
        document: The whole document.
        note: The signed note.
        log: What the log says; None without a log.
        receipt: The receipt of the hub with all its members; None without one.
        binding: The binding record; None without one.
        parts: All parts, one part, or None.
        tokens: Timestamp tokens.
        roots: Certificates, in DER, that are said to be roots of the authorities.
        doi: What the registry of the DOI said at some time; evidence, never trust.
    """

    document: Mapping[str, JsonValue]
    note: dict[str, JsonValue]
    log: LogPart | None
    receipt: dict[str, JsonValue] | None
    binding: dict[str, JsonValue] | None
    parts: Parts | Part | None
    tokens: tuple[Token, ...]
    roots: tuple[bytes, ...]
    doi: dict[str, JsonValue] | None

    def find_message(self, token: int) -> bytes:
        """Return what a token is about: the checkpoint, without a log the note, and earlier tokens.

        Args:
            token: Its place among the tokens.
        """
        return self.to_stamp(self.tokens[token].covers)

    def to_stamp(self, covers: int) -> bytes:
        """Return what a token over the first ``covers`` tokens is about."""
        start = (
            canonicalize(self.note) if self.log is None else self.log.inclusion.checkpoint.encode()
        )
        return start + b"".join(sha256(each.token).digest() for each in self.tokens[:covers])


def encode_proof(document: Mapping[str, JsonValue]) -> bytes:
    """Return a proof file as bytes: each member on a line."""
    lines = (
        f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for name, value in document.items()
    )
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read_proof(data: bytes) -> ProofFile:
    """Return a proof file whose members are all known and well formed.

    A proof bundle of iscc-monitor, which has the members of the log and nothing else, is one.

    Raises:
        InvalidInput: The bytes are not a proof file (``malformed-document``).
    """
    document = parse_json(data, limit=PROOF_BYTES_MAX)
    if isinstance(document, dict) and document.keys() == _LOG:
        document = {"mediaType": MEDIA_TYPE, **document}
    if not isinstance(document, dict) or document.get("mediaType") != MEDIA_TYPE:
        raise make_fault(f"is not a proof file: its mediaType is not {MEDIA_TYPE}", "mediaType")
    for name in document.keys() - _LOG - _OTHERS:
        raise make_fault("is unknown", name)
    log = _read_log(document)
    note = get_object(document.get("note"), "note") if log is None else _note_of(log.record)
    tokens, roots = read_timestamps(document.get("timestamps"))
    given = document.get("receipt")
    if given is not None and log is None:
        raise make_fault("needs a log", "receipt")
    return ProofFile(
        document=document,
        note=note,
        log=log,
        receipt=None if given is None or log is None else _fill_receipt(given, log, note),
        binding=check_binding(document["binding"]) if "binding" in document else None,
        parts=read_parts(document["parts"]) if "parts" in document else None,
        tokens=tokens,
        roots=roots,
        doi=_read_doi(document["doi"]) if "doi" in document else None,
    )


def digest_evidence(evidence: Mapping[str, JsonValue]) -> str:
    """Return the digest that guards DOI evidence against damage: SHA-256 of the rest, in hex."""
    rest = {name: value for name, value in evidence.items() if name != "digest"}
    return sha256(canonicalize(rest)).hexdigest()


def _read_log(document: Mapping[str, JsonValue]) -> LogPart | None:
    there = document.keys() & _LOG
    if not there:
        return None
    for name in sorted(_LOG - there):
        raise make_fault("is missing", name)
    if "note" in document:
        raise make_fault("is in the record already", "note")
    hub = _members(document["hub"], "hub", "domain", "did")
    key = _members(document["key"], "key", "id", "multibase")
    domain, did = _text(hub["domain"], "hub.domain"), _text(hub["did"], "hub.did")
    if not _DOMAIN.fullmatch(domain):
        raise make_fault("is not a host name in lower case", "hub.domain")
    multibase = _text(key["multibase"], "key.multibase")
    if did not in {f"did:web:{domain.replace(':', '%3A')}", f"did:key:{multibase}"}:
        raise make_fault("is neither the domain nor the key", "hub.did")
    if key["id"] != f"{did}#{multibase}":
        raise make_fault("is not the hub and the key", "key.id")
    return LogPart(
        iscc_id=_text(document["iscc_id"], "iscc_id"),
        domain=domain,
        did=did,
        inclusion=_read_place(document["inclusion"], document["checkpoint"]),
        record=decode_base64(document["record"], "record"),
        key=decode_public_key(multibase),
        key_id=str(key["id"]),
    )


def _read_place(value: JsonValue, checkpoint: JsonValue) -> Inclusion:
    place = _members(value, "inclusion", "type", "treeSize", "leafIndex", "inclusionProof")
    return read_inclusion({**place, "checkpoint": checkpoint})


def _note_of(record: bytes) -> dict[str, JsonValue]:
    entry = parse_json(record, limit=65535)
    if not isinstance(entry, dict) or canonicalize(entry) != record:
        raise make_fault("is not canonical JSON", "record")
    return get_object(entry.get("note"), "record.note")


def _fill_receipt(
    value: JsonValue, log: LogPart, note: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """Return the receipt with the members that a proof file leaves out."""
    receipt = dict(get_object(value, "receipt"))
    signature = get_object(note.get("signature"), "note.signature")
    subject = signature.get("controller") or f"did:key:{signature.get('pubkey')}"
    declared = {"seq": log.inclusion.leaf_index, "iscc_id": log.iscc_id, "iscc_note": dict(note)}
    filled = cast("JsonValue", {"id": subject, "declaration": declared})
    if "credentialSubject" in receipt:
        raise make_fault("is in the record already", "receipt.credentialSubject")
    receipt["credentialSubject"] = filled
    if "evidence" not in receipt:
        receipt["evidence"] = log.inclusion.to_dict()
    elif receipt["evidence"] is None:  # a receipt that has none
        del receipt["evidence"]
    return receipt


def _read_doi(value: JsonValue) -> dict[str, JsonValue]:
    found = _members(value, "doi", "id", "fetched", "mediaType", "metadata", "digest")
    if found["digest"] != digest_evidence(found):
        raise make_fault("is not that of the evidence", "doi.digest")
    return found


def _members(value: JsonValue, field: str, *names: str) -> dict[str, JsonValue]:
    found = get_object(value, field)
    if found.keys() != set(names):
        raise make_fault(f"must have the members {', '.join(names)}", field)
    return found


def _text(value: JsonValue, field: str) -> str:
    if not isinstance(value, str):
        raise make_fault("must be text", field)
    return value
