"""Ed25519: OpenSSL's answer where it is right, and a refusal where it is too lax."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.trust.golden import ALICE, ALICE_PUBLIC, WEAK_KEYS

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.ed25519 import check_public_key, derive_public_key, sign, verify

ORDER = 2**252 + 27742317777372353535851937790883648493


def accepts(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether OpenSSL accepts a signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_the_first_vectors_of_rfc_8032() -> None:
    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert derive_public_key(secret) == public
    assert sign(secret, b"\x72") == signature
    verify(public, b"\x72", signature)


def test_one_changed_bit_is_noticed() -> None:
    message = b"one message"
    signature = sign(ALICE, message)
    verify(ALICE_PUBLIC, message, signature)
    for bit in range(512):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VerificationFailed):
            verify(ALICE_PUBLIC, message, bytes(changed))


def test_weak_keys_are_fourteen_and_openssl_accepts_forgeries_of_some() -> None:
    assert len(set(WEAK_KEYS)) == 14
    forged = WEAK_KEYS[0] + bytes(32)
    assert accepts(WEAK_KEYS[0], b"anything", forged)


@pytest.mark.parametrize("key", WEAK_KEYS, ids=bytes.hex)
def test_a_weak_key_signs_nothing(key: bytes) -> None:
    with pytest.raises(VerificationFailed) as caught:
        check_public_key(key)
    assert caught.value.reason_code == "signature-invalid"
    for r in WEAK_KEYS:
        for number in range(8):
            with pytest.raises(VerificationFailed):
                verify(key, bytes([number]), r + bytes(32))


@pytest.mark.parametrize("r", WEAK_KEYS, ids=bytes.hex)
def test_a_weak_r_is_refused_also_where_openssl_accepts_it(r: bytes) -> None:
    # With R of small order, S = k·a verifies: only the owner of a key can make it.
    digest = hashlib.sha512(ALICE).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    k = int.from_bytes(hashlib.sha512(r + ALICE_PUBLIC + b"x").digest(), "little")
    signature = r + (k * scalar % ORDER).to_bytes(32, "little")
    assert accepts(ALICE_PUBLIC, b"x", signature) == (r == WEAK_KEYS[0])
    with pytest.raises(VerificationFailed):
        verify(ALICE_PUBLIC, b"x", signature)


def test_s_plus_the_order_is_refused() -> None:
    signature = sign(ALICE, b"x")
    raised = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(VerificationFailed, match="below the order"):
        verify(ALICE_PUBLIC, b"x", signature[:32] + raised.to_bytes(32, "little"))


def test_lengths_are_checked() -> None:
    with pytest.raises(VerificationFailed):
        verify(ALICE_PUBLIC, b"x", sign(ALICE, b"x") + b"\0")
    for size in (0, 31, 33):
        with pytest.raises(InvalidInput):
            check_public_key(bytes(size))
        with pytest.raises(InvalidInput):
            sign(bytes(size), b"x")
        with pytest.raises(InvalidInput):
            derive_public_key(bytes(size))


def test_a_key_that_is_not_a_point_fails_as_a_signature() -> None:
    key = next(
        each
        for each in (bytes([number]) + bytes(31) for number in range(2, 99))
        if not accepts(each, b"x", sign(ALICE, b"x"))
    )
    with pytest.raises(VerificationFailed):
        verify(key, b"x", sign(ALICE, b"x"))
