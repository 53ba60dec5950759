"""Data Integrity proofs: the vector of W3C, and credentials of iscc-crypto byte for byte."""

from functools import partial
from typing import Any

import pytest
from iscc_crypto.keys import KeyPair
from iscc_crypto.signing import sign_vc
from iscc_crypto.verifying import verify_vc
from tests.trust.golden import (
    ALICE,
    ALICE_MULTIKEY,
    ALICE_PUBLIC,
    HUB_PUBLIC,
    RECEIPT,
    VECTORS,
    WEAK_KEYS,
)

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.base58 import encode_base58
from iscckit.trust.proof.data_integrity import (
    add_proof,
    hash_for_proof,
    make_proof_options,
    verify_proof,
)
from iscckit.trust.proof.ed25519 import sign
from iscckit.trust.proof.strict_json import canonicalize

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
ISSUER = "https://vc.example/issuers/5678"
ALUMNI: dict[str, Any] = {
    "@context": CONTEXT,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": ISSUER,
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
METHOD = f"did:key:{VECTORS['alice_pub']}#{VECTORS['alice_pub']}"
SIGN = partial(sign, ALICE)


def test_the_hashes_of_the_vector_of_w3c() -> None:
    # Data Integrity EdDSA Cryptosuites v1.0, B.1, eddsa-jcs-2022.
    key = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    options = make_proof_options(ALUMNI, f"{ISSUER}#{key}") | {"created": "2023-02-24T23:36:38Z"}
    assert hash_for_proof(ALUMNI, options).hex() == (
        "ac75a9fbdb9b5606c064a88bb59ab355900074f6def99d16a82dd071a7a67066"
        "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
    )


@pytest.mark.parametrize("controller", [None, "did:web:example.com"])
def test_signed_credentials_are_those_of_iscc_crypto(controller: str | None) -> None:
    pair = KeyPair(VECTORS["alice_pub"], ALICE_MULTIKEY, controller)
    method = f"{controller}#{VECTORS['alice_pub']}" if controller else METHOD
    for document in (ALUMNI, {"hello": "world"}):
        ours = add_proof(document, make_proof_options(document, method), SIGN)
        assert canonicalize(ours) == canonicalize(sign_vc(document, pair))
        verify_proof(ours, ALICE_PUBLIC)


def test_the_golden_receipt_verifies_where_iscc_crypto_refuses_did_web() -> None:
    assert not verify_vc(RECEIPT, raise_on_error=False).is_valid
    verify_proof(RECEIPT, HUB_PUBLIC)
    with pytest.raises(VerificationFailed):
        verify_proof(RECEIPT, ALICE_PUBLIC)


def changed(**change: object) -> dict[str, Any]:
    document = add_proof(ALUMNI, make_proof_options(ALUMNI, METHOD), SIGN)
    proof: Any = document["proof"]
    proof = {name: value for name, value in (proof | change).items() if value is not None}
    return document | {"proof": proof}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (ALUMNI, "proof"),
        (ALUMNI | {"proof": [1]}, "proof"),
        (changed(type="Ed25519Signature2020"), "proof.type"),
        (changed(cryptosuite="eddsa-rdfc-2022"), "proof.cryptosuite"),
        (changed(proofPurpose="authentication"), "proof.proofPurpose"),
        (changed(verificationMethod=None), "proof.verificationMethod"),
        (changed(verificationMethod=""), "proof.verificationMethod"),
        (changed(expires="2099-01-01T00:00:00Z"), "proof.expires"),
        (changed(proofValue=None), "proof.proofValue"),
        (changed(proofValue=1), "proof.proofValue"),
        (changed(proofValue="u" + 88 * "A"), "proof.proofValue"),
        ({**changed(), "@context": CONTEXT[::-1]}, "proof.@context"),
        ({**changed(), "@context": CONTEXT[0]}, "proof.@context"),
    ],
)
def test_a_malformed_proof_names_the_member(document: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        verify_proof(document, ALICE_PUBLIC)
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize(
    "change",
    [{"created": "2026-01-01T00:00:00Z"}, {"verificationMethod": "did:key:x"}, {"@context": None}],
)
def test_options_are_signed(change: dict[str, Any]) -> None:
    with pytest.raises(VerificationFailed):
        verify_proof(changed(**change), ALICE_PUBLIC)


@pytest.mark.parametrize("weak", WEAK_KEYS, ids=bytes.hex)
def test_weak_keys_and_weak_r_are_refused(weak: bytes) -> None:
    document = changed(proofValue="z" + encode_base58(weak + bytes(32)))
    for key in (weak, ALICE_PUBLIC):
        with pytest.raises(VerificationFailed):
            verify_proof(document, key)


def test_a_document_gets_one_proof() -> None:
    with pytest.raises(InvalidInput):
        add_proof(RECEIPT, make_proof_options(RECEIPT, METHOD), SIGN)
