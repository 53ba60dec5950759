"""Identities of signers: did:key, did:web, HTTPS addresses, and the documents with their keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote, urlsplit

from iscckit.trust.proof.multikey import decode_public_key, encode_public_key
from iscckit.trust.proof.strict_json import make_fault

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = [
    "Authorization",
    "ControlledKey",
    "authorize",
    "decode_did_key",
    "did_key",
    "document_url",
    "make_did_document",
]

Authorization = Literal["verified", "unauthorized", "unresolvable", "not_claimed"]

_KEY: Final = "did:key:"
_WEB: Final = "did:web:"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_HOST: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?|\[[0-9a-fA-F:.]+\]")
_SEGMENT: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~!$&'()*+,;=@-]+")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class ControlledKey:
    """A key in the document of a controller.

    Attributes:
        public_key: The key, 32 bytes.
        revoked_us: Since when the key is revoked, in microseconds since 1970 UTC; or None.
    """

    public_key: bytes
    revoked_us: int | None = None


def did_key(public_key: bytes) -> str:
    """Return the DID that is a key itself.

    Raises:
        InvalidInput: The key does not have 32 bytes.
        VerificationFailed: The key is weak.

    Source:
        W3C CCG, The did:key Method.
    """
    return _KEY + encode_public_key(public_key)


def decode_did_key(did: str) -> bytes:
    """Return the public key of a did:key, 32 bytes.

    Raises:
        InvalidInput: The text is not a did:key of an Ed25519 key.
        VerificationFailed: The key is weak.
    """
    if not did.startswith(_KEY):
        raise make_fault("is not a did:key")
    return decode_public_key(did.removeprefix(_KEY))


def document_url(controller: str) -> str | None:
    """Return the address of the document that lists the keys of a controller.

    Args:
        controller: A DID or an HTTPS address.

    Returns:
        The address; None for did:key, whose document is the DID, and for methods that are not
        supported.

    Raises:
        InvalidInput: The did:web or the address is malformed.

    Source:
        W3C CCG, did:web Method; W3C Controlled Identifiers 1.0.
    """
    if controller.startswith("https://"):
        return _check_address(controller)
    if not controller.startswith(_WEB):
        return None
    host, *path = (unquote(part) for part in controller.removeprefix(_WEB).split(":"))
    if not _HOST.fullmatch(host) or not all(map(_SEGMENT.fullmatch, path)):
        raise make_fault(f"{controller!r} is not a did:web")
    return f"https://{host}/{'/'.join(path or ['.well-known'])}/did.json"


def make_did_document(controller: str, keys: Sequence[ControlledKey]) -> dict[str, JsonValue]:
    """Return the document that lists the keys of a controller.

    Revoked keys stay in it, so that what they signed before remains verified.

    Args:
        controller: The DID or HTTPS address.
        keys: The keys; the first one is the current one.

    Raises:
        VerificationFailed: A key is weak.

    Source:
        W3C Controlled Identifiers 1.0.
    """
    methods: list[JsonValue] = []
    names: list[JsonValue] = []
    for key in keys:
        multikey = encode_public_key(key.public_key)
        method: dict[str, JsonValue] = {
            "id": f"{controller}#{multikey}",
            "type": "Multikey",
            "controller": controller,
            "publicKeyMultibase": multikey,
        }
        if key.revoked_us is not None:
            method["revoked"] = _format_time(key.revoked_us)
        methods.append(method)
        names.append(method["id"])
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": controller,
        "verificationMethod": methods,
        "assertionMethod": names,
    }


def authorize(
    document: JsonValue,
    controller: str | None,
    public_key: bytes,
    keyid: str | None,
    when_us: int,
) -> Authorization:
    """Say whether a controller has authorized a key.

    Args:
        document: The document of the controller, parsed; None if there is none.
        controller: The DID or HTTPS address that the signature names, or None.
        public_key: The key that signed, 32 bytes.
        keyid: The key id that the signature names, or None.
        when_us: When the signature was logged, in microseconds since 1970 UTC.

    Returns:
        ``not_claimed`` without controller, ``unresolvable`` without document (a did:key needs
        none). ``verified`` if the document is that of the controller, and its member
        ``assertionMethod`` names the key, which was neither revoked nor expired at ``when_us``.
        Else ``unauthorized``.
    """
    if controller is None:
        return "not_claimed"
    multikey = encode_public_key(public_key)
    if controller.startswith(_KEY):
        own = controller == _KEY + multikey and keyid in (
            None,
            multikey,
            f"{controller}#{multikey}",
        )
        return "verified" if own else "unauthorized"
    if document is None:
        return "unresolvable"
    if not isinstance(document, dict) or document.get("id") != controller:
        return "unauthorized"
    for method in _asserting(document):
        name = str(method["id"])
        named = keyid is None or keyid in (name, name.rpartition("#")[2])
        same = method.get("publicKeyMultibase") == multikey and method.get("type") == "Multikey"
        if named and same and method.get("controller") == controller and _valid(method, when_us):
            return "verified"
    return "unauthorized"


def _asserting(document: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    """Return the methods that ``assertionMethod`` names or holds, their ids made absolute."""
    base = str(document["id"])
    known: dict[str, list[dict[str, JsonValue]]] = {}
    for method in _get_list(document, "verificationMethod"):
        if isinstance(method, dict) and isinstance(method.get("id"), str):
            name = _absolute(base, str(method["id"]))
            known.setdefault(name, []).append({**method, "id": name})
    found = []
    for each in _get_list(document, "assertionMethod"):
        if isinstance(each, str):
            found += known.get(_absolute(base, each), [])
        elif isinstance(each, dict) and isinstance(each.get("id"), str):
            found.append({**each, "id": _absolute(base, str(each["id"]))})
    return found


def _get_list(document: dict[str, JsonValue], name: str) -> list[JsonValue]:
    value = document.get(name)
    return value if isinstance(value, list) else []


def _absolute(base: str, name: str) -> str:
    return base + name if name.startswith("#") else name


def _valid(method: dict[str, JsonValue], when_us: int) -> bool:
    """Say whether a key was neither revoked nor expired; false if its times cannot be read."""
    for name in ("revoked", "expires"):
        if name in method:
            end = _parse_time(method[name])
            if end is None or when_us >= end:
                return False
    return True


def _parse_time(value: JsonValue) -> int | None:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return (datetime.fromisoformat(value) - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None


def _format_time(microseconds: int) -> str:
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise make_fault(f"{address!r} is not an address") from None
    plain = address.isascii() and address.isprintable() and " " not in address
    if not plain or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise make_fault(f"{address!r} is not an HTTPS address of a document")
    return address
