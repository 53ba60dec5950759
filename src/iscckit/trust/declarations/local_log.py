"""A log on this machine as a taker of notes: what it gives for each of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from iscckit.codec.iscc_id import IsccId
from iscckit.trust.declarations.declare import Logged
from iscckit.trust.log.draft import Draft
from iscckit.trust.proof.entry import read_entry
from iscckit.trust.proof.merkle import inclusion_path
from iscckit.trust.proof.multikey import encode_public_key
from iscckit.trust.proof.note import DELETE_SCHEMA, read_deletion, read_note
from iscckit.trust.proof.receipt import Inclusion, make_receipt
from iscckit.trust.proof.strict_json import canonicalize

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.trust.log.draft import Appended
    from iscckit.trust.log.writer import LogWriter
    from iscckit.trust.proof.signature import Sign

__all__ = ["KNOWN_MEMBERS", "LocalLog", "find_deletion"]

KNOWN_MEMBERS: Final = frozenset({"credentialSubject", "evidence"})  # in record and inclusion


class LocalLog:
    """A log that is open for writing, with the key that signs its receipts."""

    def __init__(self, writer: LogWriter, sign: Sign) -> None:
        """Take an open log.

        Args:
            writer: The log.
            sign: Signs bytes with its key.
        """
        self._writer = writer
        self._sign = sign
        multibase = encode_public_key(writer.identity.public_key)
        self._key = multibase
        self._did = f"did:key:{multibase}"

    @property
    def hub(self) -> int:
        """The number of the hub, for nonces."""
        return self._writer.identity.hub

    def add(self, notes: Sequence[Mapping[str, JsonValue]]) -> list[Logged]:
        """Add notes, and return for each what the log gives, all under one checkpoint.

        Raises:
            InvalidInput: A note is malformed, or of another hub.
            LibraryError: The log cannot be written.
            VerificationFailed: A signature does not hold, or the log refuses a note.
        """
        added = self._writer.append_all([self._draft(dict(note)) for note in notes])
        head = self._writer.store.head()
        return [self._answer(each, head.size, head.checkpoint) for each in added]

    def delete(self, note: Mapping[str, JsonValue]) -> int:
        """Log a deletion, and return the number of its entry; errors as of ``add``."""
        return self._writer.append(self._draft(dict(note))).seq

    def _draft(self, note: dict[str, JsonValue]) -> Draft:
        data, nonce = canonicalize(note), bytes.fromhex(str(note["nonce"]))
        if note["$schema"] == DELETE_SCHEMA:
            gone = read_deletion(note, hub=self.hub)
            return Draft(data, nonce, None, gone.iscc_id)
        read = read_note(note, hub=self.hub)
        return Draft(data, nonce, bytes.fromhex(read.datahash)[2:10])

    def _answer(self, added: Appended, size: int, checkpoint: str) -> Logged:
        store = self._writer.store
        record = store.record(added.seq)
        path = tuple(inclusion_path(added.seq, size, store.node))
        inclusion = Inclusion(checkpoint, size, added.seq, path)
        receipt = make_receipt(
            self._did,
            store.identity.public_key,
            self._sign,
            seq=added.seq,
            iscc_id=str(added.iscc_id),
            note=read_entry(record).note,
            inclusion=inclusion,
        )
        place = inclusion.to_dict()
        members: dict[str, JsonValue] = {
            "iscc_id": str(added.iscc_id),
            "hub": {"domain": store.identity.domain, "did": self._did},
            "checkpoint": place.pop("checkpoint"),
            "inclusion": place,
            "record": b64encode(record).decode(),
            "key": {"id": f"{self._did}#{self._key}", "multibase": self._key},
            "receipt": {name: each for name, each in receipt.items() if name not in KNOWN_MEMBERS},
        }
        return Logged(str(added.iscc_id), checkpoint, members)


def find_deletion(folder: str, iscc_id: str) -> dict[str, JsonValue] | None:
    """Return the entry of a log on this machine that deletes an ISCC-ID; None if there is none.

    Args:
        folder: The folder of the log.
        iscc_id: The ISCC-ID.

    Raises:
        LibraryError: The log cannot be read.
    """
    from iscckit.trust.log.store import LogStore

    store = LogStore(folder)
    try:
        seq = store.find_deletion(IsccId.parse(iscc_id).timestamp)
    finally:
        store.close()
    return None if seq is None else {"seq": seq, "origin": store.identity.origin}
