"""Text spellings of bytes: base16, base32, base32hex, base58btc, base64url, and multiformats."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.codec.faults import to_invalid_code

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["MULTICODEC", "Base", "decode", "encode", "encode_multiformat"]

MULTICODEC: Final = b"\xcc\x01"  # the code of ISCC as an unsigned varint


class Base(StrEnum):
    """An alphabet, by its multibase character."""

    BASE16 = "f"
    BASE32 = "b"
    BASE32HEX = "v"
    BASE58BTC = "z"
    BASE64URL = "u"


_LOWER: Final = frozenset({Base.BASE32, Base.BASE32HEX})  # lower case as multiformat only


def encode(data: Buffer, base: Base) -> str:
    """Encode bytes in an alphabet, without padding.

    Args:
        data: The bytes; at most 2048 for base58btc, whose cost grows with the square.
        base: The alphabet. Base16 gives lower case, base32 and base32hex give upper case.

    Returns:
        The symbols, without multibase character.

    Raises:
        InvalidInput: The data is too long for base58btc.

    Source:
        RFC 4648; base58btc is the alphabet of Bitcoin addresses.
    """
    try:
        return _kernel.base_encode(data, base)
    except ValueError as error:
        raise to_invalid_code(f"{memoryview(data).nbytes} bytes", error) from None


def decode(text: str, base: Base) -> bytes:
    """Decode the text that ``encode`` returns.

    Args:
        text: The symbols, without padding, separators or multibase character. The case of
            base16, base32 and base32hex does not matter.
        base: The alphabet.

    Returns:
        The bytes.

    Raises:
        InvalidCode: A character is outside the alphabet, no bytes have this number of symbols,
            or unused bits of the last symbol are set.
    """
    try:
        return _kernel.base_decode(text, base, True)
    except ValueError as error:
        raise to_invalid_code(text, error, repair=False) from None


def encode_multiformat(data: Buffer, base: Base) -> str:
    """Encode the header and body of a code as a multiformat.

    Args:
        data: The bytes of a unit, an ISCC-CODE or an ISCC-ID.
        base: The alphabet; base32 and base32hex give lower case.

    Returns:
        The multibase character and the encoded multicodec prefix, header and body.

    Source:
        IEP-0001; multiformats.io.
    """
    symbols = encode(MULTICODEC + bytes(data), base)
    return base + (symbols.lower() if base in _LOWER else symbols)
