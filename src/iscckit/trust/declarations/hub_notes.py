"""A hub elsewhere as a taker of notes: what it gives for each of them, verified."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.declarations.declare import Logged
from iscckit.trust.declarations.local_log import KNOWN_MEMBERS
from iscckit.trust.proof.entry import make_entry
from iscckit.trust.proof.multikey import encode_public_key
from iscckit.trust.remote.hub import declare_at_hub, delete_at_hub, fetch_hub_key
from iscckit.trust.remote.hub_log import Hub

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.keys.trusted import Trusted

__all__ = ["HubNotes", "find_hub"]


def find_hub(url: str, number: int | None, trusted: Trusted) -> Hub:
    """Return a hub with its key: the pinned one, else the one that its domain shows.

    Args:
        url: Its address, as a person typed it.
        number: Its number; None for that of the pinned hub.
        trusted: What the user trusts.

    Raises:
        InvalidInput: The number is not known.
        RemoteFailed: The domain cannot be asked.
        VerificationFailed: The domain shows another key than the pinned one (``key-changed``).
    """
    hub = Hub(url, b"", number)
    shown = fetch_hub_key(hub)
    pinned = trusted.hubs.get(hub.origin)
    if pinned is not None and pinned.public_key != shown:
        raise VerificationFailed(
            f"{hub.origin}: the domain shows another key than the pinned one",
            reason_code="key-changed",
            subject=hub.origin,
        )
    known = number if pinned is None or number is not None else pinned.hub_id
    if known is None:
        raise InvalidInput(f"{url}: the number of the hub is not known")
    return replace(hub, public_key=shown, number=known)


class HubNotes:
    """A hub that takes notes one by one."""

    def __init__(self, hub: Hub) -> None:
        """Take a hub whose number is known."""
        self._hub = hub

    @property
    def hub(self) -> int:
        """The number of the hub, for nonces."""
        return self._hub.number or 0

    def add(self, notes: Sequence[Mapping[str, JsonValue]]) -> list[Logged]:
        """Post notes, and return for each what the hub gives; see ``remote.hub`` for errors."""
        return [self._declare(note) for note in notes]

    def delete(self, note: Mapping[str, JsonValue]) -> None:
        """Post a deletion; a hub does not say the number of its entry."""
        delete_at_hub(self._hub, IsccId.parse(str(note["iscc_id"])), note)

    def _declare(self, note: Mapping[str, JsonValue]) -> Logged:
        logged = declare_at_hub(self._hub, note)
        iscc_id = str(logged.acknowledged.iscc_id)
        receipt = {
            name: value
            for name, value in logged.receipt.document.items()
            if name not in KNOWN_MEMBERS
        }
        if logged.receipt.inclusion is None:
            receipt["evidence"] = None
        elif logged.receipt.inclusion != logged.inclusion:
            receipt["evidence"] = logged.receipt.inclusion.to_dict()
        place = logged.inclusion.to_dict()
        multibase = encode_public_key(self._hub.public_key)
        did = self._hub.did
        members: dict[str, JsonValue] = {
            "iscc_id": iscc_id,
            "hub": {"domain": self._hub.origin.removesuffix("/log"), "did": did},
            "checkpoint": place.pop("checkpoint"),
            "inclusion": place,
            "record": b64encode(make_entry(iscc_id, note)).decode(),
            "key": {"id": f"{did}#{multibase}", "multibase": multibase},
            "receipt": receipt,
        }
        return Logged(iscc_id, logged.inclusion.checkpoint, members)
