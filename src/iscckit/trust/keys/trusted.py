"""Whom the user trusts: keys of signers, keys of hubs, and certificates of time authorities."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, LibraryError, VerificationFailed
from iscckit.trust.keys.private_files import read_private, write_private
from iscckit.trust.proof.multikey import decode_public_key, encode_public_key
from iscckit.trust.proof.strict_json import canonicalize, make_fault, parse_json

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["PinnedHub", "TrustStore", "Trusted"]

MEDIATYPE: Final = "application/vnd.iscckit.trust+json;version=1"

_FILE: Final = "trusted.json"
_MAX_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class PinnedHub:
    """A hub whose key is pinned.

    Attributes:
        public_key: The key that signs its checkpoints and receipts, 32 bytes.
        origin: The name of its log, such as ``hub.example/log``.
        domain: Its domain, such as ``hub.example``.
        hub_id: Its number, 0..4095; None if it is not known.
    """

    public_key: bytes
    origin: str
    domain: str
    hub_id: int | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the user trusts.

    Attributes:
        signers: Names of signers by their keys of 32 bytes.
        hubs: Pinned hubs by the names of their logs.
        roots: Certificates of time authorities, in DER.
        identities: Keys that were seen first for a controller, by controller.
    """

    signers: Mapping[bytes, str] = field(default_factory=dict)
    hubs: Mapping[str, PinnedHub] = field(default_factory=dict)
    roots: tuple[bytes, ...] = ()
    identities: Mapping[str, bytes] = field(default_factory=dict)


class TrustStore:
    """The file ``trusted.json`` in the configuration folder of the user."""

    @staticmethod
    def read(folder: str) -> Trusted:
        """Return what the user trusts; nothing if there is no file.

        Raises:
            LibraryError: The file cannot be read, or is damaged.
        """
        path = os.path.join(folder, _FILE)
        data = read_private(path)
        if data is None:
            return Trusted()
        try:
            document = parse_json(data, limit=_MAX_BYTES)
            if not isinstance(document, dict) or document.get("mediaType") != MEDIATYPE:
                raise make_fault("has another media type")
            return _parse(document)
        except (InvalidInput, VerificationFailed, KeyError, TypeError, ValueError):
            raise LibraryError(f"{path}: is damaged, or not of this version") from None

    @staticmethod
    def write(folder: str, trusted: Trusted) -> None:
        """Write what the user trusts.

        Raises:
            LibraryError: The file cannot be written.
        """
        path = os.path.join(folder, _FILE)
        write_private(path, canonicalize(_as_json(trusted)) + b"\n", replace=True)

    @staticmethod
    def add_signer(folder: str, public_key: bytes, name: str) -> None:
        """Trust a signer.

        Raises:
            VerificationFailed: The name is that of another key (``key-changed``).
        """
        trusted = TrustStore.read(folder)
        for key, other in trusted.signers.items():
            if other == name and key != public_key:
                raise _make_alarm(name, key)
        signers = {**trusted.signers, public_key: name}
        TrustStore.write(folder, replace(trusted, signers=signers))

    @staticmethod
    def add_hub(folder: str, hub: PinnedHub) -> None:
        """Pin the key of a hub.

        Raises:
            VerificationFailed: Another key is pinned for this log or domain (``key-changed``).
        """
        trusted = TrustStore.read(folder)
        for other in trusted.hubs.values():
            same = hub.origin == other.origin or hub.domain == other.domain
            if same and other.public_key != hub.public_key:
                raise _make_alarm(other.origin, other.public_key)
        hubs = {**trusted.hubs, hub.origin: hub}
        TrustStore.write(folder, replace(trusted, hubs=hubs))

    @staticmethod
    def add_root(folder: str, certificate: bytes) -> None:
        """Trust a root certificate of a time authority, in DER."""
        trusted = TrustStore.read(folder)
        roots = tuple(dict.fromkeys([*trusted.roots, certificate]))
        TrustStore.write(folder, replace(trusted, roots=roots))

    @staticmethod
    def pin_identity(folder: str, controller: str, public_key: bytes) -> None:
        """Remember the key that a controller had when it was seen first.

        Raises:
            VerificationFailed: The controller had another key before (``key-changed``).
        """
        trusted = TrustStore.read(folder)
        known = trusted.identities.get(controller)
        if known is None:
            identities = {**trusted.identities, controller: public_key}
            TrustStore.write(folder, replace(trusted, identities=identities))
        elif known != public_key:
            raise _make_alarm(controller, known)

    @staticmethod
    def remove(folder: str, what: str) -> bool:
        """Stop to trust something.

        Args:
            folder: The configuration folder.
            what: A key as multikey, a name, the origin or domain of a hub, a controller, or the
                SHA-256 of a certificate in hex.

        Returns:
            Whether something was trusted by that name.
        """
        trusted = TrustStore.read(folder)
        left = Trusted(
            {
                key: name
                for key, name in trusted.signers.items()
                if what not in (name, encode_public_key(key))
            },
            {
                origin: hub
                for origin, hub in trusted.hubs.items()
                if what not in (origin, hub.domain, encode_public_key(hub.public_key))
            },
            tuple(each for each in trusted.roots if sha256(each).hexdigest() != what),
            {name: key for name, key in trusted.identities.items() if name != what},
        )
        if left == trusted:
            return False
        TrustStore.write(folder, left)
        return True


def _make_alarm(name: str, known: bytes) -> VerificationFailed:
    key = encode_public_key(known)
    return VerificationFailed(
        f"{name}: another key is pinned, {key}; if its owner did not announce the change, "
        "somebody else poses as the owner",
        reason_code="key-changed",
        subject=name,
    )


def _as_json(trusted: Trusted) -> dict[str, JsonValue]:
    hubs: list[JsonValue] = [
        {
            "origin": hub.origin, "domain": hub.domain, "hubId": hub.hub_id,
            "publicKey": encode_public_key(hub.public_key),
        }
        for hub in trusted.hubs.values()
    ]  # fmt: skip
    return {
        "mediaType": MEDIATYPE,
        "signers": {encode_public_key(key): name for key, name in trusted.signers.items()},
        "hubs": hubs,
        "roots": [b64encode(each).decode("ascii") for each in trusted.roots],
        "identities": {name: encode_public_key(key) for name, key in trusted.identities.items()},
    }


def _parse(document: Mapping[str, JsonValue]) -> Trusted:
    signers, hubs, roots, identities = (
        document[name] for name in ("signers", "hubs", "roots", "identities")
    )
    if not isinstance(signers, dict) or not isinstance(identities, dict):
        raise make_fault("is malformed")
    if not isinstance(hubs, list) or not isinstance(roots, list):
        raise make_fault("is malformed")
    pinned = [_parse_hub(each) for each in hubs]
    return Trusted(
        {decode_public_key(key): str(name) for key, name in signers.items()},
        {hub.origin: hub for hub in pinned},
        tuple(b64decode(str(each), validate=True) for each in roots),
        {name: decode_public_key(str(key)) for name, key in identities.items()},
    )


def _parse_hub(value: JsonValue) -> PinnedHub:
    if not isinstance(value, dict):
        raise make_fault("is malformed")
    number = value["hubId"]
    key = decode_public_key(str(value["publicKey"]))
    hub_id = number if isinstance(number, int) else None
    return PinnedHub(key, str(value["origin"]), str(value["domain"]), hub_id)
