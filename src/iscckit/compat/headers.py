"""Headers, components, sequences and alphabets under the names of iscc_core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iscckit import _kernel
from iscckit.codec import bases
from iscckit.codec.faults import to_invalid_code, to_invalid_input
from iscckit.codec.sequence import decode_sequence, encode_sequence
from iscckit.compat.enumerations import LN, MT, ST_ISCC
from iscckit.compat.failures import MistypedInput
from iscckit.errors import InvalidInput

__all__ = [
    "decode_base32",
    "decode_base32hex",
    "decode_base64",
    "decode_header",
    "decode_length",
    "decode_seq",
    "decode_units",
    "encode_base32",
    "encode_base32hex",
    "encode_base64",
    "encode_component",
    "encode_header",
    "encode_length",
    "encode_seq",
    "encode_units",
    "read_unit",
]


def _unencodable(error: ValueError | TypeError) -> InvalidInput:
    if isinstance(error, TypeError):
        return InvalidInput("header fields are numbers 0..4679, and a digest is bytes")
    return to_invalid_input("the code", error)


def encode_component(mtype: int, stype: int, version: int, bit_length: int, digest: bytes) -> str:
    """Return the base32 unit, without ``ISCC:``, of the first bits of a digest."""
    try:
        return _kernel.codec_component(mtype, stype, version, bit_length, digest)
    except (ValueError, TypeError) as error:
        raise _unencodable(error) from None


def encode_header(mtype: int, stype: int, version: int = 0, length: int = 1) -> bytes:
    """Encode four numbers as a header of 2 to 8 bytes."""
    try:
        return _kernel.codec_header(mtype, stype, version, length)
    except (ValueError, TypeError) as error:
        raise _unencodable(error) from None


def decode_header(data: bytes) -> tuple[int, int, int, int, bytes]:
    """Decode a header; return its four numbers and the bytes behind it."""
    try:
        main, sub, version, length, size = _kernel.codec_read_header(data)
    except ValueError as error:
        raise to_invalid_input("the header", error) from None
    return main, sub, version, length, data[size:]


# --- length fields --------------------------------------------------------------------------

_BLOCKS: Final = (MT.META, MT.SEMANTIC, MT.CONTENT, MT.DATA, MT.INSTANCE, MT.FLAKE)
_OPTIONAL: Final = ((MT.META, 4), (MT.SEMANTIC, 2), (MT.CONTENT, 1))


def encode_length(mtype: int, length: int) -> int:
    """Return the length field of a body of ``length`` bits; ``length`` itself for MT.ISCC."""
    if mtype in _BLOCKS and length >= 32 and length % 32 == 0:
        return length // 32 - 1
    if mtype == MT.ISCC and 0 <= length <= 7:
        return length
    if mtype == MT.ID and 64 <= length <= 96:
        return (length - 64) // 8
    raise InvalidInput(f"MainType {mtype} has no codes of length {length}")


def decode_length(mtype: int, length: int, subtype: int | None = None) -> LN:
    """Return the number of bits that a length field stands for."""
    if mtype in _BLOCKS:
        return LN((length + 1) * 32)
    if mtype == MT.ISCC:
        return LN(256 if subtype == ST_ISCC.WIDE else 64 * len(decode_units(length)) + 128)
    if mtype == MT.ID:
        return LN(length * 8 + 64)
    raise InvalidInput(f"there is no MainType {mtype}")


def encode_units(units: Sequence[MT]) -> int:
    """Return the length field of an ISCC-CODE with these optional units, in order."""
    field = sum(bit for unit, bit in _OPTIONAL if unit in units)
    if tuple(units) != decode_units(field):
        raise InvalidInput(f"not optional units of an ISCC-CODE in their order: {units}")
    return field


def decode_units(unit_id: int) -> tuple[MT, ...]:
    """Return the optional units that the length field of an ISCC-CODE names."""
    if not 0 <= unit_id <= 7:
        raise InvalidInput(f"the field of an ISCC-CODE is 0..7, got {unit_id}")
    return tuple(unit for unit, bit in _OPTIONAL if unit_id & bit)


# --- alphabets ------------------------------------------------------------------------------


def encode_base32(data: bytes) -> str:
    """Encode bytes in base32 without padding."""
    return bases.encode(data, bases.Base.BASE32)


def encode_base32hex(data: bytes) -> str:
    """Encode bytes in base32hex without padding."""
    return bases.encode(data, bases.Base.BASE32HEX)


def encode_base64(data: bytes) -> str:
    """Encode bytes in base64url without padding."""
    return bases.encode(data, bases.Base.BASE64URL)


def _decode(code: str, base: bases.Base) -> bytes:
    try:
        return _kernel.base_decode(code, base, False)
    except ValueError as error:
        raise to_invalid_code(code, error, repair=False) from None


def decode_base32(code: str) -> bytes:
    """Decode base32 in either case; unused bits of the last symbol are ignored."""
    return _decode(code, bases.Base.BASE32)


def decode_base32hex(code: str) -> bytes:
    """Decode base32hex in either case; unused bits of the last symbol are ignored."""
    return _decode(code, bases.Base.BASE32HEX)


def decode_base64(code: str) -> bytes:
    """Decode base64url; unused bits of the last symbol are ignored."""
    return _decode(code, bases.Base.BASE64URL)


# --- sequences ------------------------------------------------------------------------------


def encode_seq(units: Sequence[str]) -> bytes:
    """Return the joined bytes of units."""
    if isinstance(units, (str, bytes)):
        raise MistypedInput("an ISCC-SEQ is made of a list of units, not of one text or bytes")
    try:
        return encode_sequence([str.upper(unit) for unit in units])
    except TypeError:
        raise MistypedInput("each unit of an ISCC-SEQ is a text") from None


def decode_seq(data: bytes) -> list[str]:
    """Decode an ISCC-SEQ to its last byte into canonical units."""
    return [str(unit) for unit in decode_sequence(data)]


def read_unit(data: bytes, offset: int = 0) -> int:
    """Check the unit of an ISCC-SEQ at ``offset``, and return the offset of the next unit."""
    view = memoryview(data)
    window = bytes((view if view.itemsize == 1 else view.tobytes())[offset:])
    _, _, _, length, tail = decode_header(window)
    end = len(window) - len(tail) + 4 * (length + 1)
    decode_sequence(window[:end])
    return offset + end
