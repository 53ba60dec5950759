"""The members of notes, each with its rule."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from iscckit.codec.code import compose, decode, validate
from iscckit.codec.iscc_id import IsccId
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.errors import InvalidInput
from iscckit.trust.proof.strict_json import canonicalize, make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = [
    "MAX_NOTE",
    "check_code",
    "check_hash",
    "check_instance",
    "check_members",
    "check_nonce",
    "check_units",
    "format_time",
    "get_text",
    "parse_iscc_id",
    "parse_old_iscc_id",
    "read_time",
]

MAX_NOTE: Final = 8192  # bytes of the JSON

_MAX_TEXT: Final = 2048
_CODE_LENGTHS: Final = range(34, 74)
_UNIT_BITS: Final = 64  # of a unit in an ISCC-CODE
_WIDE_BITS: Final = 128
_MAX_UNITS: Final = 4
_OLD_ID: Final = re.compile(r"ISCC:(M[AE]I[Q-Z2-7][A-Z2-7]{12})")
_OLD_HEADER: Final = 0x11  # Version 1, LENGTH 1
_MULTIHASH: Final = re.compile(r"1e20[0-9a-f]{64}")
_NONCE: Final = re.compile(r"[0-9a-f]{32}")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z"
)
_MILLISECONDS: Final = len("2026-01-01T00:00:00.000Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def parse_iscc_id(text: str) -> IsccId:
    """Parse an ISCC-ID in its one spelling.

    Raises:
        InvalidInput: The text is not a canonical ISCC-ID V1.
    """
    try:
        iscc_id = IsccId.parse(text)
    except InvalidInput:
        iscc_id = None
    if iscc_id is None or str(iscc_id) != text:
        raise make_fault("is not a canonical ISCC-ID", "iscc_id")
    return iscc_id


def parse_old_iscc_id(text: str) -> IsccId:
    """Parse an ISCC-ID as hubs of 2025 wrote it, with a LENGTH of 1 in its header.

    Raises:
        InvalidInput: The text is neither such an ISCC-ID nor a canonical one.
    """
    match = _OLD_ID.fullmatch(text)
    if match is None:
        return parse_iscc_id(text)
    data = b32decode(match[1])
    realm, value = data[0] & 0x0F, int.from_bytes(data[2:])
    if data[0] >> 4 != MainType.ID or data[1] != _OLD_HEADER or realm > 1:
        raise make_fault("is not an ISCC-ID", "iscc_id")
    return IsccId(value >> 12, value & 0xFFF, realm)


def check_members(
    document: JsonValue, schema: str | None, members: Sequence[str], options: frozenset[str]
) -> dict[str, JsonValue]:
    """Return a note that has its members, no others, and is not too long.

    Raises:
        InvalidInput: The check fails; ``field`` names the member.
    """
    if not isinstance(document, dict):
        raise make_fault("the note must be an object")
    if schema is not None and document.get("$schema") != schema:
        raise make_fault(f"must be {schema}", "$schema")
    for name, value in document.items():
        if name not in members and name not in options:
            raise make_fault("unknown member", name)
        if isinstance(value, str) and len(value) > _MAX_TEXT:
            raise make_fault(f"has more than {_MAX_TEXT} characters", name)
    for name in members:
        if name not in document:
            raise make_fault("is missing", name)
    if len(canonicalize(document)) > MAX_NOTE:
        raise make_fault(f"the note has more than {MAX_NOTE} bytes")
    return document


def get_text(note: Mapping[str, JsonValue], name: str) -> str:
    """Return a member that must be text, and not empty."""
    value = note[name]
    if not isinstance(value, str) or not value:
        raise make_fault("must be text", name)
    return value


def check_code(note: Mapping[str, JsonValue]) -> str:
    """Return the declared ISCC-CODE, which must be canonical and have 34 to 73 characters."""
    code = get_text(note, "iscc_code")
    try:
        validate(code)
    except InvalidInput as error:
        raise make_fault(str(error), "iscc_code") from None
    if len(code) not in _CODE_LENGTHS or decode(code).maintype != MainType.ISCC:
        raise make_fault("is not an ISCC-CODE", "iscc_code")
    return code


def check_hash(note: Mapping[str, JsonValue], name: str) -> str:
    """Return a member that must be a BLAKE3 multihash in lower-case hex."""
    value = get_text(note, name)
    if not _MULTIHASH.fullmatch(value):
        raise make_fault("is not a BLAKE3 multihash in lower-case hex", name)
    return value


def check_instance(code: str, datahash: str) -> Unit:
    """Return the Instance-Code of a datahash, which must be that of the code."""
    decoded = decode(code)
    size = (_WIDE_BITS if decoded.subtype == SubType.WIDE else _UNIT_BITS) // 8
    digest = bytes.fromhex(datahash)[2:]
    if decoded.body[-size:] != digest[:size]:
        raise make_fault("does not belong to the Instance-Code of iscc_code", "datahash")
    return Unit(MainType.INSTANCE, NO_SUBTYPE, digest)


def check_nonce(note: Mapping[str, JsonValue], hub: int | None) -> str:
    """Return the nonce, whose first three digits must be the number of the hub, if given."""
    nonce = get_text(note, "nonce")
    if not _NONCE.fullmatch(nonce):
        raise make_fault("is not 32 digits of lower-case hex", "nonce")
    if hub is not None and nonce[:3] != f"{hub:03x}":
        raise make_fault(f"is for hub {int(nonce[:3], 16)}, not for hub {hub}", "nonce")
    return nonce


def read_time(note: Mapping[str, JsonValue]) -> tuple[int | None, tuple[str, ...]]:
    """Return the time of a note, and how its spelling departs from the specification."""
    if "timestamp" not in note:
        return None, ()
    text = get_text(note, "timestamp")
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        time_us = (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        raise make_fault("is not a time such as 2026-01-31T12:00:00.000Z", "timestamp") from None
    return time_us, () if len(text) == _MILLISECONDS else ("timestamp-precision",)


def check_units(note: Mapping[str, JsonValue], code: str, instance: Unit) -> tuple[str, ...]:
    """Return the units of a note, which must make up the code with the Instance-Code."""
    if "units" not in note:
        return ()
    units = note["units"]
    if not isinstance(units, list) or not 1 <= len(units) <= _MAX_UNITS:
        raise make_fault(f"must be a list of 1 to {_MAX_UNITS} units", "units")
    texts = [each for each in units if isinstance(each, str)]
    try:
        for text in texts:
            validate(text)
        parsed = [Unit.parse(text) for text in texts]
        wide = decode(code).subtype == SubType.WIDE
        whole = compose([*parsed, instance], wide=wide)
    except InvalidInput as error:
        raise make_fault(str(error), "units") from None
    if len(texts) < len(units) or whole != code:
        raise make_fault("do not make up iscc_code", "units")
    return tuple(texts)


def format_time(microseconds: int) -> str:
    """Return a time in microseconds since 1970 UTC as notes have it, with milliseconds."""
    moment = _EPOCH + timedelta(milliseconds=microseconds // 1000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
