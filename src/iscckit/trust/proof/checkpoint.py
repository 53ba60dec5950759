"""Checkpoints of a log: its origin, size and root in a signed note.

Source:
    C2SP tlog-checkpoint and signed-note.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.ed25519 import PUBLIC_BYTES, verify
from iscckit.trust.proof.merkle import HASH_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CHECKPOINT_BYTES_MAX",
    "Checkpoint",
    "NoteSignature",
    "SignedCheckpoint",
    "key_id",
    "make_checkpoint",
    "parse_verifier_key",
    "read_checkpoint",
    "verifier_key",
    "verify_checkpoint",
]

CHECKPOINT_BYTES_MAX: Final = 8192
_ALGORITHM: Final = 1  # Ed25519
_KEY_ID_BYTES: Final = 4
_SIZE_MAX: Final = 2**63 - 1
_SIGNATURES_MAX: Final = 16
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log.

    Attributes:
        origin: The name of the log, ``<domain>/log`` for a hub.
        size: The number of entries.
        root: The root of the tree, 32 bytes.
        text: The whole signed note, as it was read.
    """

    origin: str
    size: int
    root: bytes
    text: str


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note.

    Attributes:
        name: The name of the key.
        key_id: The first four bytes of the hash over name and key.
        signature: What follows the key id; 64 bytes for Ed25519.
    """

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures are not yet checked.

    Attributes:
        checkpoint: What it says.
        body: The signed bytes.
        signatures: The signature lines, in order.
    """

    checkpoint: Checkpoint
    body: bytes
    signatures: tuple[NoteSignature, ...]


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a signature line names its key."""
    named = name.encode() + b"\n" + bytes([_ALGORITHM]) + public_key
    return sha256(named).digest()[:_KEY_ID_BYTES]


def verifier_key(name: str, public_key: bytes) -> str:
    """Return a key as monitors and witnesses take it, ``<name>+<key id>+<base64>``."""
    key = b64encode(bytes([_ALGORITHM]) + public_key).decode()
    return f"{name}+{key_id(name, public_key).hex()}+{key}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Return the name and the key out of ``verifier_key``.

    Raises:
        InvalidInput: The text is malformed, or the key id is of another key.
    """
    name, _, rest = text.partition("+")
    identifier, _, encoded = rest.partition("+")
    data = _decode(encoded, "verifier key")
    algorithm, key = data[:1], data[1:]
    if algorithm != bytes([_ALGORITHM]) or len(key) != PUBLIC_BYTES or not _NAME.fullmatch(name):
        raise _document_error("verifier key", "the key is not one of Ed25519 with a name")
    if identifier != key_id(name, key).hex():
        raise _document_error("verifier key", "the key id is of another key")
    return name, key


def make_checkpoint(
    origin: str, size: int, root: bytes, sign: Callable[[bytes], bytes], public_key: bytes
) -> str:
    """Return a signed checkpoint; the key has the name of the log.

    Args:
        origin: The name of the log.
        size: The number of entries.
        root: The root of the tree.
        sign: Signs bytes with the key of the log.
        public_key: The key of the log.

    Raises:
        InvalidInput: The origin has a space, a plus sign or a control character.
    """
    if not _NAME.fullmatch(origin):
        raise _document_error("origin", f"{origin!r} cannot be the name of a log")
    body = f"{origin}\n{size}\n{b64encode(root).decode()}\n"
    line = b64encode(key_id(origin, public_key) + sign(body.encode())).decode()
    return f"{body}\n\u2014 {origin} {line}\n"


def read_checkpoint(text: str) -> SignedCheckpoint:
    """Return what a checkpoint says, without a check of its signatures.

    Raises:
        InvalidInput: The text is malformed.
    """
    if len(text.encode(errors="surrogatepass")) > CHECKPOINT_BYTES_MAX:
        raise _document_error(
            "checkpoint", f"a checkpoint has at most {CHECKPOINT_BYTES_MAX} bytes"
        )
    body, blank, lines = text.partition("\n\n")
    fields = body.split("\n")
    if not blank or not lines.endswith("\n") or len(fields) < 3 or "" in fields:
        raise _document_error(
            "checkpoint", "a checkpoint has three lines, a blank one and signatures"
        )
    if any(sign < " " and sign != "\n" for sign in text):
        raise _document_error("checkpoint", "a checkpoint has no control characters")
    origin, size, root = fields[:3]
    if not _NAME.fullmatch(origin):
        raise _document_error("origin", "the origin is not the name of a log")
    if not _SIZE.fullmatch(size) or int(size) > _SIZE_MAX:
        raise _document_error("size", "the size is not a whole number")
    root_bytes = _decode(root, "root")
    if len(root_bytes) != HASH_BYTES:
        raise _document_error("root", f"the root has {len(root_bytes)} bytes, not {HASH_BYTES}")
    checkpoint = Checkpoint(origin, int(size), root_bytes, text)
    return SignedCheckpoint(checkpoint, f"{body}\n".encode(), _read_signatures(lines))


def verify_checkpoint(text: str, name: str, public_key: bytes) -> Checkpoint:
    """Return a checkpoint that is of the log ``name`` and signed by its key.

    Args:
        text: The signed note.
        name: The origin of the log, which is also the name of its key.
        public_key: The key of the log.

    Raises:
        InvalidInput: The text is malformed.
        VerificationFailed: The checkpoint is of another log, lacks a signature of this key, or the
            signature is wrong.
    """
    signed = read_checkpoint(text)
    if signed.checkpoint.origin != name:
        raise _foreign(f"the checkpoint is of {signed.checkpoint.origin}, not of {name}")
    expected = key_id(name, public_key)
    own = [each for each in signed.signatures if (each.name, each.key_id) == (name, expected)]
    if not own:
        raise _foreign(f"the checkpoint has no signature by the key of {name}")
    for each in own:
        verify(public_key, signed.body, each.signature)
    return signed.checkpoint


def _read_signatures(lines: str) -> tuple[NoteSignature, ...]:
    found = []
    for line in lines[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "\u2014" or not _NAME.fullmatch(name):
            raise _document_error("signature", "a signature line is a dash, a name and base64")
        data = _decode(encoded, "signature")
        if len(data) <= _KEY_ID_BYTES:
            raise _document_error("signature", "a signature line has no signature")
        found.append(NoteSignature(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:]))
    if len(found) > _SIGNATURES_MAX:
        raise _document_error("signature", f"a checkpoint has at most {_SIGNATURES_MAX} signatures")
    return tuple(found)


def _decode(text: str, field: str) -> bytes:
    """Return the bytes of base64 in its one canonical spelling."""
    if _BASE64.fullmatch(text) and len(text) % 4 == 0:
        data = b64decode(text)
        if b64encode(data).decode() == text:
            return data
    raise _document_error(field, f"the {field} is not base64")


def _document_error(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, reason_code="malformed-document", field=field)


def _foreign(message: str) -> VerificationFailed:
    return VerificationFailed(message, reason_code="checkpoint-foreign")
