"""Entries of a log that is followed: what they declare and delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.log.watch_store import KnownEntry
from iscckit.trust.proof.entry import read_entry
from iscckit.trust.proof.note import read_deletion, read_note

if TYPE_CHECKING:
    from iscckit.trust.log.frontier import Frontier
    from iscckit.trust.log.watch_store import KnownLog, WatchStore
    from iscckit.trust.proof.entry import Entry

__all__ = ["Harvest"]


class Harvest:
    """What was read since the last checkpoint, until it is kept."""

    def __init__(self, store: WatchStore, log: KnownLog, frontier: Frontier) -> None:
        """Begin after the last entry that is known."""
        self.frontier = frontier
        self.declared: dict[str, KnownEntry] = {}
        self.deleted: list[str] = []
        self.skipped = 0
        self._store, self._log = store, log
        self._nodes: list[tuple[int, bytes]] = []

    def add(self, record: bytes) -> None:
        """Take an entry; one whose note does not hold is a leaf of the tree and nothing else."""
        seq = self.frontier.size
        self._nodes += self.frontier.add(record)
        try:
            entry = read_entry(record)
            if entry.kind == "note":
                read_note(dict(entry.note))
                iscc_id = str(entry.iscc_id)
                self.declared[iscc_id] = KnownEntry(seq, iscc_id, record)
            elif entry.kind == "deletion":
                self._delete(entry)
            else:
                self.skipped += 1
        except (InvalidInput, VerificationFailed):
            self.skipped += 1

    def keep(self, checkpoint: str, seen: str) -> None:
        """Keep all of it, with the checkpoint to which it leads."""
        self._store.advance(
            self._log,
            size=self.frontier.size,
            checkpoint=checkpoint,
            seen=seen,
            nodes=self._nodes,
            entries=list(self.declared.values()),
            deleted=self.deleted,
        )

    def _delete(self, entry: Entry) -> None:
        """Honour a deletion by the key that declared."""
        iscc_id = str(entry.iscc_id)
        note = read_deletion(dict(entry.note))
        declared = self.declared.get(iscc_id) or self._store.find_entry(self._log, iscc_id)
        record = None if declared is None else declared.record
        is_own = record is not None and str(note.iscc_id) == iscc_id
        if is_own and record is not None:
            is_own = read_note(dict(read_entry(record).note)).public_key == note.public_key
        if is_own:
            self.deleted.append(iscc_id)
        else:
            self.skipped += 1
