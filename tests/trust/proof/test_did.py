"""Identities: addresses of documents, and which document authorizes which key at which time."""

from typing import Any

import pytest
from iscc_crypto.keys import KeyPair
from iscc_crypto.signing import sign_json
from iscc_crypto.verifying import verify_json
from tests.trust.golden import ALICE_MULTIKEY, ALICE_PUBLIC, HUB_PUBLIC, VECTORS, WEAK_KEYS

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.base58 import encode_base58
from iscckit.trust.proof.did import (
    Authorization,
    ControlledKey,
    authorize,
    decode_did_key,
    did_key,
    document_url,
    make_did_document,
)

DID = "did:web:example.com"
ALICE_ID = f"{DID}#{VECTORS['alice_pub']}"
REVOKED_US = 1_750_000_000_000_000  # 2025-06-15T15:06:40Z
DOCUMENT = make_did_document(
    DID, [ControlledKey(HUB_PUBLIC), ControlledKey(ALICE_PUBLIC, REVOKED_US)]
)


def method(**change: object) -> dict[str, Any]:
    base = {"id": f"{DID}#key-1", "type": "Multikey", "controller": DID}
    return {**base, "publicKeyMultibase": VECTORS["alice_pub"], **change}


def listed(*methods: dict[str, Any], **change: object) -> dict[str, Any]:
    names = [each["id"] for each in methods]
    return {"id": DID, "verificationMethod": list(methods), "assertionMethod": names, **change}


def test_a_did_key_is_the_key() -> None:
    did = did_key(ALICE_PUBLIC)
    assert did == f"did:key:{VECTORS['alice_pub']}"
    assert decode_did_key(did) == ALICE_PUBLIC
    for text in (DID, did + "#x", did[:-1], "did:key:", VECTORS["alice_pub"]):
        with pytest.raises(InvalidInput):
            decode_did_key(text)
    with pytest.raises(VerificationFailed):
        decode_did_key("did:key:z" + encode_base58(b"\xed\x01" + WEAK_KEYS[0]))


@pytest.mark.parametrize(
    ("controller", "url"),
    [
        ("did:web:example.com", "https://example.com/.well-known/did.json"),
        ("did:web:example.com:a:b", "https://example.com/a/b/did.json"),
        ("did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
        ("https://example.com/alice", "https://example.com/alice"),
        (f"did:key:{VECTORS['alice_pub']}", None),
        ("did:pkh:eip155:1:0xab", None),
        ("http://example.com/alice", None),
        ("alice", None),
    ],
)
def test_the_address_of_a_document(controller: str, url: str | None) -> None:
    assert document_url(controller) == url


@pytest.mark.parametrize(
    "controller",
    [
        "did:web:",
        "did:web:example.com%2Fevil",
        "did:web:user%40example.com",
        "did:web:example.com:..",
        "did:web:example.com:%2E%2E",
        "did:web:example.com::a",
        "did:web:example.com:a%2Fb",
        "did:web:example.com%3Fx",
        "did:web:example.com#x",
        "did:web:exa mple.com",
        "https://user@example.com/",
        "https://example.com/#x",
        "https:///x",
        "https://example.com:x/",
        "https://example.com/a b",
        "https://[::1",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(controller: str) -> None:
    with pytest.raises(InvalidInput):
        document_url(controller)


def test_a_document_authorizes_its_keys() -> None:
    assert DOCUMENT["id"] == DID
    assert DOCUMENT["assertionMethod"] == [f"{DID}#{VECTORS['hub_pub']}", ALICE_ID]
    for keyid in (None, VECTORS["hub_pub"], f"{DID}#{VECTORS['hub_pub']}"):
        assert authorize(DOCUMENT, DID, HUB_PUBLIC, keyid, REVOKED_US) == "verified"
    assert authorize(DOCUMENT, DID, HUB_PUBLIC, ALICE_ID, REVOKED_US) == "unauthorized"


def test_a_revoked_key_keeps_what_was_logged_before() -> None:
    assert authorize(DOCUMENT, DID, ALICE_PUBLIC, None, REVOKED_US - 1) == "verified"
    assert authorize(DOCUMENT, DID, ALICE_PUBLIC, None, REVOKED_US) == "unauthorized"


def test_the_document_that_iscc_crypto_makes_authorizes() -> None:
    for keyid in (None, "key-1"):
        pair = KeyPair(VECTORS["alice_pub"], ALICE_MULTIKEY, DID, keyid)
        found = authorize(pair.controller_document, DID, ALICE_PUBLIC, keyid, 0)
        assert found == "verified"


@pytest.mark.parametrize(
    ("document", "state"),
    [
        (None, "unresolvable"),
        (listed(method()), "verified"),
        (listed(method(expires="2026-01-01T00:00:00Z")), "verified"),
        (listed(method(id="#key-1")), "verified"),
        ({"id": DID, "assertionMethod": [method()]}, "verified"),
        (listed(method(), assertionMethod=["#key-1"]), "verified"),
        ([], "unauthorized"),
        ({}, "unauthorized"),
        (listed(method(), id="did:web:example.org"), "unauthorized"),
        (listed(method(), assertionMethod=[]), "unauthorized"),
        (listed(method(), assertionMethod=None), "unauthorized"),
        (listed(method(), assertionMethod=[f"{DID}#key-2"]), "unauthorized"),
        (listed(method(controller="did:web:example.org")), "unauthorized"),
        (listed(method(type="JsonWebKey")), "unauthorized"),
        (listed(method(publicKeyMultibase=VECTORS["hub_pub"])), "unauthorized"),
        (listed(method(revoked="2025-01-01T00:00:00+00:00")), "unauthorized"),
        (listed(method(expires="2025-01-01T00:00:00.5Z")), "unauthorized"),
        (listed(method(revoked="soon")), "unauthorized"),
        (listed(method(revoked="2026-13-01T00:00:00Z")), "unauthorized"),
        (listed(method(revoked=None)), "unauthorized"),
        (listed(method(revoked="2026-01-01T00:00:00")), "unauthorized"),
    ],
)
def test_what_a_document_must_say(document: Any, state: Authorization) -> None:  # noqa: ANN401
    assert authorize(document, DID, ALICE_PUBLIC, "key-1", REVOKED_US) == state


def test_what_iscc_crypto_does_not_look_at() -> None:
    pair = KeyPair(VECTORS["alice_pub"], ALICE_MULTIKEY, DID, "key-1")
    signed = sign_json({"a": 1}, pair)
    for document in (
        listed(method(), id="did:web:example.org"),
        listed(method(), assertionMethod=[]),
        listed(method(revoked="2000-01-01T00:00:00Z")),
    ):
        assert verify_json(signed, identity_doc=document).identity_verified
        assert authorize(document, DID, ALICE_PUBLIC, "key-1", REVOKED_US) == "unauthorized"
    assert verify_json(signed).is_valid
    assert authorize(None, DID, ALICE_PUBLIC, "key-1", REVOKED_US) == "unresolvable"


def test_a_did_key_needs_no_document_and_no_controller_is_a_state() -> None:
    did = did_key(ALICE_PUBLIC)
    assert authorize(None, None, ALICE_PUBLIC, None, 0) == "not_claimed"
    assert authorize(None, did, ALICE_PUBLIC, None, 0) == "verified"
    assert authorize(None, did, ALICE_PUBLIC, f"{did}#{VECTORS['alice_pub']}", 0) == "verified"
    assert authorize(None, did, ALICE_PUBLIC, "key-2", 0) == "unauthorized"
    assert authorize(listed(method(), id=did), did, HUB_PUBLIC, None, 0) == "unauthorized"
