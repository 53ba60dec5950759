"""Ed25519 signatures, with the checks that OpenSSL leaves out.

OpenSSL accepts the identity as a key, with a signature that anybody can write down, and other keys
of small order for a share of all messages. A key arrives within the document that it signs, so that
whoever forges one may choose it: such keys are refused before anything is verified.
"""

from __future__ import annotations

from typing import Final

from iscckit.errors import InvalidInput, VerificationFailed

__all__ = [
    "PUBLIC_BYTES",
    "SECRET_BYTES",
    "SIGNATURE_BYTES",
    "check_public_key",
    "derive_public_key",
    "sign",
    "verify",
]

PUBLIC_BYTES: Final = 32
SECRET_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_PRIME: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_SIGN_BIT: Final = 1 << 255
# The eight points of small order have five y; RFC 8032, and "Taming the many EdDSAs" (2020).
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            "little",
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
            "little",
        ),
    }
)


def check_public_key(key: bytes) -> None:
    """Check that a public key has one spelling and not a small order.

    Raises:
        InvalidInput: The key does not have 32 bytes.
        VerificationFailed: The key is not canonical, or of small order.

    Source:
        RFC 8032, 5.1.3.
    """
    if len(key) != PUBLIC_BYTES:
        raise InvalidInput(f"a public key has {PUBLIC_BYTES} bytes, not {len(key)}")
    _check_point(key, "the public key")


def verify(key: bytes, message: bytes, signature: bytes) -> None:
    """Verify a signature.

    Args:
        key: The public key, 32 bytes.
        message: The signed bytes.
        signature: R and S, 64 bytes.

    Raises:
        InvalidInput: The key does not have 32 bytes.
        VerificationFailed: The signature is not one of this message by this key, S is not below
            the order of the group, or the key or R is not canonical or of small order.

    Source:
        RFC 8032, 5.1.7, with the checks of its 5.1.3 made strict.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    check_public_key(key)
    if len(signature) != SIGNATURE_BYTES:
        raise _invalid(f"the signature has {len(signature)} bytes, not {SIGNATURE_BYTES}")
    if int.from_bytes(signature[32:], "little") >= _ORDER:
        raise _invalid("S of the signature is not below the order of the group")
    _check_point(signature[:32], "R of the signature")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise _invalid("the signature is not one of these bytes by this key") from None


def sign(secret: bytes, message: bytes) -> bytes:
    """Return the signature of ``message``, 64 bytes.

    Raises:
        InvalidInput: The secret key does not have 32 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    _check_secret(secret)
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def derive_public_key(secret: bytes) -> bytes:
    """Return the public key of a secret one.

    Raises:
        InvalidInput: The secret key does not have 32 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    _check_secret(secret)
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _check_secret(secret: bytes) -> None:
    if len(secret) != SECRET_BYTES:
        raise InvalidInput(f"a secret key has {SECRET_BYTES} bytes, not {len(secret)}")


def _check_point(point: bytes, name: str) -> None:
    y = int.from_bytes(point, "little") & ~_SIGN_BIT
    if y >= _PRIME:
        raise _invalid(f"{name} is not canonical")
    if y in _SMALL_ORDER_Y:
        raise _invalid(f"{name} is of small order")


def _invalid(message: str) -> VerificationFailed:
    return VerificationFailed(message, reason_code="signature-invalid")
