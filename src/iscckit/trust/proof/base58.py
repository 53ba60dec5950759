"""Base58 with the alphabet of Bitcoin, as keys and signatures are written."""

from __future__ import annotations

from typing import Final

from iscckit.codec import bases
from iscckit.codec.bases import Base
from iscckit.errors import InvalidInput
from iscckit.trust.proof.strict_json import make_fault

__all__ = ["MAX_TEXT", "decode_base58", "encode_base58"]

MAX_TEXT: Final = 128  # a signature has 88 characters; the cost of decoding grows with the square


def encode_base58(data: bytes) -> str:
    """Return bytes in base58btc, without multibase character."""
    return bases.encode(data, Base.BASE58BTC)


def decode_base58(text: str) -> bytes:
    """Return the bytes of a text that ``encode_base58`` makes.

    Raises:
        InvalidInput: The text is longer than ``MAX_TEXT``, has another character, or is not the
            one spelling of its bytes.
    """
    if len(text) > MAX_TEXT:
        raise make_fault(f"has {len(text)} characters of base58, more than {MAX_TEXT}")
    try:
        data = bases.decode(text, Base.BASE58BTC)
    except InvalidInput:
        raise make_fault("is not base58") from None
    if encode_base58(data) != text:
        raise make_fault("is not the one spelling in base58")
    return data
