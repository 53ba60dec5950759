"""From verified notes and records to claims."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from iscckit.trust.claims.claim import Claim
from iscckit.trust.proof.strict_json import canonicalize

if TYPE_CHECKING:
    from iscckit.codec.iscc_id import IsccId
    from iscckit.json_types import JsonValue
    from iscckit.trust.claims.claim import Known, TimeKind
    from iscckit.trust.proof.note import Note

__all__ = ["claim_of_note", "note_key"]


def note_key(document: Mapping[str, JsonValue]) -> str:
    """Return the key of a claim: SHA-256 of the canonical note, in hexadecimal."""
    return sha256(canonicalize(dict(document))).hexdigest()


def claim_of_note(
    note: Note,
    *,
    binding: Mapping[str, JsonValue] | None = None,
    number: IsccId | None = None,
    log: str | None = None,
    is_private: bool = False,
    time: tuple[int, TimeKind] | None = None,
    known: Known | None = None,
) -> Claim:
    """Return the claim of a note whose signature holds.

    Args:
        note: The note.
        binding: The record that the note binds, checked against its hash.
        number: ISCC-ID that a log gave.
        log: Origin of the log.
        is_private: Whether the log is that of the signer.
        time: Microseconds since 1970 and what they rest on; by default the signer's own word.
        known: What is here of the file; by default what the note says.
    """
    own = note.timestamp_us if number is None else number.timestamp
    moment, kind = time or (own, "claimed")
    return Claim(
        key=note_key(note.document),
        note=note.document,
        binding=dict(binding or {}),
        signer=note.public_key,
        controller=note.controller,
        iscc_id=None if number is None else str(number),
        log=log,
        is_private=is_private,
        time=moment,
        time_kind=kind,
        known=known or ("units" if note.units else "code"),
    )
