"""The document of a byte range, ``NAME.A-B.iscc-range.json``; docs/byte-ranges.md describes it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Final

from iscckit.trust.proof.byte_range import DATAHASH, ByteRange, Declaration, check_count
from iscckit.trust.proof.strict_json import MAX_INTEGER, make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["MEDIA_TYPE", "read_range", "write_range"]

MEDIA_TYPE: Final = "application/vnd.iscckit.byte-range.v0.1+json"
_MEMBERS: Final = (
    "mediaType", "datahash", "start", "count", "slice", "length_proof", "declaration", "checksum",
)  # fmt: skip


def write_range(byte_range: ByteRange) -> dict[str, JsonValue]:
    """Return the document of a range, of the type ``MEDIA_TYPE``."""
    proof = byte_range.length_proof
    return {
        "mediaType": MEDIA_TYPE,
        "datahash": byte_range.datahash,
        "start": byte_range.start,
        "count": byte_range.count,
        "slice": b64encode(byte_range.slice).decode(),
        "length_proof": None if proof is None else b64encode(proof).decode(),
        "declaration": None if byte_range.declaration is None else byte_range.declaration.to_dict(),
        "checksum": byte_range.checksum,
    }


def read_range(document: JsonValue) -> ByteRange:
    """Return the range of a document. Its slices are not verified.

    Args:
        document: JSON as ``strict_json.parse_json`` gives it.

    Raises:
        InvalidInput: A member is missing, unknown or of another kind (``malformed-document``).
        LimitExceeded: The range has more than ``RANGE_LIMIT`` bytes.
    """
    if not isinstance(document, dict):
        raise make_fault("is not an object")
    for name in document:
        if name not in _MEMBERS:
            raise make_fault("is not a member of a range", name)
    for name in _MEMBERS:
        if name not in document:
            raise make_fault("is missing", name)
    if document["mediaType"] != MEDIA_TYPE:
        raise make_fault(f"is not {MEDIA_TYPE}", "mediaType")
    start, count = _number(document, "start"), _number(document, "count")
    check_count(count)
    proof = document["length_proof"]
    return ByteRange(
        _multihash(document, "datahash"),
        start,
        count,
        _decode(document["slice"], "slice"),
        None if proof is None else _decode(proof, "length_proof"),
        _read_declaration(document["declaration"]),
        _multihash(document, "checksum"),
    )


def _read_declaration(value: JsonValue) -> Declaration | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"iscc_id", "note"}:
        raise make_fault("has iscc_id and note alone", "declaration")
    iscc_id, note = value["iscc_id"], value["note"]
    if not isinstance(note, dict):
        raise make_fault("is not an object", "declaration.note")
    if iscc_id is not None and not isinstance(iscc_id, str):
        raise make_fault("is not text", "declaration.iscc_id")
    return Declaration(note, iscc_id)


def _multihash(document: dict[str, JsonValue], name: str) -> str:
    value = document[name]
    if not isinstance(value, str) or not DATAHASH.fullmatch(value):
        raise make_fault("is not a BLAKE3 multihash", name)
    return value


def _number(document: dict[str, JsonValue], name: str) -> int:
    value = document[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INTEGER:
        raise make_fault("is not a whole number from 0 to 2^53 - 1", name)
    return value


def _decode(text: JsonValue, name: str) -> bytes:
    """Return the bytes of base64 that has one spelling only."""
    if isinstance(text, str):
        try:
            data = b64decode(text, validate=True)
        except (Base64Error, ValueError):
            pass
        else:
            # Only the last bytes can have several spellings.
            if text.endswith(b64encode(data[(len(data) - 1) // 3 * 3 :]).decode()):
                return data
    raise make_fault("is not base64", name)
