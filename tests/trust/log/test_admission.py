"""Each check of a hub before the log, with its code, in the order of the specification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from blake3 import blake3
from tests.trust.log.material import (
    AUTHOR,
    NOTE_SCHEMA,
    OTHER,
    Place,
    declare,
    draft,
    make_nonce,
    retract,
    sign_note,
)

from iscckit.json_types import JsonValue
from iscckit.trust.log.admission import (
    HubPolicy,
    admit_declaration,
    admit_deletion,
    authorize_offline,
    read_stored,
)
from iscckit.trust.log.refusals import Refused
from iscckit.trust.log.store import LogStore
from iscckit.trust.log.writer import LogWriter
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.did import Authorization, did_key
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.strict_json import canonicalize

NOW = 1_790_000_000_000_000  # 2026-09-21
POLICY = HubPolicy(now_us=lambda: NOW)
KEY = ed25519.derive_public_key(AUTHOR)


@pytest.fixture
def writer(place: Place) -> Iterator[LogWriter]:
    with place.open() as opened:
        yield opened


@pytest.fixture
def store(writer: LogWriter) -> LogStore:
    return writer.store


def admit(store: LogStore, document: object, policy: HubPolicy = POLICY) -> None:
    admit_declaration(json.dumps(document).encode(), store, policy)


def refusal(store: LogStore, document: object, policy: HubPolicy = POLICY) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        admit(store, document, policy)
    return caught.value.code, caught.value.field


def break_signature(note: dict[str, Any]) -> dict[str, Any]:
    return note | {"signature": declare(99)["signature"]}


def test_a_note_is_admitted_bare_and_in_an_envelope(store: LogStore) -> None:
    metadata: JsonValue = {"title": "A", "n": [1, 2]}
    metahash = "1e20" + blake3(canonicalize(metadata)).hexdigest()
    made = admit_declaration(json.dumps(declare(1)).encode(), store, POLICY)
    assert made == draft(declare(1))
    admit(store, {"iscc_note": declare(1)})
    admit(store, {"iscc_note": declare(1, metahash=metahash), "metadata": metadata})


@pytest.mark.parametrize("data", [b"", b"{", b'{"a":1,"a":2}', b"\xff", b"NaN"])
def test_what_is_not_json_is_invalid_json(store: LogStore, data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        admit_declaration(data, store, POLICY)
    assert (caught.value.code, caught.value.status) == ("INVALID_JSON", 400)


def test_one_byte_too_many_is_too_large(store: LogStore) -> None:
    data = json.dumps(declare(1)).encode()
    admit_declaration(data.ljust(8192), store, POLICY)
    with pytest.raises(Refused) as caught:
        admit_declaration(data.ljust(8193), store, POLICY)
    assert (caught.value.code, caught.value.status) == ("TOO_LARGE", 413)


@pytest.mark.parametrize("document", [[], 1, {}, {"iscc_note": 1}, {"iscc_note": {}, "x": 1}])
def test_another_shape_is_an_invalid_note(store: LogStore, document: object) -> None:
    assert refusal(store, document)[0] == "INVALID_NOTE"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"x": "y"}, "x"),
        ({"datahash": "1e20" + "0" * 64}, "datahash"),
        ({"nonce": "0" * 31}, "nonce"),
        ({"gateway": "ftp://a.example"}, "gateway"),
        ({"$schema": NOTE_SCHEMA.replace("0.8", "0.9")}, "$schema"),
    ],
)
def test_a_malformed_member_is_named(store: LogStore, more: dict[str, str], field: str) -> None:
    note = {name: value for name, value in declare(1).items() if name != "signature"}
    assert refusal(store, sign_note({**note, **more})) == ("INVALID_NOTE", field)


def test_a_deletion_is_not_a_declaration_and_the_reverse(store: LogStore) -> None:
    iscc_id = "ISCC:MAIGG6O2AW3AAAAB"
    assert refusal(store, retract(iscc_id, 1)) == ("INVALID_NOTE", "$schema")
    with pytest.raises(Refused) as caught:
        admit_deletion(iscc_id, json.dumps(declare(1)).encode(), store, POLICY)
    assert (caught.value.code, caught.value.field) == ("INVALID_DELETION", "$schema")


def test_the_nonce_of_another_hub_is_refused_before_the_signature(store: LogStore) -> None:
    note = declare(1, nonce=make_nonce(1, hub=2))
    assert refusal(store, note) == ("NONCE_HUB_MISMATCH", "nonce")
    assert refusal(store, break_signature(note)) == ("NONCE_HUB_MISMATCH", "nonce")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("2026-09-21T14:13:20.000Z", True),
        ("2026-09-21T14:03:20.000Z", True),
        ("2026-09-21T14:03:19.999Z", False),
        ("2026-09-21T14:23:20.001Z", False),
    ],
)
def test_the_time_of_a_note_is_that_of_the_hub(store: LogStore, text: str, holds: bool) -> None:
    note = declare(1, timestamp=text)
    if holds:
        admit(store, note)
        assert refusal(store, break_signature(note))[0] == "INVALID_SIGNATURE"
    else:
        assert refusal(store, note) == ("TIMESTAMP_OUT_OF_RANGE", "timestamp")
        assert refusal(store, break_signature(note)) == ("TIMESTAMP_OUT_OF_RANGE", "timestamp")
        admit(store, note, HubPolicy(tolerance_us=0))


def test_a_wrong_signature_is_refused(store: LogStore) -> None:
    assert refusal(store, break_signature(declare(1))) == ("INVALID_SIGNATURE", "signature")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("unauthorized", "CONTROLLER_KEY_NOT_AUTHORIZED"),
        ("unresolvable", "CONTROLLER_UNRESOLVABLE"),
        ("verified", None),
    ],
)
def test_a_controller_is_asked(store: LogStore, answer: Authorization, code: str | None) -> None:
    asked = []

    def ask(*given: object) -> Authorization:
        asked.append(given)
        return answer

    document = {name: value for name, value in declare(1).items() if name != "signature"}
    note = sign_document(
        document, KEY, lambda m: ed25519.sign(AUTHOR, m), controller="did:web:a.example"
    )
    policy = HubPolicy(authorize=ask, now_us=lambda: NOW)
    if code is None:
        admit(store, note, policy)
    else:
        assert refusal(store, note, policy) == (code, "signature.controller")
    assert asked == [("did:web:a.example", KEY, None, NOW)]


def test_without_network_a_did_key_is_checked_and_others_are_claims() -> None:
    other = ed25519.derive_public_key(OTHER)
    assert authorize_offline(did_key(KEY), KEY, None, NOW) == "verified"
    assert authorize_offline(did_key(KEY), other, None, NOW) == "unauthorized"
    assert authorize_offline("did:web:a.example", KEY, None, NOW) == "not_claimed"


def test_metadata_have_the_hash_of_the_note(store: LogStore) -> None:
    for note in (declare(1), declare(1, metahash="1e20" + "0" * 64)):
        envelope = {"iscc_note": note, "metadata": {"title": "A"}}
        assert refusal(store, envelope) == ("METAHASH_MISMATCH", "metahash")


def test_a_used_nonce_comes_before_a_declared_content(writer: LogWriter) -> None:
    done = writer.append(draft(declare(1)))
    assert refusal(writer.store, declare(1)) == ("NONCE_REUSED", "nonce")
    with pytest.raises(Refused) as caught:
        admit(writer.store, declare(2, OTHER))
    assert (caught.value.code, caught.value.status) == ("DUPLICATE_DATAHASH", 409)
    assert caught.value.more == {
        "existing_iscc_id": str(done.iscc_id),
        "existing_actor": did_key(KEY),
    }
    admit_declaration(json.dumps(declare(2)).encode(), writer.store, POLICY, is_forced=True)
    writer.append(draft(retract(str(done.iscc_id), 3)))
    admit(writer.store, declare(2))


def test_a_key_may_be_required(store: LogStore) -> None:
    policy = HubPolicy(keys=frozenset({KEY}), now_us=lambda: NOW)
    admit(store, declare(1), policy)
    assert refusal(store, declare(1, OTHER), policy) == ("KEY_NOT_AUTHORIZED", "signature.pubkey")


def delete(store: LogStore, iscc_id: str, note: object) -> str:
    with pytest.raises(Refused) as caught:
        admit_deletion(iscc_id, json.dumps(note).encode(), store, POLICY)
    return caught.value.code


def test_deletions_have_their_codes(writer: LogWriter) -> None:
    store = writer.store
    done = writer.append(draft(declare(1)))
    iscc_id, other = str(done.iscc_id), "ISCC:MAIGG6O2AW3AAAAB"
    made = admit_deletion(iscc_id, json.dumps(retract(iscc_id, 2)).encode(), store, POLICY)
    assert made == draft(retract(iscc_id, 2))
    assert delete(store, other, retract(iscc_id, 2)) == "INVALID_DELETION"
    assert delete(store, other, retract(other, 2)) == "DECLARATION_NOT_FOUND"
    assert delete(store, iscc_id, retract(iscc_id, 2, OTHER)) == "NOT_AUTHORIZED_TO_DELETE"
    assert delete(store, iscc_id, retract(iscc_id, 1)) == "NONCE_REUSED"
    wrong = retract(iscc_id, 2, nonce=make_nonce(2, hub=9))
    assert delete(store, iscc_id, wrong) == "NONCE_HUB_MISMATCH"
    broken = retract(iscc_id, 2) | {"nonce": make_nonce(5)}
    assert delete(store, iscc_id, broken) == "INVALID_SIGNATURE"
    late = retract(iscc_id, 2, timestamp="2020-01-01T00:00:00.000Z")
    assert delete(store, iscc_id, late) == "TIMESTAMP_OUT_OF_RANGE"
    writer.append(made)
    assert delete(store, iscc_id, retract(iscc_id, 3)) == "DECLARATION_NOT_FOUND"
    assert read_stored(store, 0).nonce == declare(1)["nonce"]


def test_an_id_of_another_realm_is_not_declared_here(writer: LogWriter) -> None:
    done = writer.append(draft(declare(1)))
    other = str(done.iscc_id._replace(realm=1))
    assert delete(writer.store, other, retract(other, 2)) == "DECLARATION_NOT_FOUND"
