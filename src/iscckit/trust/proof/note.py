"""Notes: the signed documents that a declaration puts into a log, and those that withdraw one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import Unit
from iscckit.errors import InvalidInput
from iscckit.trust.proof.gateway import check_gateway, expand_gateway
from iscckit.trust.proof.note_fields import (
    check_code,
    check_hash,
    check_instance,
    check_members,
    check_nonce,
    check_units,
    format_time,
    get_text,
    parse_iscc_id,
    read_time,
)
from iscckit.trust.proof.signature import Signed, verify_signature
from iscckit.trust.proof.strict_json import make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = [
    "DELETE_SCHEMA",
    "NOTE_SCHEMA",
    "Deletion",
    "Note",
    "expand_gateway",
    "make_deletion",
    "make_nonce",
    "make_note",
    "read_deletion",
    "read_note",
    "read_old_note",
]

NOTE_SCHEMA: Final = "http://purl.org/iscc/schema/iscc-note-0.8.0.json"
DELETE_SCHEMA: Final = "http://purl.org/iscc/schema/iscc-note-delete-0.8.0.json"

_NONCE_BYTES: Final = 16
_MAX_HUB: Final = 4095
_NOTE_MEMBERS: Final = ("$schema", "iscc_code", "datahash", "nonce", "signature")
_NOTE_OPTIONS: Final = frozenset({"timestamp", "gateway", "metahash", "units"})
_DELETE_MEMBERS: Final = ("$schema", "iscc_id", "nonce", "signature")
_UNIT_BITS: Final = 64  # of a unit in an ISCC-CODE


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose form and signature hold.

    Attributes:
        document: The note as it was signed.
        iscc_code: The declared ISCC-CODE, canonical.
        datahash: The BLAKE3 multihash of the file in hex.
        nonce: 32 digits in hex; the first three are the number of the hub.
        public_key: The key that signed, 32 bytes.
        controller: The identity that the signer claims, not checked here; or None.
        keyid: Which key of the controller it is; or None.
        timestamp_us: When the signer says to have signed, in microseconds since 1970 UTC; or None.
        gateway: The address or template that serves what is declared; or None.
        metahash: The BLAKE3 multihash of the declared record in hex; or None.
        units: The units of more than 64 bits, without the Instance-Code; canonical.
        departures: How the note departs from the specification where validators of hubs let it
            pass: ``gateway-http``, ``gateway-query``, ``units-short``, ``timestamp-precision``.
    """

    document: dict[str, JsonValue]
    iscc_code: str
    datahash: str
    nonce: str
    public_key: bytes
    controller: str | None
    keyid: str | None
    timestamp_us: int | None
    gateway: str | None
    metahash: str | None
    units: tuple[str, ...]
    departures: tuple[str, ...]

    @property
    def hub(self) -> int:
        """The number of the hub that the note is for, 0..4095."""
        return int(self.nonce[:3], 16)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A note that withdraws a declaration, whose form and signature hold.

    Attributes:
        document: The note as it was signed.
        iscc_id: The ISCC-ID of the declaration.
        nonce: 32 digits in hex; the first three are the number of the hub.
        public_key: The key that signed. The declaration is withdrawn only if it signed that too.
        controller: The identity that the signer claims; or None.
        keyid: Which key of the controller it is; or None.
        timestamp_us: When the signer says to have signed, in microseconds since 1970 UTC; or None.
    """

    document: dict[str, JsonValue]
    iscc_id: IsccId
    nonce: str
    public_key: bytes
    controller: str | None
    keyid: str | None
    timestamp_us: int | None


def read_note(document: JsonValue, *, hub: int | None = None) -> Note:
    """Check the form and the signature of a note.

    Args:
        document: The note, from ``parse_json``.
        hub: The number of the hub that the note must be for; None accepts any.

    Raises:
        InvalidInput: The note is make_fault, or is for another hub; ``field`` names the member.
        VerificationFailed: The signature does not hold.

    Source:
        IDP-Declaration v0.1-draft; iscc-note 0.8.0.
    """
    note = check_members(document, NOTE_SCHEMA, _NOTE_MEMBERS, _NOTE_OPTIONS)
    return _read(note, hub)


def read_old_note(document: JsonValue) -> Note:
    """Check the form and the signature of a note of 2025, which has no ``$schema`` but a time.

    Raises:
        InvalidInput: The note is malformed; ``field`` names the member.
        VerificationFailed: The signature does not hold.

    Source:
        iscc-hub of August 2025.
    """
    members = (*_NOTE_MEMBERS[1:], "timestamp")
    return _read(check_members(document, None, members, _NOTE_OPTIONS), None)


def read_deletion(document: JsonValue, *, hub: int | None = None) -> Deletion:
    """Check the form and the signature of a note that withdraws a declaration.

    Args:
        document: The note, from ``parse_json``.
        hub: The number of the hub that the note must be for; None accepts any.

    Raises:
        InvalidInput: The note is make_fault, or is for another hub; ``field`` names the member.
        VerificationFailed: The signature does not hold.

    Source:
        IDP-Declaration v0.1-draft; iscc-note-delete 0.8.0.
    """
    note = check_members(document, DELETE_SCHEMA, _DELETE_MEMBERS, frozenset({"timestamp"}))
    iscc_id = parse_iscc_id(get_text(note, "iscc_id"))
    nonce = check_nonce(note, hub)
    timestamp_us, _ = read_time(note)
    signed = _verify(note)
    return Deletion(
        note, iscc_id, nonce, signed.public_key or b"", signed.controller, signed.keyid,
        timestamp_us,
    )  # fmt: skip


def make_note(
    *,
    iscc_code: str,
    datahash: str,
    nonce: str,
    units: Sequence[str] = (),
    metahash: str | None = None,
    gateway: str | None = None,
    timestamp_us: int | None = None,
) -> dict[str, JsonValue]:
    """Return a note without signature.

    Args:
        iscc_code: The ISCC-CODE, canonical.
        datahash: The BLAKE3 multihash of the file in hex.
        nonce: From ``make_nonce``.
        units: The units of more than 64 bits, without the Instance-Code.
        metahash: The BLAKE3 multihash of the declared record in hex.
        gateway: The address or template that serves what is declared.
        timestamp_us: The time in microseconds since 1970 UTC; milliseconds are kept.
    """
    options: dict[str, JsonValue] = {
        "units": list(units),
        "metahash": metahash,
        "gateway": gateway,
        "timestamp": None if timestamp_us is None else format_time(timestamp_us),
    }
    base: dict[str, JsonValue] = {
        "$schema": NOTE_SCHEMA, "iscc_code": iscc_code, "datahash": datahash, "nonce": nonce,
    }  # fmt: skip
    return base | {name: value for name, value in options.items() if value}


def make_deletion(iscc_id: str, nonce: str, timestamp_us: int) -> dict[str, JsonValue]:
    """Return a note without signature that withdraws a declaration.

    Args:
        iscc_id: The ISCC-ID of the declaration, canonical.
        nonce: From ``make_nonce``.
        timestamp_us: The time in microseconds since 1970 UTC; milliseconds are kept.
    """
    return {
        "$schema": DELETE_SCHEMA, "iscc_id": iscc_id, "nonce": nonce,
        "timestamp": format_time(timestamp_us),
    }  # fmt: skip


def make_nonce(hub: int, random: bytes) -> str:
    """Return a nonce in hex: 12 bits for the hub, then 116 random ones.

    Args:
        hub: The number of the hub, 0..4095.
        random: 16 random bytes, of which the first 12 bits are not used.

    Raises:
        InvalidInput: An argument is out of range.
    """
    if not 0 <= hub <= _MAX_HUB or len(random) != _NONCE_BYTES:
        raise InvalidInput(f"hub must be 0..{_MAX_HUB}, and random have {_NONCE_BYTES} bytes")
    return f"{hub:03x}{random.hex()[3:]}"


def _verify(note: Mapping[str, JsonValue]) -> Signed:
    signed = verify_signature(note)
    if signed.public_key is None:
        raise make_fault("is missing", "signature.pubkey")
    return signed


def _read(note: dict[str, JsonValue], hub: int | None) -> Note:
    code, datahash = check_code(note), check_hash(note, "datahash")
    instance = check_instance(code, datahash)
    nonce = check_nonce(note, hub)
    timestamp_us, departures = read_time(note)
    if "gateway" in note:
        departures += check_gateway(get_text(note, "gateway"))
    units = check_units(note, code, instance)
    if any(Unit.parse(unit).bits == _UNIT_BITS for unit in units):
        departures += ("units-short",)
    signed = _verify(note)
    return Note(
        note, code, datahash, nonce, signed.public_key or b"", signed.controller, signed.keyid,
        timestamp_us,
        get_text(note, "gateway") if "gateway" in note else None,
        check_hash(note, "metahash") if "metahash" in note else None,
        units, departures,
    )  # fmt: skip
