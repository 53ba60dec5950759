"""ISCC-SIG: the answers of IEP-0019, agreement with iscc-crypto, and what that lets pass."""

import json
from functools import partial
from typing import Any, cast

import pytest
from iscc_crypto.keys import KeyPair
from iscc_crypto.signing import SigType, sign_json
from iscc_crypto.verifying import verify_json
from tests.trust.golden import ALICE, ALICE_MULTIKEY, ALICE_PUBLIC, NOTES, VECTORS, WEAK_KEYS

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.json_types import JsonValue
from iscckit.trust.proof.base58 import encode_base58
from iscckit.trust.proof.ed25519 import derive_public_key, sign
from iscckit.trust.proof.signature import Signed, sign_document, verify_signature
from iscckit.trust.proof.strict_json import canonicalize

CONTROLLER = "did:web:crypto.iscc.codes:alice"
SIGN = partial(sign, ALICE)
BOB = bytes(range(32))
BOB_PUBLIC = derive_public_key(BOB)


@pytest.mark.parametrize(
    ("name", "options", "signed"),
    [
        ("PROOF_ONLY", {"embed_key": False}, Signed(None, None, None)),
        ("SELF_VERIFYING", {}, Signed(ALICE_PUBLIC, None, None)),
        ("IDENTITY_BOUND", {"controller": CONTROLLER}, Signed(ALICE_PUBLIC, CONTROLLER, None)),
    ],
)
def test_the_answers_of_iep_0019(name: str, options: dict[str, Any], signed: Signed) -> None:
    document = sign_document({"hello": "world"}, ALICE_PUBLIC, SIGN, **options)
    signature = cast("dict[str, str]", document["signature"])
    assert signature["proof"] == VECTORS[f"IEP-0019 {name}"]
    assert verify_signature(document, expected=ALICE_PUBLIC) == signed


@pytest.mark.parametrize("controller", [None, CONTROLLER])
@pytest.mark.parametrize("keyid", [None, "key-1"])
def test_signed_documents_are_those_of_iscc_crypto(
    controller: str | None, keyid: str | None
) -> None:
    if keyid and not controller:
        controller = "https://example.com/alice"
    pair = KeyPair(VECTORS["alice_pub"], ALICE_MULTIKEY, controller, keyid)
    document: dict[str, JsonValue] = {"b": [1, 2.5, None, True], "a": {"é": "\U0001f600"}}
    ours = sign_document(document, ALICE_PUBLIC, SIGN, controller=controller, keyid=keyid)
    assert canonicalize(ours) == canonicalize(sign_json(document, pair))
    assert verify_json(ours).signature_valid
    assert verify_signature(ours) == Signed(ALICE_PUBLIC, controller, keyid)
    bare = sign_document(document, ALICE_PUBLIC, SIGN, embed_key=False)
    assert bare == sign_json(document, pair, SigType.PROOF_ONLY)


def test_a_document_is_signed_once_and_arguments_must_agree() -> None:
    with pytest.raises(InvalidInput):
        sign_document(NOTES[0], ALICE_PUBLIC, SIGN)
    with pytest.raises(InvalidInput):
        sign_document({}, ALICE_PUBLIC, SIGN, keyid="key-1")
    with pytest.raises(InvalidInput):
        sign_document({}, ALICE_PUBLIC, SIGN, controller=CONTROLLER, embed_key=False)


def test_another_key_than_the_expected_one_is_refused_where_iscc_crypto_ignores_it() -> None:
    document = sign_document({"hello": "world"}, BOB_PUBLIC, partial(sign, BOB))
    assert verify_json(document, public_key=VECTORS["alice_pub"]).is_valid
    with pytest.raises(VerificationFailed) as caught:
        verify_signature(document, expected=ALICE_PUBLIC)
    assert caught.value.reason_code == "key-unexpected"


def test_a_forgery_with_the_identity_as_key_is_refused_where_iscc_crypto_accepts_it() -> None:
    key = WEAK_KEYS[0]
    forged: dict[str, JsonValue] = {
        "hello": "world",
        "signature": {
            "version": "ISCC-SIG v1.0",
            "pubkey": "z" + encode_base58(b"\xed\x01" + key),
            "proof": "z" + encode_base58(key + bytes(32)),
        },
    }
    assert verify_json(forged).is_valid
    with pytest.raises(VerificationFailed):
        verify_signature(forged)


def test_a_big_integer_cannot_be_replaced_where_iscc_crypto_rounds_it() -> None:
    pair = KeyPair(VECTORS["alice_pub"], ALICE_MULTIKEY)
    document = sign_json({"amount": 9007199254740993}, pair)
    assert verify_json(document | {"amount": 9007199254740992}).is_valid
    with pytest.raises(InvalidInput):
        verify_signature(document)
    with pytest.raises(InvalidInput):
        sign_document({"amount": 9007199254740993}, ALICE_PUBLIC, SIGN)


@pytest.mark.parametrize("weak", WEAK_KEYS, ids=bytes.hex)
def test_weak_keys_and_weak_r_are_refused(weak: bytes) -> None:
    good = sign_document({"a": 1}, ALICE_PUBLIC, SIGN)
    signature: Any = good["signature"]
    pubkey = "z" + encode_base58(b"\xed\x01" + weak)
    proof = "z" + encode_base58(weak + bytes(32))
    for change in ({"pubkey": pubkey}, {"proof": proof}, {"pubkey": pubkey, "proof": proof}):
        with pytest.raises(VerificationFailed):
            verify_signature(good | {"signature": signature | change})


def changed(**change: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(NOTES[0]))
    for name, value in change.items():
        if value is None:
            document["signature"].pop(name, None)
        else:
            document["signature"][name] = value
    return document


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "signature"),
        ({"signature": []}, "signature"),
        (changed(version="ISCC-SIG v1.1"), "signature.version"),
        (changed(version=None), "signature.version"),
        (changed(proof=None), "signature.proof"),
        (changed(proof=1), "signature.proof"),
        (changed(proof=""), "signature.proof"),
        (changed(pubkey=None), "signature.pubkey"),
        (changed(pubkey="z" + 47 * "1"), "signature.pubkey"),
        (changed(controller=CONTROLLER, pubkey=None), "signature.pubkey"),
        (changed(keyid="key-1"), "signature.controller"),
        (changed(created="now"), "signature.created"),
        (changed(proof="u" + NOTES[0]["signature"]["proof"][1:]), "signature.proof"),
    ],
)
def test_a_malformed_signature_names_the_member(document: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        verify_signature(document)
    assert caught.value.facts == {"field": field}


def test_an_added_member_breaks_the_signature() -> None:
    with pytest.raises(VerificationFailed):
        verify_signature(NOTES[0] | {"title": "x"})
    with pytest.raises(VerificationFailed):
        verify_signature(changed(controller=CONTROLLER))
