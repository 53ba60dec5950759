"""Soft bindings of C2PA with the algorithm ``io.iscc.v0``: units of one content, in base64.

Source: IEP-0020. Values are read and made here; they are not written into manifests: c2pa-rs 0.91
makes text or an array of a value given as JSON, where the standard demands a byte string
(contentauth/c2pa-rs issue 2689).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Final

from iscckit.codec.sequence import decode_sequence, encode_sequence
from iscckit.codec.unit import Unit
from iscckit.errors import InvalidInput, UnsupportedMedia
from iscckit.json_types import JsonValue

__all__ = [
    "ALGORITHM",
    "decode_binding",
    "encode_binding",
    "find_bindings",
    "refuse_text_values",
]

ALGORITHM: Final = "io.iscc.v0"
_BITS: Final = 256
_MOST: Final = 4096  # characters of a value
_ISSUE: Final = "contentauth/c2pa-rs issue 2689"
_BYTE_STRING: Final = b"\x58"  # CBOR: a byte string whose length has one byte


def encode_binding(units: Sequence[str | Unit]) -> str:
    """Return the value of a soft binding: base64 with padding.

    Args:
        units: Units of Version 0 with 256 bits; their order is kept and does not matter.

    Raises:
        InvalidInput: A unit has another version or length, or there are none.
    """
    data = encode_sequence(units)
    for unit in decode_sequence(data):
        if unit.version != 0 or unit.bits != _BITS:
            raise InvalidInput(f"{unit}: a soft binding holds units of Version 0 with 256 bits")
    return base64.b64encode(data).decode("ascii")


def decode_binding(value: str) -> list[Unit]:
    """Return the units of a soft binding.

    Args:
        value: Base64 of RFC 4648, section 4, with padding and nothing else.

    Raises:
        InvalidInput: The value is not such base64, or not an ISCC-SEQ of units of Version 0.
    """
    if len(value) > _MOST:
        raise InvalidInput(f"a soft binding has at most {_MOST} characters")
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise InvalidInput(f"the soft binding is not base64: {error}") from error
    if base64.b64encode(data).decode("ascii") != value:
        raise InvalidInput("the soft binding is not base64 in its one spelling")
    units = decode_sequence(data)
    for unit in units:
        if unit.version != 0:
            raise InvalidInput(f"{unit}: a soft binding holds units of Version 0")
    return units


def refuse_text_values(manifest: bytes, units: Sequence[str | Unit]) -> None:
    """Refuse a manifest whose soft binding did not become a byte string of CBOR.

    Args:
        manifest: The bytes of the manifest store.
        units: The units that were given to the writer.

    Raises:
        UnsupportedMedia: The store holds no byte string with the units.
    """
    data = encode_sequence(units)
    if len(data) > 255 or _BYTE_STRING + bytes([len(data)]) + data not in manifest:
        raise UnsupportedMedia(
            "the library for C2PA cannot write this soft binding as a byte string: "
            f"{_ISSUE} is open"
        )


def find_bindings(assertion: Mapping[str, JsonValue]) -> list[str]:
    """Return the values of an assertion ``c2pa.soft-binding`` of this algorithm."""
    if assertion.get("alg") != ALGORITHM:
        return []
    blocks = assertion.get("blocks")
    values = [each.get("value") for each in _list(blocks) if isinstance(each, Mapping)]
    return [_as_text(value) for value in values if value is not None]


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _as_text(value: JsonValue) -> str:
    """Return a value as base64; a reader shows byte strings as arrays of numbers."""
    if isinstance(value, list) and all(type(each) is int and 0 <= each < 256 for each in value):
        return base64.b64encode(bytes(each for each in value if isinstance(each, int))).decode()
    return str(value)
