"""Multikeys: Ed25519 keys as text, the public ones with ``z6Mk``, the secret ones with ``z3u2``."""

from __future__ import annotations

from typing import Final

from iscckit.errors import InvalidInput
from iscckit.trust.proof.base58 import decode_base58, encode_base58
from iscckit.trust.proof.ed25519 import PUBLIC_BYTES, SECRET_BYTES, check_public_key
from iscckit.trust.proof.strict_json import make_fault

__all__ = [
    "decode_multibase",
    "decode_public_key",
    "decode_secret_key",
    "encode_multibase",
    "encode_public_key",
    "encode_secret_key",
]

_PUBLIC: Final = b"\xed\x01"  # multicodec ed25519-pub
_SECRET: Final = b"\x80\x26"  # multicodec ed25519-priv


def encode_multibase(data: bytes) -> str:
    """Return bytes as multibase in base58btc: ``z``, then the symbols."""
    return "z" + encode_base58(data)


def decode_multibase(text: str) -> bytes:
    """Return the bytes of a multibase text in base58btc.

    Raises:
        InvalidInput: The text does not begin with ``z``, or is not the one spelling of its bytes.
    """
    if not text.startswith("z"):
        raise make_fault("is not multibase in base58btc: it must begin with z")
    return decode_base58(text[1:])


def encode_public_key(key: bytes) -> str:
    """Return a public key of 32 bytes as multikey, 48 characters that begin with ``z6Mk``.

    Raises:
        InvalidInput: The key does not have 32 bytes.
        VerificationFailed: The key is not canonical, or of small order.

    Source:
        W3C Controlled Identifiers 1.0, Multikey.
    """
    check_public_key(key)
    return encode_multibase(_PUBLIC + key)


def decode_public_key(text: str) -> bytes:
    """Return the 32 bytes of a public key.

    Raises:
        InvalidInput: The text is not a multikey of an Ed25519 public key.
        VerificationFailed: The key is not canonical, or of small order.
    """
    key = _decode(text, _PUBLIC, PUBLIC_BYTES, "a public key of Ed25519")
    check_public_key(key)
    return key


def encode_secret_key(secret: bytes) -> str:
    """Return a secret key of 32 bytes as multikey that begins with ``z3u2``.

    Raises:
        InvalidInput: The key does not have 32 bytes.
    """
    if len(secret) != SECRET_BYTES:
        raise InvalidInput(f"a secret key has {SECRET_BYTES} bytes, not {len(secret)}")
    return encode_multibase(_SECRET + secret)


def decode_secret_key(text: str) -> bytes:
    """Return the 32 bytes of a secret key.

    Raises:
        InvalidInput: The text is not a multikey of an Ed25519 secret key. The message does not
            repeat it.
    """
    return _decode(text, _SECRET, SECRET_BYTES, "a secret key of Ed25519")


def _decode(text: str, prefix: bytes, size: int, name: str) -> bytes:
    data = decode_multibase(text)
    if not data.startswith(prefix) or len(data) != len(prefix) + size:
        raise make_fault(f"is not {name} as multikey")
    return data[len(prefix) :]
