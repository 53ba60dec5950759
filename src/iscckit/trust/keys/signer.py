"""Signers: a secret key in memory, or a command that signs for hardware and agents."""

from __future__ import annotations

import binascii
import re
import shlex
import subprocess
from base64 import b64decode
from dataclasses import dataclass
from functools import partial
from typing import Final

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.keys.keystore import StoredKey, unlock
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.signature import Sign

__all__ = ["Signer", "make_command_signer", "make_signer", "open_signer"]

_SECONDS: Final = 120  # a person may have to touch a key
_HEX: Final = re.compile(rb"[0-9a-fA-F]{128}")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        public_key: The key, 32 bytes.
        sign: What signs bytes with the secret key.
        name: The name of the key for people.
        controller: The DID or HTTPS URL that has the key; or None.
    """

    public_key: bytes
    sign: Sign
    name: str
    controller: str | None = None


def make_signer(secret: bytes, name: str, controller: str | None = None) -> Signer:
    """Return a signer with a secret key in memory.

    Raises:
        InvalidInput: The secret key does not have 32 bytes.
    """
    public_key = ed25519.derive_public_key(secret)
    return Signer(public_key, partial(ed25519.sign, secret), name, controller)


def make_command_signer(
    command: str, public_key: bytes, name: str, controller: str | None = None
) -> Signer:
    """Return a signer that runs a command for each signature.

    Args:
        command: The command with its arguments; no shell runs it. It gets the message on standard
            input, and writes the signature: 64 bytes, or these in base64 or hex.
        public_key: The key that it signs with. Each signature is verified.
        name: The name of the key for people.
        controller: The DID or HTTPS URL that has the key.

    Raises:
        InvalidInput: The command is empty or has an open quote.
        VerificationFailed: The key is weak.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidInput(f"{command!r} is not a command: {error}") from None
    if not words:
        raise InvalidInput("the command that signs is empty")
    ed25519.check_public_key(public_key)
    return Signer(public_key, partial(_run, tuple(words), public_key), name, controller)


def open_signer(folder: str, key: StoredKey, passphrase: str = "") -> Signer:
    """Return the signer of a stored key.

    Args:
        folder: The folder of the keys.
        key: The key.
        passphrase: What unseals its secret; not needed if a command signs.

    Raises:
        InvalidInput: The passphrase is empty.
        LibraryError: The file is not what it was.
        VerificationFailed: The passphrase is wrong (``passphrase-wrong``).
    """
    if key.command is not None:
        return make_command_signer(key.command, key.public_key, key.name, key.controller)
    return make_signer(unlock(folder, key.name, passphrase), key.name, key.controller)


def _run(words: tuple[str, ...], public_key: bytes, message: bytes) -> bytes:
    """Return the signature that a command makes.

    Raises:
        VerificationFailed: The command fails, or what it writes is not a signature by the key.
    """
    try:
        done = subprocess.run(
            words, input=message, stdout=subprocess.PIPE, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _make_fault(f"{words[0]}: the command that signs failed: {error}") from error
    signature = _decode(done.stdout)
    if signature is None:
        raise _make_fault(f"{words[0]}: the command did not write a signature of 64 bytes")
    ed25519.verify(public_key, message, signature)
    return signature


def _decode(output: bytes) -> bytes | None:
    if len(output) == ed25519.SIGNATURE_BYTES:
        return output
    text = output.strip()
    if _HEX.fullmatch(text):
        return bytes.fromhex(text.decode("ascii"))
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == ed25519.SIGNATURE_BYTES else None


def _make_fault(message: str) -> VerificationFailed:
    return VerificationFailed(message, reason_code="signer-failed")
