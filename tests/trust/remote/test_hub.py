"""Declaring at hubs that work, refuse, lie and sleep."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.trust.local_server import Answer, Seen, serve_raw
from tests.trust.log.material import declare, retract
from tests.trust.remote.memory_hub import MemoryHub, as_json

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import InvalidInput, IsccError, RemoteFailed, VerificationFailed
from iscckit.trust.proof.did import ControlledKey, make_did_document
from iscckit.trust.proof.ed25519 import derive_public_key
from iscckit.trust.proof.entry import make_entry
from iscckit.trust.proof.merkle import check_inclusion, leaf_hash
from iscckit.trust.remote.hub import (
    declare_at_hub,
    delete_at_hub,
    fetch_hub_key,
    fetch_receipt,
    post_note,
)
from iscckit.trust.remote.hub_log import fetch_checkpoint

OTHER_SECRET = bytes(range(3, 35))


@pytest.mark.parametrize("evidence", [True, False])
def test_a_note_is_declared_and_its_place_checked(evidence: bool) -> None:
    source = MemoryHub()
    source.evidence = evidence
    with source.serve() as hub:
        for number in range(5):
            source.append(declare(number))
        note = declare(9)
        logged = declare_at_hub(hub, note)
        checkpoint = fetch_checkpoint(hub)
    assert logged.acknowledged.seq == logged.receipt.seq == 5
    assert logged.receipt.note.document == note
    assert (logged.receipt.inclusion is not None) == evidence
    leaf = leaf_hash(make_entry(str(logged.acknowledged.iscc_id), note))
    check_inclusion(leaf, 5, 6, logged.inclusion.path, checkpoint.root)
    assert source.seen[0].headers["accept"] == "application/json"
    assert json.loads(source.seen[0].body) == note


def test_force_is_a_header() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        post_note(hub, declare(1), force=True)
        post_note(hub, declare(2))
    assert source.seen[0].headers["x-force-declaration"] == "true"
    assert "x-force-declaration" not in source.seen[1].headers


REFUSALS: list[tuple[int, dict[str, Any], str, str]] = [
    (409, {"detail": "used", "code": "NONCE_REUSED", "field": "nonce"}, "NONCE_REUSED", "nonce"),
    (400, {"error": {"message": "m", "code": "nonce_reuse", "field": "n"}}, "NONCE_REUSED", "n"),
    (422, {"error": {"message": "m", "code": "nonce_mismatch"}}, "NONCE_HUB_MISMATCH", ""),
    (401, {"error": {"message": "m", "code": "invalid_signature"}}, "INVALID_SIGNATURE", ""),
    (422, {"detail": [{"loc": ["body"]}]}, "", ""),
    (500, {"error": "down"}, "", ""),
]


@pytest.mark.parametrize(("status", "body", "code", "field"), REFUSALS)
def test_a_refusal_of_either_shape_is_one_error(
    status: int, body: dict[str, Any], code: str, field: str
) -> None:
    source = MemoryHub()
    source.answers["POST", "/declaration"] = as_json(body, status)
    with source.serve() as hub, pytest.raises(RemoteFailed) as error:
        post_note(hub, declare(1))
    assert error.value.reason_code == "hub-refused"
    facts = error.value.facts
    assert (facts["status"], facts["code"], facts["field"]) == (status, code, field)
    assert str(status) in str(error.value)


@pytest.mark.parametrize("body", [b"", b"<html>down</html>", b"\xff", b"[]"])
def test_a_refusal_without_json_is_one_too(body: bytes) -> None:
    source = MemoryHub()
    source.answers["POST", "/declaration"] = Answer(503, body)
    with source.serve() as hub, pytest.raises(RemoteFailed, match="503") as error:
        post_note(hub, declare(1))
    assert error.value.reason_code == "hub-refused"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(201, b"<html>"),
        as_json([], 201),
        as_json({"iscc_id": "ISCC:MAIGG6O2AW3AAAAB"}, 201),
        as_json({"iscc_id": "ISCC:MAIGG6O2AW3AAAAB", "seq": True}, 201),
        as_json({"iscc_id": "ISCC:MAIGG6O2AW3AAAAB", "seq": -1}, 201),
        as_json({"iscc_id": "ISCC:KACT4EBWK27737D2", "seq": 0}, 201),
    ],
)
def test_an_answer_that_is_not_an_acknowledgement_is_malformed(answer: Answer) -> None:
    source = MemoryHub()
    source.answers["POST", "/declaration"] = answer
    with source.serve() as hub, pytest.raises(InvalidInput):
        post_note(hub, declare(1))


def test_a_note_for_another_hub_is_not_sent() -> None:
    source = MemoryHub(number=2)
    with source.serve() as hub, pytest.raises(InvalidInput, match="nonce"):
        post_note(hub, declare(1))  # its nonce is for hub 1
    assert not source.seen


def test_an_iscc_id_of_another_hub_is_foreign() -> None:
    source = MemoryHub(number=2)
    with source.serve() as hub, pytest.raises(VerificationFailed) as error:
        post_note(replace(hub, number=None), declare(1))
    assert error.value.reason_code == "receipt-foreign"


Change = Callable[[MemoryHub, MemoryHub, str], Answer]


def give_of_another_declaration(source: MemoryHub, other: MemoryHub, iscc_id: str) -> Answer:
    return as_json(source.receipt(next(iter(source.receipts))))


def give_of_another_note(source: MemoryHub, other: MemoryHub, iscc_id: str) -> Answer:
    seq = source.receipts[iscc_id][0]
    source.receipts[iscc_id] = seq, declare(4711)
    return as_json(source.receipt(iscc_id))


def give_of_another_hub(source: MemoryHub, other: MemoryHub, iscc_id: str) -> Answer:
    other.records, other.receipts, other.domain = source.records, source.receipts, "b.example"
    other.secret, other.key = source.secret, source.key
    return as_json(other.receipt(iscc_id))


def give_with_another_key(source: MemoryHub, other: MemoryHub, iscc_id: str) -> Answer:
    other.records, other.receipts = source.records, source.receipts
    other.domain = source.domain
    return as_json(other.receipt(iscc_id))


def give_of_a_log_without_it(source: MemoryHub, other: MemoryHub, iscc_id: str) -> Answer:
    seq, _ = source.receipts[iscc_id]
    source.records[seq] = source.records[0]
    return as_json(source.receipt(iscc_id))


def give_with_a_flipped_character(source: MemoryHub, other: MemoryHub, iscc_id: str) -> Answer:
    receipt = source.receipt(iscc_id)
    receipt["credentialSubject"]["declaration"]["seq"] += 1
    return as_json(receipt)


@pytest.mark.parametrize(
    ("give", "reasons"),
    [
        (give_of_another_declaration, {"receipt-foreign"}),
        (give_of_another_note, {"receipt-foreign"}),
        (give_of_another_hub, {"receipt-foreign"}),
        (give_with_another_key, {"signature-invalid"}),
        (give_of_a_log_without_it, {"merkle-proof-wrong"}),
        (give_with_a_flipped_character, {"signature-invalid"}),
    ],
)
def test_a_receipt_of_something_else_is_refused(give: Change, reasons: set[str]) -> None:
    source, other = MemoryHub(), MemoryHub(OTHER_SECRET)
    answer = source.answer

    def lie(seen: Seen) -> Answer:
        if seen.path.endswith("/receipt"):
            return give(source, other, seen.path.split("/")[2])
        return answer(seen)

    source.answer = lie  # type: ignore[method-assign]
    with source.serve() as hub:
        source.append(declare(0))
        with pytest.raises(VerificationFailed) as error:
            declare_at_hub(hub, declare(1))
    assert error.value.reason_code in reasons


def test_a_missing_receipt_is_a_refusal() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        iscc_id, _ = source.append(declare(0))
        source.answers["GET", f"/declaration/{iscc_id}/receipt"] = as_json({"detail": "no"}, 404)
        with pytest.raises(RemoteFailed) as error:
            fetch_receipt(hub, iscc_id)
    assert error.value.reason_code == "hub-refused"


def test_a_slow_hub_ends_at_the_deadline() -> None:
    with serve_raw(lambda _: time.sleep(1.0)) as url:
        source = MemoryHub()
        with source.serve() as hub, pytest.raises(IsccError) as error:
            post_note(replace(hub, url=url, total_s=0.5), declare(1))
    assert error.value.reason_code == "remote-slow"


def test_a_deletion_is_sent() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        iscc_id, _ = source.append(declare(0))
        deletion = retract(str(iscc_id), 7)
        delete_at_hub(hub, iscc_id, deletion)
        seen = source.seen[0]
        assert (seen.method, seen.path) == ("DELETE", f"/declaration/{iscc_id}")
        assert json.loads(seen.body) == deletion
        source.answers["DELETE", f"/declaration/{IsccId(5)}"] = as_json(
            {"detail": "unknown", "code": "DECLARATION_NOT_FOUND"}, 404
        )
        with pytest.raises(RemoteFailed) as error:
            delete_at_hub(hub, IsccId(5), deletion)
    assert error.value.facts["code"] == "DECLARATION_NOT_FOUND"


def test_the_key_of_a_hub_is_the_one_in_force() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        assert fetch_hub_key(hub) == source.key
        old = ControlledKey(derive_public_key(OTHER_SECRET), revoked_us=1)
        document = make_did_document(source.did, [old, ControlledKey(source.key)])
        source.answers["GET", "/.well-known/did.json"] = as_json(document)
        assert fetch_hub_key(hub) == source.key
        foreign = make_did_document("did:web:b.example", [ControlledKey(source.key)])
        wrongs: list[object] = [{}, [], foreign]
        for wrong in wrongs:
            source.answers["GET", "/.well-known/did.json"] = as_json(wrong)
            with pytest.raises(InvalidInput):
                fetch_hub_key(hub)
