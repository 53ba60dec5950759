"""Secret keys under a passphrase: scrypt makes the key of AES-256-GCM, which seals the secret."""

from __future__ import annotations

import hashlib
import os
from typing import Final

from iscckit.errors import InvalidInput, VerificationFailed

__all__ = ["SALT_BYTES", "SEALED_BYTES", "seal", "unseal"]

SALT_BYTES: Final = 16
SEALED_BYTES: Final = 12 + 32 + 16  # nonce, secret, tag

_NONCE_BYTES: Final = 12
_COST: Final = 2**17  # N of scrypt; 128 MiB of memory
_BLOCK: Final = 8  # r of scrypt
_MEMORY: Final = 2**28


def seal(secret: bytes, passphrase: str, header: bytes) -> tuple[bytes, bytes]:
    """Seal a secret key.

    Args:
        secret: The secret key, 32 bytes.
        passphrase: What unseals it; not empty.
        header: Bytes that are not secret, but must not change.

    Returns:
        The salt of scrypt, and nonce, sealed secret and tag.

    Raises:
        InvalidInput: The passphrase is empty.

    Source:
        RFC 7914 with N = 2^17, r = 8, p = 1; NIST SP 800-38D.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(SALT_BYTES), os.urandom(_NONCE_BYTES)
    cipher = AESGCM(_derive(passphrase, salt))
    return salt, nonce + cipher.encrypt(nonce, secret, header)


def unseal(salt: bytes, sealed: bytes, passphrase: str, header: bytes) -> bytes:
    """Return the secret key.

    Raises:
        InvalidInput: The passphrase is empty.
        VerificationFailed: The passphrase is wrong, or the bytes or the header changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_derive(passphrase, salt))
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], header)
    except InvalidTag:
        raise VerificationFailed(
            "the passphrase is wrong, or the key file changed", reason_code="passphrase-wrong"
        ) from None


def _derive(passphrase: str, salt: bytes) -> bytes:
    if not passphrase:
        raise InvalidInput("the passphrase is empty")
    return hashlib.scrypt(
        passphrase.encode("utf-8"), salt=salt, n=_COST, r=_BLOCK, p=1, maxmem=_MEMORY, dklen=32
    )
