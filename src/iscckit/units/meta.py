"""Meta-Code: similar titles and descriptions have similar codes; and the metahash."""

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
_META: Final = MainType.META  # an access to the member takes longer than making the unit
_EXACT_INTEGERS: Final = 2**53  # JCS writes larger integers as doubles

Meta: TypeAlias = str | Mapping[str, object] | None
_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"


class Metadata(NamedTuple):
    """The normalized input of a Meta-Code and a metahash.

    Attributes:
        name: The title; never empty.
        description: The description; empty if there is none.
        payload: The bytes of the extended metadata, or None.
        dataurl: The extended metadata as a Data-URL, or None.
    """

    name: str
    description: str
    payload: bytes | None
    dataurl: str | None

    def code(self, bits: int = 64) -> Unit:
        """Return the META unit, as ``meta_code`` does."""
        if bits not in _BITS:
            raise InvalidInput(f"bits must be 32 to 256 in steps of 32, got {bits}")
        extra = self.description if self.payload is None else self.payload
        body = _kernel.meta_digest(self.name, extra)[: bits // 8]
        return Unit._make((_META, NO_SUBTYPE, body, 0))

    @property
    def metahash(self) -> str:
        """The multihash of the metadata, as the function ``metahash`` returns it."""
        if self.payload is not None:
            return _kernel.multihash(self.payload)
        text = f"{self.name} {self.description}" if self.description else self.name
        return _kernel.multihash(text)


def meta_code(
    name: str, description: str | None = None, meta: Meta = None, *, bits: int = 64
) -> Unit:
    """Make the Meta-Code of the title and the description of a work.

    Args:
        name: The title; it is cleaned, made one line and cut to 128 bytes of UTF-8.
        description: The description; it is cleaned and cut to 4096 bytes of UTF-8, and ignored if
            there is ``meta``.
        meta: Extended metadata as a Data-URL in base64 or a JSON object, of at most 128 000 bytes;
            an empty one counts as none.
        bits: The length of the body: 32 to 256 in steps of 32.

    Returns:
        A META unit. With a description or ``meta``, every other 32 bits come from the name, so
        that the share of equal bits of two bodies grows with the number of common sequences of
        three characters.

    Raises:
        InvalidInput: The name is empty, ``meta`` is malformed or too long, or the length is not
            allowed.

    Source:
        ISO 24138:2024, Meta-Code. Vectors: ``gen_meta_code_v0`` of iscc-core 1.5.0.
    """
    return prepare(name, description, meta).code(bits)


def metahash(name: str, description: str | None = None, meta: Meta = None) -> str:
    """Return the cryptographic hash of the metadata.

    Args:
        name: The title, as for ``meta_code``.
        description: The description, as for ``meta_code``.
        meta: Extended metadata, as for ``meta_code``.

    Returns:
        ``1e20`` and the 64 lower-case hexadecimal digits of the BLAKE3 digest of the bytes of
        ``meta``; without ``meta``, of name and description joined by a space.

    Raises:
        InvalidInput: The name is empty, or ``meta`` is malformed or too long.
    """
    return prepare(name, description, meta).metahash


def prepare(name: str, description: str | None = None, meta: Meta = None) -> Metadata:
    """Normalize the arguments of ``meta_code`` and ``metahash``, for callers that need both."""
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
    """Return ``description`` cleaned and cut to 4096 bytes of UTF-8, with its line breaks."""
    return _kernel.meta_description(description, DESCRIPTION_BYTES)


def meta_dataurl(meta: str | Mapping[str, object]) -> str:
    """Return extended metadata as the Data-URL of records.

    Args:
        meta: A Data-URL in base64, which is returned unchanged, or a JSON object.

    Returns:
        The Data-URL. A JSON object is written in the form of RFC 8785, as ``application/ld+json``
        if it has a top-level ``@context``, else as ``application/json``.

    Raises:
        InvalidInput: ``meta`` is malformed or too long.
    """
    return (_read_dataurl(meta) if isinstance(meta, str) else _write_dataurl(meta))[1]


def _read_dataurl(url: str) -> tuple[bytes, str]:
    # The length is checked first, so that a payload of gigabytes is not decoded.
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
    return _check_size(payload), url


def _write_dataurl(meta: Mapping[str, object]) -> tuple[bytes, str]:
    if not isinstance(meta, Mapping):
        raise InvalidInput(f"meta must be a Data-URL or a JSON object, got {type(meta).__name__}")
    payload = _check_size(_canonicalize(meta))
    mediatype = "application/ld+json" if "@context" in meta else "application/json"
    return payload, f"data:{mediatype};base64,{base64.b64encode(payload).decode()}"


def _check_size(payload: bytes) -> bytes:
    if len(payload) > PAYLOAD_BYTES:
        raise InvalidInput(f"meta has {len(payload)} bytes, more than {PAYLOAD_BYTES}")
    return payload


def _canonicalize(meta: Mapping[str, object]) -> bytes:
    try:
        if _is_simple(meta):
            return _write_simple(meta)
        import rfc8785

        return rfc8785.dumps(_as_json(meta))
    except (ArithmeticError, RecursionError, ValueError) as error:
        raise InvalidInput(f"meta is not a JSON object: {error}") from error


def _is_simple(value: object) -> bool:
    """Return whether the fast standard library writes ``value`` as RFC 8785 demands.

    The standard library sorts keys by code points, not by UTF-16 units, and spells floats
    differently.
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
    """Return ``value`` with dicts, lists, and integers only in the exact range of doubles."""
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if isinstance(value, int) and abs(value) >= _EXACT_INTEGERS:
        return float(value)
    return cast("_Json", value)  # the writer refuses anything else
