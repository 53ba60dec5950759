"""The proof file: read as written, closed at every level, nothing stored twice."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.trust.golden import VECTORS
from tests.trust.proofs import golden_document, golden_proof
from tests.trust.second import passes_second

from iscckit.errors import InvalidInput
from iscckit.json_types import JsonValue
from iscckit.trust.proof.proof_file import MEDIA_TYPE, digest_evidence, encode_proof, read_proof
from iscckit.trust.proof.strict_json import canonicalize
from iscckit.trust.proof.timestamp_list import Token, pack_timestamps

NOTE = VECTORS["notes"][0]
DOCS = Path(__file__).parent.parent.parent.parent / "docs"


def evidence(**changes: JsonValue) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "10.5555/abc",
        "fetched": "2026-11-30T12:00:00Z",
        "mediaType": "application/vnd.citationstyles.csl+json",
        "metadata": {"DOI": "10.5555/abc"},
    }
    return {**made, "digest": digest_evidence(made), **changes}


def test_a_proof_is_read_as_it_was_written() -> None:
    proof = read_proof(golden_proof())
    assert proof.document == golden_document()
    assert proof.note == NOTE
    assert proof.log is not None
    assert (proof.log.origin, proof.log.is_private) == ("hub.example/log", False)
    assert (proof.log.inclusion.tree_size, proof.log.inclusion.leaf_index) == (3, 0)
    assert encode_proof(proof.document) == golden_proof()


def test_a_bundle_of_iscc_monitor_is_a_proof() -> None:
    names = ("iscc_id", "hub", "checkpoint", "inclusion", "record", "key")
    bundle = {name: golden_document()[name] for name in names}
    data = json.dumps(bundle, indent=2).encode()
    assert read_proof(data).document == {"mediaType": MEDIA_TYPE, **bundle}
    assert passes_second(data)
    changes: list[dict[str, Any]] = [
        {"parts": {}},
        {"mediaType": None},
        {"mediaType": "application/json"},
    ]
    for change in changes:
        other = json.dumps({**bundle, **change}).encode()
        assert not passes_second(other)
        with pytest.raises(InvalidInput):
            read_proof(other)
    for name in names:
        less = json.dumps({key: value for key, value in bundle.items() if key != name}).encode()
        assert not passes_second(less)
        with pytest.raises(InvalidInput):
            read_proof(less)


def test_the_receipt_gets_back_what_record_and_inclusion_say() -> None:
    assert read_proof(golden_proof()).receipt == VECTORS["receipt_seq0"]
    document = golden_document()
    document["receipt"]["evidence"] = None
    bare = read_proof(encode_proof(document)).receipt
    assert bare == {k: v for k, v in VECTORS["receipt_seq0"].items() if k != "evidence"}


def test_nothing_of_the_golden_proof_is_there_twice() -> None:
    data = golden_proof()
    record = VECTORS["log_entries"][0].encode()
    assert data.count(b64encode(record)) == 1
    assert NOTE["signature"]["proof"].encode() not in data  # within the record only
    assert data.count(VECTORS["receipt_seq0"]["evidence"]["inclusionProof"][0].encode()) == 1
    assert len(data) < 2048


def test_a_proof_without_log_has_the_note_itself() -> None:
    proof = read_proof(encode_proof({"mediaType": MEDIA_TYPE, "note": NOTE}))
    assert (proof.log, proof.note) == (None, NOTE)
    assert proof.to_stamp(0) == canonicalize(NOTE)


def test_a_later_token_is_about_the_checkpoint_and_earlier_tokens() -> None:
    tokens = pack_timestamps([Token(b"one", 0), Token(b"two", 0), Token(b"three", 2)], [b"root"])
    proof = read_proof(encode_proof({**golden_document(), "timestamps": tokens}))
    text = VECTORS["checkpoint_size3"].encode()
    assert proof.find_message(0) == proof.find_message(1) == text
    assert len(proof.find_message(2)) == len(text) + 64
    assert proof.find_message(2).startswith(text)
    assert proof.roots == (b"root",)


def change(path: str, value: object) -> dict[str, Any]:
    document = golden_document()
    document["timestamps"] = pack_timestamps([Token(b"one", 0)], [b"root"])
    document["binding"] = {"license": "CC0-1.0"}
    document["doi"] = evidence()
    at: Any = document
    *names, last = path.split(".")
    for name in names:
        at = at[int(name)] if isinstance(at, list) else at[name]
    if value is KeyError:
        del at[last]
    else:
        at[last] = value
    return document


@pytest.mark.parametrize("member", ["", "hub", "inclusion", "key", "timestamps", "binding", "doi"])
def test_a_member_that_is_not_known_is_refused(member: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_proof(encode_proof(change(f"{member}.extra".strip("."), 1)))
    assert caught.value.reason_code == "malformed-document"


@pytest.mark.parametrize(
    "member",
    ["iscc_id", "hub", "checkpoint", "inclusion", "record", "key", "hub.did", "doi.digest"],
)
def test_a_member_that_is_missing_is_refused(member: str) -> None:
    with pytest.raises(InvalidInput):
        read_proof(encode_proof(change(member, KeyError)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("mediaType", "application/json"),
        ("note", NOTE),
        ("hub.domain", "Hub.Example"),
        ("hub.did", "did:web:other.example"),
        ("key.id", "did:web:hub.example#other"),
        ("key.multibase", "z6MkNone"),
        ("inclusion.type", "Other"),
        ("inclusion.leafIndex", 3),
        ("inclusion.leafIndex", True),
        ("inclusion.treeSize", 3.0),
        ("inclusion.inclusionProof", ["QUJD"] * 65),
        ("record", "e30="),
        ("record", b64encode(b'{"note": {}}').decode()),
        ("receipt.credentialSubject", {}),
        ("timestamps.tokens", []),
        ("timestamps.tokens.0.covers", 0),
        ("timestamps.tokens.0.covers", 1),
        ("timestamps.tokens.0.token", "?"),
        ("timestamps.roots", ["QUJD", "QUJD"]),
        ("doi.metadata", {"DOI": "10.5555/other"}),
        ("doi.digest", "00"),
    ],
)
def test_a_malformed_member_is_refused(path: str, value: JsonValue) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_proof(encode_proof(change(path, value)))
    assert caught.value.reason_code == "malformed-document"


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff", b'{"mediaType":"x","mediaType":"y"}']
)
def test_what_is_not_a_proof_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_proof(data)


def test_a_truncated_proof_is_refused_at_every_length() -> None:
    data = golden_proof().rstrip()
    for size in range(len(data)):
        with pytest.raises(InvalidInput):
            read_proof(data[:size])
    assert json.loads(data) == golden_document()


def fits_schema(document: dict[str, Any]) -> bool:
    """Tell whether a document has the form of docs/proof-schema.json."""
    schema = json.loads((DOCS / "proof-schema.json").read_text(encoding="utf-8"))
    return bool(Draft202012Validator(schema).is_valid(document))


def test_the_schema_accepts_proofs_and_refuses_what_is_none() -> None:
    assert fits_schema(golden_document())
    assert fits_schema(change("hub.domain", "hub.example"))  # with record, tokens and evidence
    assert fits_schema({"mediaType": MEDIA_TYPE, "note": NOTE})
    for path in ("extra", "hub.extra", "binding.extra", "timestamps.extra", "doi.extra"):
        assert not fits_schema(change(path, 1))
    for path in ("iscc_id", "hub", "checkpoint", "inclusion", "record", "key", "hub.did"):
        assert not fits_schema(change(path, KeyError))
    assert not fits_schema(change("note", NOTE))
    assert not fits_schema(change("receipt.credentialSubject", {}))
    assert not fits_schema(change("timestamps.tokens.0.covers", 0))
