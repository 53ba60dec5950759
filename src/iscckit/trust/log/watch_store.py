"""What a watcher knows of the logs it follows: cursors, trees, declarations; durable."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from iscckit.errors import LibraryError
from iscckit.trust.log.schema import LEVEL_BITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["KnownEntry", "KnownLog", "WatchStore"]

_FILE: Final = "watch.sqlite"
_FORMAT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS format (number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS logs (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    public_key BLOB NOT NULL,
    since TEXT NOT NULL,
    size INTEGER NOT NULL,
    checkpoint TEXT NOT NULL,
    seen TEXT NOT NULL,
    evidence TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS nodes (
    log INTEGER NOT NULL, id INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (log, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
    log INTEGER NOT NULL, seq INTEGER NOT NULL, iscc_id TEXT NOT NULL, record BLOB,
    PRIMARY KEY (log, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_id ON entries (log, iscc_id);
"""


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that is followed.

    Attributes:
        number: Its number in the store.
        url: The address of the hub.
        origin: The name of the log.
        public_key: The key that was there at first.
        since: Since when it is followed, as ISO 8601.
        size: The number of entries that are read.
        checkpoint: The checkpoint of that size.
        seen: When that checkpoint came, as ISO 8601.
        evidence: The file with the evidence for which it is frozen; empty if it is not.
    """

    number: int
    url: str
    origin: str
    public_key: bytes
    since: str
    size: int
    checkpoint: str
    seen: str
    evidence: str


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """A declaration of a log that is followed.

    Attributes:
        seq: Its place in the log.
        iscc_id: Its ISCC-ID.
        record: The bytes of the entry; None once it is deleted.
    """

    seq: int
    iscc_id: str
    record: bytes | None


class WatchStore:
    """The file of a watcher."""

    def __init__(self, folder: str) -> None:
        """Open the file, or make it.

        Raises:
            LibraryError: It cannot be used.
        """
        self.path = os.path.join(folder, _FILE)
        try:
            os.makedirs(folder, 0o700, exist_ok=True)
            self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            self._run("PRAGMA journal_mode = WAL")
            self._run("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
            if not self._run("SELECT number FROM format"):
                self._run("INSERT INTO format VALUES (?)", _FORMAT)
            if self._run("SELECT number FROM format") != [(_FORMAT,)]:
                raise LibraryError(f"{self.path}: is not of this version")
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(f"{self.path}: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def find(self, url: str) -> KnownLog | None:
        """Return the log of an address, or None."""
        rows = self._run("SELECT * FROM logs WHERE url = ?", url)
        return KnownLog(*rows[0]) if rows else None

    def add(self, url: str, origin: str, public_key: bytes, checkpoint: str, time: str) -> KnownLog:
        """Begin to follow a log, from its first entry on; ``checkpoint`` is that of no entries."""
        sql = (
            "INSERT INTO logs (url, origin, public_key, since, size, checkpoint, seen) "
            "VALUES (?, ?, ?, ?, 0, ?, ?) RETURNING *"
        )
        return KnownLog(*self._run(sql, url, origin, public_key, time, checkpoint, time)[0])

    def node(self, log: KnownLog) -> Callable[[int, int], bytes]:
        """Return what gives the nodes of the tree of a log."""

        def read(level: int, index: int) -> bytes:
            number = level << LEVEL_BITS | index
            sql = "SELECT hash FROM nodes WHERE log = ? AND id = ?"
            rows = self._run(sql, log.number, number)
            if not rows:
                raise LibraryError(f"{self.path}: lacks a node of {log.origin}")
            return bytes(rows[0][0])

        return read

    def leaves(self, log: KnownLog, count: int) -> list[bytes]:
        """Return the hashes of the first ``count`` entries."""
        sql = "SELECT hash FROM nodes WHERE log = ? AND id < ? ORDER BY id"
        return [row[0] for row in self._run(sql, log.number, count)]

    def entries(self, log: KnownLog, first: int = 0, end: int | None = None) -> list[KnownEntry]:
        """Return the declarations of a log; deleted ones without their bytes.

        Args:
            log: The log.
            first: The first place.
            end: The place after the last; None for the end of the log.
        """
        sql = (
            "SELECT seq, iscc_id, record FROM entries "
            "WHERE log = ? AND seq >= ? AND seq < ? ORDER BY seq"
        )
        last = log.size if end is None else end
        return [KnownEntry(*row) for row in self._run(sql, log.number, first, last)]

    def list_deleted(self, log: KnownLog) -> list[tuple[str, bytes]]:
        """Return the ISCC-IDs that were deleted, each with the hash of its entry."""
        sql = (
            "SELECT entries.iscc_id, nodes.hash FROM entries "
            "JOIN nodes ON nodes.log = entries.log AND nodes.id = entries.seq "
            "WHERE entries.log = ? AND entries.record IS NULL"
        )
        return [(str(number), bytes(leaf)) for number, leaf in self._run(sql, log.number)]

    def find_entry(self, log: KnownLog, iscc_id: str) -> KnownEntry | None:
        """Return a declaration of a log."""
        sql = "SELECT seq, iscc_id, record FROM entries WHERE log = ? AND iscc_id = ?"
        rows = self._run(sql, log.number, iscc_id)
        return KnownEntry(*rows[0]) if rows else None

    def advance(
        self,
        log: KnownLog,
        *,
        size: int,
        checkpoint: str,
        seen: str,
        nodes: Sequence[tuple[int, bytes]],
        entries: Sequence[KnownEntry],
        deleted: Sequence[str],
    ) -> None:
        """Keep what was read, the cursor and the checkpoint in one transaction.

        Raises:
            LibraryError: The file cannot be written; then nothing of it is there.
        """
        number = log.number
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                run = self._connection.executemany
                rows = ((number, each, found) for each, found in nodes)
                run("INSERT INTO nodes VALUES (?, ?, ?)", rows)
                kept = ((number, each.seq, each.iscc_id, each.record) for each in entries)
                run("INSERT INTO entries VALUES (?, ?, ?, ?)", kept)
                run(
                    "UPDATE entries SET record = NULL WHERE log = ? AND iscc_id = ?",
                    ((number, each) for each in deleted),
                )
                self._connection.execute(
                    "UPDATE logs SET size = ?, checkpoint = ?, seen = ? WHERE id = ?",
                    (size, checkpoint, seen, number),
                )
        except sqlite3.Error as error:
            raise LibraryError(f"{self.path}: {error}") from error

    def freeze(self, log: KnownLog, evidence: str) -> None:
        """Stop to follow a log for good."""
        self._run("UPDATE logs SET evidence = ? WHERE id = ?", evidence, log.number)

    def _run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise LibraryError(f"{self.path}: {error}") from error
