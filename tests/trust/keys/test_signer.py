"""Signers: commands in each form that they may answer, and in those that they may not."""

import shlex
import sys
from pathlib import Path

import pytest
from tests.trust.golden import ALICE, ALICE_PUBLIC, HUB_PUBLIC, WEAK_KEYS

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.keys.keystore import StoredKey, add_command, add_key
from iscckit.trust.keys.signer import make_command_signer, make_signer, open_signer
from iscckit.trust.proof.ed25519 import verify
from iscckit.trust.proof.signature import sign_document, verify_signature

PROGRAM = """
import base64, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
data = sys.stdin.buffer.read()
key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(%r))
signature = key.sign(data)
sys.stdout.buffer.write(%s)
"""


def command(tmp_path: Path, answer: str) -> str:
    program = tmp_path / "a signer.py"
    program.write_text(PROGRAM % (ALICE.hex(), answer), encoding="utf-8")
    return shlex.join([sys.executable, str(program)])


@pytest.mark.parametrize(
    "answer",
    [
        "signature",
        "base64.b64encode(signature)",
        "base64.b64encode(signature) + b'\\n'",
        "signature.hex().encode() + b'\\n'",
        "signature.hex().upper().encode()",
    ],
)
def test_a_command_answers_in_bytes_base64_or_hex(tmp_path: Path, answer: str) -> None:
    signer = make_command_signer(command(tmp_path, answer), ALICE_PUBLIC, "token")
    verify(ALICE_PUBLIC, b"message", signer.sign(b"message"))
    assert verify_signature(sign_document({"a": 1}, signer.public_key, signer.sign))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("b''", "signer-failed"),
        ("signature + b'x'", "signer-failed"),
        ("b'not a signature'", "signer-failed"),
        ("sys.exit(3)", "signer-failed"),
        ("bytes(64)", "signature-invalid"),
        ("key.sign(data + b'x')", "signature-invalid"),
    ],
)
def test_another_answer_is_not_used(tmp_path: Path, answer: str, reason: str) -> None:
    signer = make_command_signer(command(tmp_path, answer), ALICE_PUBLIC, "token")
    with pytest.raises(VerificationFailed) as caught:
        signer.sign(b"message")
    assert caught.value.reason_code == reason


def test_a_command_of_another_key_is_not_used(tmp_path: Path) -> None:
    signer = make_command_signer(command(tmp_path, "signature"), HUB_PUBLIC, "token")
    with pytest.raises(VerificationFailed):
        signer.sign(b"message")


def test_no_shell_runs_the_command(tmp_path: Path) -> None:
    signer = make_command_signer(f"true; touch {tmp_path / 'x'}", ALICE_PUBLIC, "token")
    with pytest.raises(VerificationFailed):
        signer.sign(b"message")
    assert not (tmp_path / "x").exists()
    for words in ("", "  ", "'open"):
        with pytest.raises(InvalidInput):
            make_command_signer(words, ALICE_PUBLIC, "token")
    with pytest.raises(VerificationFailed):
        make_command_signer("true", WEAK_KEYS[0], "token")


def test_stored_keys_open_as_signers(tmp_path: Path) -> None:
    folder = str(tmp_path / "keys")
    own = StoredKey("own", ALICE_PUBLIC, "did:web:example.com", 0)
    token = StoredKey("token", ALICE_PUBLIC, None, 0, command=command(tmp_path, "signature"))
    add_key(folder, own, ALICE, "pass")
    add_command(folder, token)
    for signer in (open_signer(folder, own, "pass"), open_signer(folder, token)):
        verify(ALICE_PUBLIC, b"x", signer.sign(b"x"))
    assert open_signer(folder, own, "pass").controller == "did:web:example.com"
    assert make_signer(ALICE, "own").public_key == ALICE_PUBLIC
