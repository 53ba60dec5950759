"""Claims: what somebody said of a content, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.json_types import JsonValue

__all__ = ["Claim", "Known", "TimeKind"]

TimeKind = Literal["claimed", "log", "token"]
# What is here of the file that a claim is about: its fingerprints, its units, or its short code.
Known = Literal["fingerprints", "units", "code"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A signed statement about a content.

    Attributes:
        key: SHA-256 of the canonical note, in hexadecimal: equal for the same statement wherever
            it comes from.
        note: The note, as signed.
        binding: The binding record whose hash the note has: identifiers, licence, reservations;
            empty if only the note is known.
        signer: Public key that signed the note, 32 bytes.
        controller: Address of an identity that the note names; None without one.
        iscc_id: Number that a log gave; None where no log was asked.
        log: Origin of the log; None where no log was asked.
        is_private: Whether the log is that of the signer.
        time: Microseconds since 1970; None if the claim has no time.
        time_kind: What the time rests on: the word of the signer, a log, or a token.
        known: What is here of the file.
        deleted: Whether the signer took the statement back.
    """

    key: str
    note: Mapping[str, JsonValue]
    signer: bytes
    binding: Mapping[str, JsonValue] = field(default_factory=dict)
    controller: str | None = None
    iscc_id: str | None = None
    log: str | None = None
    is_private: bool = False
    time: int | None = None
    time_kind: TimeKind = "claimed"
    known: Known = "units"
    deleted: bool = False

    @property
    def iscc_code(self) -> str:
        """The composite code of the content."""
        return str(self.note["iscc_code"])

    @property
    def datahash(self) -> bytes:
        """Multihash of the file, 34 bytes."""
        return bytes.fromhex(str(self.note["datahash"]))

    @property
    def units(self) -> tuple[str, ...]:
        """Units longer than 64 bits that the note has, without the Instance-Code."""
        found = self.note.get("units")
        return tuple(map(str, found)) if isinstance(found, list) else ()
