"""Keys, notes and logs for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from iscckit.codec.iscc_id import IsccId
from iscckit.trust.log.clock import LogClock
from iscckit.trust.log.create import create_log
from iscckit.trust.log.draft import Draft
from iscckit.trust.log.identity import LogIdentity
from iscckit.trust.log.writer import LogWriter
from iscckit.trust.proof import ed25519
from iscckit.trust.proof.signature import sign_document
from iscckit.trust.proof.strict_json import canonicalize

GOLDEN: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "trust-vectors.json").read_text()
)
NOTE_SCHEMA: Final = "http://purl.org/iscc/schema/iscc-note-0.8.0.json"
DELETE_SCHEMA: Final = "http://purl.org/iscc/schema/iscc-note-delete-0.8.0.json"
HUB_SECRET: Final = bytes(range(32))
HUB_KEY: Final = ed25519.derive_public_key(HUB_SECRET)
AUTHOR: Final = bytes(range(1, 33))
OTHER: Final = bytes(range(2, 34))
IDENTITY: Final = LogIdentity("hub.example", 1, 0, HUB_KEY)


def sign(message: bytes) -> bytes:
    """Sign with the key of the log."""
    return ed25519.sign(HUB_SECRET, message)


def sign_note(document: dict[str, Any], secret: bytes = AUTHOR) -> dict[str, Any]:
    key = ed25519.derive_public_key(secret)
    return sign_document(document, key, lambda message: ed25519.sign(secret, message))


def make_nonce(number: int, hub: int = 1) -> str:
    return f"{hub:03x}{number:029x}"


def declare(number: int, secret: bytes = AUTHOR, **more: str) -> dict[str, Any]:
    """Return a signed note about the content of the golden chain."""
    golden = GOLDEN["notes"][0]
    document = {name: golden[name] for name in ("$schema", "iscc_code", "datahash")}
    return sign_note({**document, "nonce": make_nonce(number), **more}, secret)


def retract(iscc_id: str, number: int, secret: bytes = AUTHOR, **more: str) -> dict[str, Any]:
    """Return a signed deletion."""
    nonce = make_nonce(number)
    return sign_note({"$schema": DELETE_SCHEMA, "iscc_id": iscc_id, "nonce": nonce, **more}, secret)


def draft(note: dict[str, Any]) -> Draft:
    """Return what the writer takes of a note."""
    deletes = IsccId.parse(note["iscc_id"]) if "iscc_id" in note else None
    content = None if deletes else bytes.fromhex(note["datahash"])[2:10]
    return Draft(canonicalize(note), bytes.fromhex(note["nonce"]), content, deletes)


@dataclass(frozen=True)
class Place:
    """A folder for a log, and its pin outside."""

    root: Path

    @property
    def folder(self) -> str:
        return str(self.root / "log")

    @property
    def pin(self) -> str:
        return str(self.root / "state" / "pin")

    def create(self, identity: LogIdentity = IDENTITY) -> None:
        create_log(self.folder, identity, sign, self.pin)

    def open(
        self,
        *,
        clock: LogClock | None = None,
        knows_nonce: Callable[[bytes], bool] = lambda _: False,
    ) -> LogWriter:
        return LogWriter(self.folder, sign, self.pin, clock=clock, knows_nonce=knows_nonce)

    def fill(self, count: int, first: int = 0) -> None:
        """Add declarations with the nonces from ``first`` on."""
        with self.open() as writer:
            writer.append_all([draft(declare(first + i)) for i in range(count)])
