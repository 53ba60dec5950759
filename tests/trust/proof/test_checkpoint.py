"""Checkpoints against the golden chain, and against every flipped bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from iscckit.errors import InvalidInput, IsccError, VerificationFailed
from iscckit.trust.proof.checkpoint import (
    key_id,
    make_checkpoint,
    parse_verifier_key,
    read_checkpoint,
    verifier_key,
    verify_checkpoint,
)

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "trust-vectors.json").read_text()
)
TEXT: str = GOLDEN["checkpoint_size3"]
ORIGIN = "hub.example/log"
_, KEY = parse_verifier_key(GOLDEN["vkey"])


def test_the_golden_checkpoint_holds() -> None:
    checkpoint = verify_checkpoint(TEXT, ORIGIN, KEY)
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 3)
    assert checkpoint.root.hex() == GOLDEN["root_size3"]
    assert checkpoint.text == TEXT


def test_the_verifier_key_is_the_golden_one() -> None:
    assert key_id(ORIGIN, KEY).hex() == GOLDEN["key_id"]
    assert verifier_key(ORIGIN, KEY) == GOLDEN["vkey"]


def test_a_checkpoint_is_both_ways() -> None:
    secret = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = secret.public_key().public_bytes_raw()
    text = make_checkpoint("log.example/log", 7, bytes(32), secret.sign, public)
    checkpoint = verify_checkpoint(text, "log.example/log", public)
    assert (checkpoint.size, checkpoint.root) == (7, bytes(32))
    assert make_checkpoint("log.example/log", 7, bytes(32), secret.sign, public) == text


def test_the_golden_text_is_what_is_made() -> None:
    signed = read_checkpoint(TEXT)
    line = signed.signatures[0]
    made = make_checkpoint(ORIGIN, 3, signed.checkpoint.root, lambda _: line.signature, KEY)
    assert made == TEXT


def test_no_bit_of_a_checkpoint_may_differ() -> None:
    data = TEXT.encode()
    for place in range(len(data)):
        for bit in range(8):
            hurt = bytearray(data)
            hurt[place] ^= 1 << bit
            with pytest.raises((IsccError, UnicodeDecodeError)):
                verify_checkpoint(hurt.decode(), ORIGIN, KEY)


def test_a_checkpoint_of_another_log_or_key_is_foreign() -> None:
    for name, key in (("other.example/log", KEY), (ORIGIN, bytes([1]) + KEY[1:])):
        with pytest.raises(VerificationFailed) as caught:
            verify_checkpoint(TEXT, name, key)
        assert caught.value.reason_code == "checkpoint-foreign"


def test_a_further_signature_does_no_harm_and_a_wrong_one_of_the_key_does() -> None:
    line = TEXT.splitlines()[-1]
    witness = "\u2014 witness.example AAAAAAAA\n"
    assert verify_checkpoint(TEXT + witness, ORIGIN, KEY).size == 3
    assert len(read_checkpoint(TEXT + witness).signatures) == 2
    prefix, _, encoded = line.rpartition(" ")
    other = f"{prefix} {encoded[:-4]}AAA=\n"
    with pytest.raises(IsccError):
        verify_checkpoint(TEXT + other, ORIGIN, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        TEXT[:-1],
        TEXT.replace("\n3\n", "\n03\n"),
        TEXT.replace("\n3\n", "\n-3\n"),
        TEXT.replace("\n3\n", "\n\u0663\n"),
        TEXT.replace("\n3\n", f"\n{2**64}\n"),
        TEXT.replace("\n\n", "\n"),
        TEXT.replace("\u2014", "-"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("46A=", "46B="),
        TEXT.replace("hub.example/log\n", "hub example\n"),
        TEXT + "x" * 9000,
        TEXT + "\n",
        TEXT + TEXT.splitlines()[-1].replace("hub", "h\x00b") + "\n",
        TEXT + "\u2014 w AAAA\n",
        TEXT + "\u2014 w AAAAAAAA\n" * 16,
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_checkpoint(text)
    assert caught.value.reason_code == "malformed-document"


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb"])
def test_an_origin_is_one_word(origin: str) -> None:
    with pytest.raises(InvalidInput):
        make_checkpoint(origin, 0, bytes(32), lambda _: bytes(64), bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOLDEN["vkey"].replace("d6", "d7"),
        GOLDEN["vkey"][:-4],
        GOLDEN["vkey"].replace("hub", "h b"),
        GOLDEN["vkey"].replace("ATtq", "AjtQ"),
    ],
)
def test_malformed_verifier_keys_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_verifier_key(text)
