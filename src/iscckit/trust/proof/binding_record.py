"""The binding record: what a declaration says of its file beyond the codes.

A note has room for codes only. Its ``metahash`` binds this record, which travels beside it: the
metadata that seeds the Meta-Code, identifiers, licence, makers, reservations and the root of parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from iscckit.trust.proof.strict_json import canonicalize, make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["BINDING_BYTES_MAX", "PARTS_HASH", "check_binding", "find_doi", "hash_binding"]

BINDING_BYTES_MAX: Final = 1 << 16
PARTS_HASH: Final = "rfc6962-sha256"
_TEXT_MAX: Final = 2048  # characters
_LIST_MAX: Final = 256
_SIZE_MAX: Final = 1 << 24  # leaves of parts
_CATEGORIES: Final = frozenset(
    {"train", "train-generative", "inference", "derive", "search", "analyze"}
)
_TOKEN: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_ROOT: Final = re.compile(r"[0-9a-f]{64}")
_BLAKE3: Final = "1e20"  # multihash code and length, hexadecimal


def hash_binding(binding: Mapping[str, JsonValue]) -> str:
    """Return the ``metahash`` of a record: the BLAKE3 multihash of its canonical JSON, in hex.

    Source:
        IDP-Declaration v0.1-draft, metadata envelope.
    """
    from blake3 import blake3

    return _BLAKE3 + blake3(canonicalize(dict(binding))).hexdigest()


def check_binding(value: JsonValue) -> dict[str, JsonValue]:
    """Return a binding record whose members are all known and well formed.

    Args:
        value: Any JSON value. docs/proof-format.md lists the members.

    Raises:
        InvalidInput: The value is not a binding record (``malformed-document``).
    """
    if not isinstance(value, dict) or not value:
        raise make_fault("must be an object with members", "binding")
    for name, member in value.items():
        check = _MEMBERS.get(name)
        if check is None:
            raise make_fault("is unknown", f"binding.{name}")
        if not check(member):
            raise make_fault("does not have the form of a binding record", f"binding.{name}")
    if len(canonicalize(value)) > BINDING_BYTES_MAX:
        raise make_fault(f"has more than {BINDING_BYTES_MAX} bytes", "binding")
    return value


def find_doi(binding: Mapping[str, JsonValue] | None) -> str | None:
    """Return the DOI that a record claims, bare and in lower case; None if it claims none."""
    if binding is None:
        return None
    identifiers = binding.get("identifiers")
    for each in identifiers if isinstance(identifiers, list) else ():
        if isinstance(each, dict) and each.get("scheme") == "doi":
            return str(each["code"])
    seed = binding.get("seed")
    doi = seed.get("doi") if isinstance(seed, dict) else None
    return doi if isinstance(doi, str) else None


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _TEXT_MAX


def _is_texts(value: JsonValue) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _LIST_MAX and all(map(_is_text, value))


def _is_object(value: JsonValue) -> bool:
    return isinstance(value, dict) and bool(value)


def _is_token(value: JsonValue) -> bool:
    return _is_text(value) and _TOKEN.fullmatch(str(value)) is not None


def _is_identifier(value: JsonValue) -> bool:
    """Tell whether a value is an identifier as iscc-schema 0.8.0 has them."""
    return (
        isinstance(value, dict)
        and {"scheme", "code"} <= value.keys() <= {"scheme", "code", "scope", "primary"}
        and _is_token(value["scheme"])
        and _is_text(value["code"])
        and ("scope" not in value or _is_token(value["scope"]))
        and value.get("primary", True) is True
    )


def _is_identifiers(value: JsonValue) -> bool:
    return (
        isinstance(value, list) and 0 < len(value) <= _LIST_MAX and all(map(_is_identifier, value))
    )


def _is_reservations(value: JsonValue) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    said = {name: each for name, each in value.items() if name != "policy"}
    return (
        said.keys() <= _CATEGORIES
        and all(each in ("reserved", "open") for each in said.values())
        and ("policy" not in value or _is_text(value["policy"]))
    )


def _is_parts(value: JsonValue) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"size", "root", "hash"}
        and type(value["size"]) is int
        and 0 < value["size"] <= _SIZE_MAX
        and isinstance(value["root"], str)
        and _ROOT.fullmatch(value["root"]) is not None
        and value["hash"] == PARTS_HASH
    )


_MEMBERS: Final[dict[str, Callable[[JsonValue], bool]]] = {
    "seed": _is_object,
    "identifiers": _is_identifiers,
    "license": _is_text,
    "creator": _is_texts,
    "publisher": _is_texts,
    "tdm": _is_reservations,
    "parts": _is_parts,
    "salt": _is_text,
}
