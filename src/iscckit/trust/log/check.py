"""Rebuild a log from its entries, and name the first entry that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError
from iscckit.trust.log.frontier import Frontier
from iscckit.trust.log.pin import Pin
from iscckit.trust.log.schema import LEVEL_BITS
from iscckit.trust.log.store import LogStore
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.entry import Entry, read_entry
from iscckit.trust.proof.note_fields import check_hash
from iscckit.trust.proof.signature import verify_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["LogReport", "check_log"]

_CHUNK: Final = 256


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a check found.

    Attributes:
        origin: The name of the log.
        size: The number of entries in the file.
        root: The root over them.
        bad: The number of the first entry that is damaged or missing; None if all are whole, or if
            the fault is not of one entry.
        fault: The first fault in words; empty if the log is whole.
        pinned: The size that is pinned; None if nothing is.
    """

    origin: str
    size: int
    root: bytes
    bad: int | None = None
    fault: str = ""
    pinned: int | None = None


class _Fault(Exception):
    """The first thing that is wrong."""


def check_log(
    folder: str, pin_path: str, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> LogReport:
    """Read every entry of a log and rebuild the rest from them.

    Each entry is hashed, parsed and its signature verified; nodes, the tables that find notes, the
    order of times, deletions, the checkpoint and the pin must then be what follows.

    Args:
        folder: The folder of the log.
        pin_path: The file of its last checkpoint, outside the folder.
        progress: Is told how many entries of how many are checked.

    Raises:
        LibraryError: There is no log, or the file cannot be read.
    """
    store = LogStore(folder)
    rebuilt = _Rebuilt(store)
    size = store.head().size
    fault, bad = "", None
    try:
        for start in range(0, size, _CHUNK):
            count = min(_CHUNK, size - start)
            records: Iterable[bytes] = (found := store.records(start, count))
            if len(found) < count:  # one by one, to find which is missing
                records = (store.record(seq) for seq in range(start, start + count))
            for record in records:
                rebuilt.add(record)
            progress(start + count, size)
    except (_Fault, IsccError) as error:
        bad, fault = rebuilt.frontier.size, str(error)
    try:
        if not fault:
            rebuilt.check_end(size)
        pinned = Pin(pin_path, store.identity).read()
        if not fault:
            Pin(pin_path, store.identity).check(store)
    except (_Fault, IsccError) as error:
        fault, pinned = fault or str(error), None
    finally:
        store.close()
    return LogReport(
        store.identity.origin,
        size,
        rebuilt.frontier.root(),
        bad,
        fault,
        None if pinned is None else pinned.size,
    )


class _Rebuilt:
    """What follows from the entries so far."""

    def __init__(self, store: LogStore) -> None:
        self.frontier = Frontier(0, store.node)
        self._store = store
        self._last_us = 0
        self._notes = self._deletions = self._nodes = 0

    def add(self, record: bytes) -> None:
        """Check an entry.

        Raises:
            IsccError: It is malformed, or its signature does not hold.
            _Fault: Something else does not follow from the entries before.
        """
        seq = self.frontier.size
        entry = self._read(record)
        if entry.kind == "deletion":
            self._check_deletion(seq, entry)
        else:
            self._check_declaration(seq, entry)
        row = self._store.note(seq)
        if row is None or row[2].hex() != entry.note.get("nonce"):
            raise _Fault("the table of notes has another nonce")
        self._notes += 1
        nodes = self.frontier.copy().add(record)
        for number, found in nodes:
            level, index = number >> LEVEL_BITS, number & (1 << LEVEL_BITS) - 1
            if self._store.nodes(level, index, 1) != [found]:
                raise _Fault("its hash is not the one in the tree")
        self._nodes += len(self.frontier.add(record))

    def check_end(self, size: int) -> None:
        """Check what is said of all entries.

        Raises:
            IsccError: The checkpoint is malformed or its signature does not hold.
            _Fault: Something does not follow from the entries.
        """
        head, identity = self._store.head(), self._store.identity
        checkpoint = verify_checkpoint(head.checkpoint, identity.origin, identity.public_key)
        if (checkpoint.size, checkpoint.root) != (size, self.frontier.root()):
            raise _Fault("the checkpoint is not of these entries")
        if head.last_us != self._last_us:
            raise _Fault("the time of the last entry is another")
        expected = (size, self._nodes, self._notes, self._deletions)
        if self._store.count_rows() != expected:
            raise _Fault("a table has rows that follow from no entry")

    def _read(self, record: bytes) -> Entry:
        entry, identity = read_entry(record), self._store.identity
        if entry.iscc_id[1:] != (identity.hub, identity.realm):
            raise _Fault("has the ISCC-ID of another hub")
        verify_signature(entry.note)
        return entry

    def _check_declaration(self, seq: int, entry: Entry) -> None:
        time_us = entry.iscc_id.timestamp
        if time_us <= self._last_us:
            raise _Fault("its ISCC-ID is not later than the one before")
        self._last_us = time_us
        content = None
        if entry.kind == "note":
            content = bytes.fromhex(check_hash(entry.note, "datahash"))[2:10]
        row = self._store.note(seq)
        if row is None or row[:2] != (time_us, content):
            raise _Fault("the table of notes has another ISCC-ID or datahash")

    def _check_deletion(self, seq: int, entry: Entry) -> None:
        time_us = entry.iscc_id.timestamp
        found = self._store.find_declaration(time_us)
        if entry.note.get("iscc_id") != str(entry.iscc_id) or found is None or found >= seq:
            raise _Fault("deletes what is not declared")
        declared = self._read(self._store.record(found)).note
        if verify_signature(declared).public_key != verify_signature(entry.note).public_key:
            raise _Fault("deletes what another key declared")
        if self._store.find_deletion(time_us) != seq:
            raise _Fault("the table of deletions has another one")
        self._deletions += 1
