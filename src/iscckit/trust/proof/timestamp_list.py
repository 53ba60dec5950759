"""The member ``timestamps`` of a proof file: tokens, and the roots that travel with them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.trust.proof.parts import decode_base64
from iscckit.trust.proof.strict_json import make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["Token", "get_object", "pack_timestamps", "read_timestamps"]

_TOKENS_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A timestamp token of RFC 3161.

    Attributes:
        token: Its DER.
        covers: How many of the tokens before it it covers.
    """

    token: bytes
    covers: int


def pack_timestamps(tokens: Iterable[Token], roots: Iterable[bytes]) -> dict[str, JsonValue]:
    """Return the member ``timestamps``."""
    packed: list[JsonValue] = [
        {"token": b64encode(each.token).decode()} | ({"covers": each.covers} if each.covers else {})
        for each in tokens
    ]
    unique: list[JsonValue] = [b64encode(each).decode() for each in dict.fromkeys(roots)]
    members: dict[str, JsonValue] = {"tokens": packed}
    return {**members, "roots": unique} if unique else members


def read_timestamps(value: JsonValue) -> tuple[tuple[Token, ...], tuple[bytes, ...]]:
    """Return tokens and roots of the member ``timestamps``; none without it.

    Raises:
        InvalidInput: It is malformed (``malformed-document``).
    """
    if value is None:
        return (), ()
    found = get_object(value, "timestamps")
    tokens, roots = found.get("tokens"), found.get("roots", [])
    if not found.keys() <= {"tokens", "roots"} or not isinstance(tokens, list) or not tokens:
        raise make_fault("must have tokens, and may have roots", "timestamps")
    if len(tokens) > _TOKENS_MAX or not isinstance(roots, list) or len(roots) > _TOKENS_MAX:
        raise make_fault(f"has more than {_TOKENS_MAX} tokens or roots", "timestamps")
    read = []
    for number, each in enumerate(tokens):
        entry = get_object(each, "timestamps.tokens")
        covers = entry.get("covers", 0)
        if not {"token"} <= entry.keys() <= {"token", "covers"}:
            raise make_fault("has other members than token and covers", "timestamps.tokens")
        if type(covers) is not int or not 0 <= covers <= number:
            raise make_fault("must count earlier tokens", "timestamps.tokens.covers")
        if "covers" in entry and covers == 0:
            raise make_fault("is left out for 0", "timestamps.tokens.covers")
        read.append(Token(decode_base64(entry["token"], "timestamps.tokens"), covers))
    certificates = tuple(decode_base64(each, "timestamps.roots") for each in roots)
    if len(set(certificates)) < len(certificates):
        raise make_fault("has a certificate twice", "timestamps.roots")
    return tuple(read), certificates


def get_object(value: JsonValue, field: str) -> dict[str, JsonValue]:
    """Return a value that must be an object.

    Raises:
        InvalidInput: It is not (``malformed-document``).
    """
    if not isinstance(value, dict):
        raise make_fault("must be an object", field)
    return value
