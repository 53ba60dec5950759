"""Meta-Code: similar title and description, similar code; and the metahash."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias, cast

from iscckit import _kernel
from iscckit.codec.unit import NO_SUBTYPE, MainType, Unit
from iscckit.errors import InvalidInput

__all__ = [
    "Meta",
    "Metadata",
    "meta_code",
    "meta_dataurl",
    "metahash",
    "normalize_description",
    "normalize_name",
    "prepare",
]

NAME_BYTES: Final = 128
DESCRIPTION_BYTES: Final = 4096
PAYLOAD_BYTES: Final = 128_000

_BITS: Final = range(32, 257, 32)
_META: Final = MainType.META  # looking it up takes longer than making the unit
_EXACT_INTEGERS: Final = 2**53  # integers beyond are doubles to JCS

Meta: TypeAlias = str | Mapping[str, object] | None
_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"


class Metadata(NamedTuple):
    """What a Meta-Code and a metahash are made from, in normal form.

    Attributes:
        name: Never empty.
        description: Empty where there is none.
        payload: The bytes of the extended metadata, or None where there are none.
        dataurl: The extended metadata as a Data-URL, or None.
    """

    name: str
    description: str
    payload: bytes | None
    dataurl: str | None

    def code(self, bits: int = 64) -> Unit:
        """Return the META unit; see ``meta_code``."""
        if bits not in _BITS:
            raise InvalidInput(f"bits must be 32 to 256 in steps of 32, got {bits}")
        extra = self.description if self.payload is None else self.payload
        body = _kernel.meta_digest(self.name, extra)[: bits // 8]
        return Unit._make((_META, NO_SUBTYPE, body, 0))

    @property
    def metahash(self) -> str:
        """Return the multihash of the metadata; see ``metahash``."""
        if self.payload is not None:
            return _kernel.multihash(self.payload)
        text = f"{self.name} {self.description}" if self.description else self.name
        return _kernel.multihash(text)


def meta_code(
    name: str, description: str | None = None, meta: Meta = None, *, bits: int = 64
) -> Unit:
    """Make the Meta-Code of a title and what else describes the work.

    Args:
        name: Title; cleaned, made one line and cut to 128 bytes of UTF-8.
        description: Cleaned and cut to 4096 bytes of UTF-8; takes no part where there is
            ``meta``.
        meta: A Data-URL in base64 or a JSON object, of at most 128 000 bytes; an empty one
            counts as none.
        bits: Length of the body: 32 to 256 in steps of 32.

    Returns:
        A META unit. With a description or ``meta``, every other 32 bits come from the name,
        so the share of equal bits of two bodies grows with the sequences of three characters
        that both have in common.

    Raises:
        InvalidInput: An empty name, ``meta`` that is no Data-URL or JSON object or too long,
            or a length that is not offered.

    Source:
        ISO 24138:2024, Meta-Code. Vectors: ``gen_meta_code_v0`` of iscc-core 1.5.0.
    """
    return prepare(name, description, meta).code(bits)


def metahash(name: str, description: str | None = None, meta: Meta = None) -> str:
    """Return the cryptographic hash of the metadata.

    Args:
        name: As for ``meta_code``.
        description: As for ``meta_code``.
        meta: As for ``meta_code``.

    Returns:
        ``1e20`` and the 64 lower-case hexadecimal digits of the BLAKE3 digest of the bytes of
        ``meta``, or, where there is none, of name and description joined by a space.

    Raises:
        InvalidInput: As for ``meta_code``.
    """
    return prepare(name, description, meta).metahash


def prepare(name: str, description: str | None = None, meta: Meta = None) -> Metadata:
    """Normalize once what ``meta_code`` and ``metahash`` take, for callers who need both."""
    name = normalize_name(name)
    if not name:
        raise InvalidInput("name is empty after cleaning, and a Meta-Code needs one")
    description = normalize_description(description) if description else ""
    if not meta:
        return Metadata(name, description, None, None)
    payload, dataurl = _read_dataurl(meta) if isinstance(meta, str) else _write_dataurl(meta)
    return Metadata(name, description, payload, dataurl)


def normalize_name(name: str) -> str:
    """Return ``name`` cleaned, on one line, and cut to 128 bytes of UTF-8."""
    return _kernel.meta_name(name, NAME_BYTES)


def normalize_description(description: str) -> str:
    """Return ``description`` cleaned and cut to 4096 bytes of UTF-8; it keeps its lines."""
    return _kernel.meta_description(description, DESCRIPTION_BYTES)


def meta_dataurl(meta: str | Mapping[str, object]) -> str:
    """Return extended metadata as the Data-URL that records carry.

    Args:
        meta: A Data-URL in base64, which is returned as it is, or a JSON object.

    Returns:
        The Data-URL; for an object, its RFC 8785 form as ``application/ld+json`` where it has
        a top-level ``@context``, else as ``application/json``.

    Raises:
        InvalidInput: As for ``meta_code``.
    """
    return (_read_dataurl(meta) if isinstance(meta, str) else _write_dataurl(meta))[1]


def _read_dataurl(url: str) -> tuple[bytes, str]:
    # Not url.partition alone: a payload of gigabytes shall not be decoded to be refused.
    if len(url) > 2 * PAYLOAD_BYTES:
        raise InvalidInput(f"meta is longer than {PAYLOAD_BYTES} bytes")
    head, _, encoded = url.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64")):
        raise InvalidInput("meta must be a JSON object or a Data-URL: data:<type>;base64,<data>")
    try:
        payload = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(f"the data of the Data-URL is not padded base64: {error}") from error
    if not payload:
        raise InvalidInput("the Data-URL holds no data")
    return _limited(payload), url


def _write_dataurl(meta: Mapping[str, object]) -> tuple[bytes, str]:
    if not isinstance(meta, Mapping):
        raise InvalidInput(f"meta must be a Data-URL or a JSON object, got {type(meta).__name__}")
    payload = _limited(_canonical(meta))
    mediatype = "application/ld+json" if "@context" in meta else "application/json"
    return payload, f"data:{mediatype};base64,{base64.b64encode(payload).decode()}"


def _limited(payload: bytes) -> bytes:
    if len(payload) > PAYLOAD_BYTES:
        raise InvalidInput(f"meta has {len(payload)} bytes, more than {PAYLOAD_BYTES}")
    return payload


def _canonical(meta: Mapping[str, object]) -> bytes:
    try:
        if _is_simple(meta):
            return _write_simple(meta)
        import rfc8785  # noqa: PLC0415

        return rfc8785.dumps(_as_json(meta))
    except (ArithmeticError, RecursionError, ValueError) as error:
        raise InvalidInput(f"meta is not a JSON object: {error}") from error


def _is_simple(value: object) -> bool:
    """Whether the standard library writes ``value`` as RFC 8785 asks, and much faster.

    It orders keys by code points, not UTF-16 units, and spells floats in its own way.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -_EXACT_INTEGERS < cast("int", value) < _EXACT_INTEGERS
    if kind is dict:
        members = cast("dict[object, object]", value)
        ordered = all(type(key) is str and key.isascii() for key in members)
        return ordered and all(map(_is_simple, members.values()))
    return kind is list and all(map(_is_simple, cast("list[object]", value)))


def _write_simple(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _as_json(value: object) -> _Json:
    """Return ``value`` with dicts and lists only, and integers as far as doubles are exact."""
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if isinstance(value, int) and abs(value) >= _EXACT_INTEGERS:
        return float(value)
    return cast("_Json", value)  # anything else is refused by the writer
