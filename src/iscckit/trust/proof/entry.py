"""Entries of a log: a note with the ISCC-ID that the hub gave it, as canonical bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.codec.iscc_id import IsccId
from iscckit.trust.proof.note import DELETE_SCHEMA, NOTE_SCHEMA
from iscckit.trust.proof.note_fields import parse_iscc_id
from iscckit.trust.proof.strict_json import canonicalize, make_fault, parse_json

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["ENTRY_SCHEMA", "MAX_ENTRY", "Entry", "make_entry", "read_entry"]

ENTRY_SCHEMA: Final = "http://purl.org/iscc/schema/iscc-log-entry-0.8.0.json"
MAX_ENTRY: Final = 65535  # bytes, as the length in a bundle has 16 bits

_MEMBERS: Final = frozenset({"$schema", "iscc_id", "note"})
_KINDS: Final[dict[str, Literal["note", "deletion"]]] = {
    NOTE_SCHEMA: "note",
    DELETE_SCHEMA: "deletion",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log. Its note is not yet checked.

    Attributes:
        iscc_id: The ISCC-ID of the declaration. A deletion has that of what it withdraws.
        kind: What the note is. Logs keep and prove also notes of unknown kinds.
        note: The note as it was signed.
        record: The canonical bytes, which are the leaf of the log.
    """

    iscc_id: IsccId
    kind: Literal["note", "deletion", "other"]
    note: dict[str, JsonValue]
    record: bytes


def make_entry(iscc_id: str, note: Mapping[str, JsonValue]) -> bytes:
    """Return the canonical bytes of an entry.

    Args:
        iscc_id: The ISCC-ID in canonical form.
        note: The signed note.

    Raises:
        InvalidInput: The ISCC-ID is not canonical, or the entry has more than ``MAX_ENTRY`` bytes.

    Source:
        ISCC-Log v0.1-draft; iscc-log-entry 0.8.0.
    """
    parse_iscc_id(iscc_id)
    record = canonicalize({"$schema": ENTRY_SCHEMA, "iscc_id": iscc_id, "note": dict(note)})
    if len(record) > MAX_ENTRY:
        raise make_fault(f"the entry has {len(record)} bytes, more than {MAX_ENTRY}")
    return record


def read_entry(record: bytes) -> Entry:
    """Read the bytes of an entry.

    Raises:
        InvalidInput: The bytes are not an entry, or not its canonical bytes.
    """
    document = parse_json(record, limit=MAX_ENTRY)
    if not isinstance(document, dict) or set(document) != _MEMBERS:
        raise make_fault("the entry must have $schema, iscc_id and note alone")
    if document["$schema"] != ENTRY_SCHEMA:
        raise make_fault(f"must be {ENTRY_SCHEMA}", "$schema")
    iscc_id, note = document["iscc_id"], document["note"]
    if not isinstance(iscc_id, str) or not isinstance(note, dict):
        raise make_fault("the entry must have a text iscc_id and an object note")
    if canonicalize(document) != record:
        raise make_fault("the entry is not in its canonical form")
    schema = note.get("$schema")
    kind: Literal["note", "deletion", "other"] = (
        _KINDS.get(schema, "other") if isinstance(schema, str) else "other"
    )
    return Entry(parse_iscc_id(iscc_id), kind, note, record)
