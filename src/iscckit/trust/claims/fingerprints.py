"""Fingerprints in a proof: what finds crops, clips and passages of a file that is elsewhere."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast, get_args

from iscckit.errors import InvalidInput
from iscckit.library.catalog.item import FingerprintKind, Fingerprints
from iscckit.library.fingerprints import BITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.json_types import JsonValue

__all__ = ["fingerprints_json", "read_fingerprints"]

_KINDS: Final = frozenset(get_args(FingerprintKind))
_PLACE: Final = 4  # bytes of a place
_MOST: Final = 64  # groups of fingerprints in one proof
_MEMBERS: Final = {"kind", "codes", "places", "labels"}


def fingerprints_json(prints: Iterable[Fingerprints]) -> list[JsonValue]:
    """Return fingerprints in JSON types; codes and places are base64."""
    return [
        {
            "kind": each.kind,
            "codes": base64.b64encode(each.codes).decode(),
            "places": base64.b64encode(each.places).decode(),
            "labels": [*each.labels],
        }
        for each in prints
    ]


def read_fingerprints(value: JsonValue) -> tuple[Fingerprints, ...]:
    """Return the fingerprints that ``fingerprints_json`` wrote.

    Raises:
        InvalidInput: The value is something else.
    """
    if not isinstance(value, list) or len(value) > _MOST:
        raise _refuse("no list of fingerprints")
    return tuple(map(_read, value))


def _read(value: JsonValue) -> Fingerprints:
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        raise _refuse("members other than kind, codes, places and labels")
    kind, labels = value["kind"], value["labels"]
    if kind not in _KINDS:
        raise _refuse("a kind that nobody knows")
    if not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
        raise _refuse("labels that are no texts")
    found = Fingerprints(
        cast("FingerprintKind", kind),
        _decode(value["codes"]),
        _decode(value["places"]),
        tuple(map(str, labels)),
    )
    size = BITS.get(found.kind, 0) // 8
    if size and (
        len(found.codes) % size or len(found.codes) // size != len(found.places) // _PLACE
    ):
        raise _refuse("another number of codes than of places")
    return found


def _decode(value: JsonValue) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refuse("codes that are not base64") from error


def _refuse(what: str) -> InvalidInput:
    return InvalidInput(
        f"fingerprints: {what}", reason_code="malformed-document", field="fingerprints"
    )
