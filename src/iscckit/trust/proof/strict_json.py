"""JSON that has one meaning: strict parsing, and the canonical bytes that signatures cover.

Two parsers must never read different documents from the same signed bytes. Hence everything on
which parsers disagree is refused: duplicate names, numbers that a double cannot hold, lone
surrogates.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

import rfc8785

from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.json_types import JsonValue

__all__ = ["MAX_DEPTH", "MAX_INTEGER", "canonicalize", "make_fault", "parse_json"]

MAX_DEPTH: Final = 64  # arrays and objects within each other
MAX_INTEGER: Final = 2**53 - 1  # beyond it doubles skip integers


def make_fault(what: str, field: str = "") -> InvalidInput:
    """Return the error for a document that is not what its kind demands.

    Args:
        what: The fault in words.
        field: The member with the fault, such as ``signature.proof``; empty for the whole.
    """
    message = f"{field}: {what}" if field else what
    return InvalidInput(message, reason_code="malformed-document", field=field)


def parse_json(data: bytes | str, *, limit: int) -> JsonValue:
    """Parse a JSON text that all parsers read alike.

    Args:
        data: The text, or its bytes in UTF-8.
        limit: The largest length in bytes.

    Returns:
        The value. No number in it is beyond ``MAX_INTEGER``, and nothing is nested deeper than
        ``MAX_DEPTH``.

    Raises:
        InvalidInput: The text is too long, not JSON in UTF-8, has a name twice in one object, a
            number beyond ±(2^53 - 1), NaN or Infinity, half a surrogate pair, or too many levels.

    Source:
        RFC 8259; RFC 7493 (I-JSON).
    """
    try:
        raw = data.encode("utf-8") if isinstance(data, str) else data
        if len(raw) > limit:
            raise make_fault(f"has {len(raw)} bytes, more than {limit}")
        value = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeError:
        raise make_fault("is not UTF-8") from None
    except RecursionError:
        raise make_fault(f"has more than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise make_fault(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    _check(value, 0)
    return cast("JsonValue", value)


def canonicalize(value: JsonValue | Mapping[str, JsonValue]) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises:
        InvalidInput: The value has what ``parse_json`` refuses.

    Source:
        RFC 8785 (JCS).
    """
    _check(value, 0)
    return rfc8785.dumps(value)


def _check(value: object, depth: int) -> None:
    """Check depth, texts and numbers of a value.

    Raises:
        InvalidInput: The check fails.
    """
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth == MAX_DEPTH:
            raise make_fault(f"has more than {MAX_DEPTH} levels")
        for name in value if isinstance(value, dict) else ():
            _check_text(name)
        for each in value.values() if isinstance(value, dict) else value:
            _check(each, depth + 1)
    elif isinstance(value, int | float):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:  # also false for NaN
            raise make_fault("has a number beyond 2^53 - 1")
    elif value is not None:
        raise make_fault(f"has a value of type {type(value).__name__}")


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise make_fault("has a name that is not text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise make_fault("has half a surrogate pair") from None


def _parse_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise make_fault(f"has the name {name!r} twice")
            seen.add(name)
    return found


def _parse_integer(digits: str) -> int:
    if len(digits) > 17:  # the conversion of long numbers is slow
        raise make_fault("has a number beyond 2^53 - 1")
    return int(digits)


def _parse_constant(name: str) -> object:
    raise make_fault(f"has the value {name}, which JSON lacks")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_parse_object, parse_int=_parse_integer, parse_constant=_parse_constant
)
