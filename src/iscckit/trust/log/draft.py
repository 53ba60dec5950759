"""Notes that are to become entries, and what a transaction adds to a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscckit.codec.iscc_id import IsccId
from iscckit.trust.log.store import StoredNote
from iscckit.trust.proof.entry import ENTRY_SCHEMA

if TYPE_CHECKING:
    from concurrent.futures import Future

    from iscckit.trust.log.frontier import Frontier

__all__ = ["Appended", "Batch", "Draft", "wrap_note"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked note that is to become an entry.

    Attributes:
        note: The note in canonical JSON.
        nonce: The 16 bytes of its nonce.
        content: The first eight bytes of its datahash; None for a deletion.
        deletes: The ISCC-ID that it deletes; None for a declaration.
    """

    note: bytes
    nonce: bytes
    content: bytes | None = None
    deletes: IsccId | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that is on the disk.

    Attributes:
        seq: Its place in the log, from 0.
        iscc_id: Its ISCC-ID; for a deletion that of the deleted declaration.
        size: The size of the log after the transaction of the entry.
        checkpoint: The checkpoint of that size.
    """

    seq: int
    iscc_id: IsccId
    size: int
    checkpoint: str


def wrap_note(iscc_id: IsccId, note: bytes) -> bytes:
    """Return the bytes of an entry from a note in canonical JSON."""
    head = f'{{"$schema":"{ENTRY_SCHEMA}","iscc_id":"{iscc_id}","note":'
    return b"%b%b}" % (head.encode(), note)


class Batch:
    """What one transaction adds."""

    def __init__(self) -> None:
        """Start empty."""
        self.records: list[bytes] = []
        self.nodes: list[tuple[int, bytes]] = []
        self.notes: list[StoredNote] = []
        self.waiting: list[tuple[Future[Appended], IsccId]] = []
        self.nonces: set[bytes] = set()
        self.gone: set[int] = set()

    def add(
        self, draft: Draft, future: Future[Appended], iscc_id: IsccId, frontier: Frontier
    ) -> None:
        """Make the entry of a draft, the next one of the frontier."""
        record = wrap_note(iscc_id, draft.note)
        gone = None if draft.deletes is None else iscc_id.timestamp
        time_us = iscc_id.timestamp if gone is None else None
        self.notes.append(StoredNote(frontier.size, draft.nonce, time_us, draft.content, gone))
        self.nodes += frontier.add(record)
        self.records.append(record)
        self.waiting.append((future, iscc_id))
        self.nonces.add(draft.nonce)
        if gone is not None:
            self.gone.add(gone)
