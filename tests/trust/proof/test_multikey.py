"""Multikeys: prefix, length and spelling are exact."""

import pytest
from tests.trust.golden import ALICE, ALICE_MULTIKEY, ALICE_PUBLIC, VECTORS, WEAK_KEYS

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.base58 import encode_base58
from iscckit.trust.proof.ed25519 import derive_public_key
from iscckit.trust.proof.multikey import (
    decode_multibase,
    decode_public_key,
    decode_secret_key,
    encode_multibase,
    encode_public_key,
    encode_secret_key,
)


def test_the_public_test_key() -> None:
    assert derive_public_key(ALICE) == ALICE_PUBLIC
    assert encode_public_key(ALICE_PUBLIC) == VECTORS["alice_pub"]
    assert encode_secret_key(ALICE) == ALICE_MULTIKEY
    assert decode_multibase(encode_multibase(b"\0\0a")) == b"\0\0a"


@pytest.mark.parametrize(
    "data",
    [
        ALICE_PUBLIC,
        b"\xec\x01" + ALICE_PUBLIC,
        b"\x80\x26" + ALICE_PUBLIC,
        b"\xed\x01" + ALICE_PUBLIC[1:],
        b"\xed\x01" + ALICE_PUBLIC + b"\0",
        b"",
    ],
)
def test_another_prefix_or_length_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_public_key("z" + encode_base58(data))


@pytest.mark.parametrize("prefix", ["", "Z", "u", "z1", "zz", " z"])
def test_another_spelling_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidInput):
        decode_public_key(prefix + VECTORS["alice_pub"][1:])


@pytest.mark.parametrize("key", WEAK_KEYS, ids=bytes.hex)
def test_weak_keys_are_refused_both_ways(key: bytes) -> None:
    with pytest.raises(VerificationFailed):
        encode_public_key(key)
    with pytest.raises(VerificationFailed):
        decode_public_key("z" + encode_base58(b"\xed\x01" + key))


def test_an_error_does_not_repeat_a_secret_key() -> None:
    for text in (ALICE_MULTIKEY[:-1], ALICE_MULTIKEY + "2", VECTORS["alice_pub"]):
        with pytest.raises(InvalidInput) as caught:
            decode_secret_key(text)
        assert text[5:] not in str(caught.value)
    with pytest.raises(InvalidInput):
        encode_secret_key(bytes(31))
