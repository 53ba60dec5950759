"""The file of a log: entries and nodes of its tree in SQLite, durable with each commit."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from iscckit.errors import InvalidInput, LibraryError
from iscckit.trust.log.identity import LogIdentity
from iscckit.trust.log.schema import FORMAT, LEVEL_BITS
from iscckit.trust.proof.merkle import hash_range

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FILE_NAME", "Head", "LogStore", "StoredNote"]

FILE_NAME: Final = "log.sqlite"
_CACHE_KIB: Final = 65536
_WAL_PAGES: Final = 4000  # before the write-ahead log is moved into the file
_CONTENT_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a log.

    Attributes:
        size: The number of entries.
        last_us: The time in the last ISCC-ID in microseconds; 0 at first.
        checkpoint: The signed checkpoint of this size.
    """

    size: int
    last_us: int
    checkpoint: str


@dataclass(frozen=True, slots=True)
class StoredNote:
    """What finds an entry.

    Attributes:
        seq: The place of the entry in the log, from 0.
        nonce: The 16 bytes of its nonce.
        time_us: The time in its ISCC-ID, in microseconds; None for a deletion.
        content: The first eight bytes of its datahash; None for a deletion.
        deletes: The time in the ISCC-ID that it deletes; None for a declaration.
    """

    seq: int
    nonce: bytes
    time_us: int | None = None
    content: bytes | None = None
    deletes: int | None = None


class LogStore:
    """One connection to the file of a log; threads may share it."""

    def __init__(self, folder: str, *, is_writer: bool = False) -> None:
        """Open the file.

        Raises:
            LibraryError: There is none (``log-missing``), or it is not one of this version.
        """
        self.path = os.path.join(folder, FILE_NAME)
        if not os.path.exists(self.path):
            raise LibraryError(
                f"{folder}: no log here", reason_code="log-missing", folder=str(folder)
            )
        self._lock = Lock()
        mode = "rw" if is_writer else "ro"
        name = self.path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        with _as_library_error(self.path):
            self.connection = sqlite3.connect(
                f"file:{name}?mode={mode}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=10,
            )
            self.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            if is_writer:
                self._prepare_writing()
            self.identity = self._read_identity()

    def _prepare_writing(self) -> None:
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("PRAGMA recursive_triggers = ON")  # REPLACE deletes, too
        self.connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")

    def _read_identity(self) -> LogIdentity:
        row = self._one("SELECT format, domain, hub, realm, public_key FROM log")
        if row is None or row[0] != FORMAT:
            raise LibraryError(f"{self.path}: is not a log of this version")
        return LogIdentity(*row[1:])

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def head(self) -> Head:
        """Return the state of the log."""
        row = self._one("SELECT size, last_us, checkpoint FROM state")
        if row is None:
            raise LibraryError(f"{self.path}: has lost its state")
        return Head(*row)

    def record(self, seq: int) -> bytes:
        """Return an entry.

        Raises:
            InvalidInput: There is none of this number.
        """
        row = self._one("SELECT record FROM entries WHERE seq = ?", seq)
        if row is None:
            raise InvalidInput(f"the log has no entry {seq}")
        return bytes(row[0])

    def records(self, start: int, count: int) -> list[bytes]:
        """Return up to ``count`` entries from ``start`` on."""
        sql = "SELECT record FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq"
        return [row[0] for row in self._all(sql, start, start + count)]

    def nodes(self, level: int, start: int, count: int) -> list[bytes]:
        """Return up to ``count`` nodes of a level from ``start`` on."""
        first = level << LEVEL_BITS | start
        sql = "SELECT hash FROM nodes WHERE id >= ? AND id < ? ORDER BY id"
        return [row[0] for row in self._all(sql, first, first + count)]

    def node(self, level: int, index: int) -> bytes:
        """Return a node of the tree.

        Raises:
            LibraryError: The tree lacks it.
        """
        row = self._one("SELECT hash FROM nodes WHERE id = ?", level << LEVEL_BITS | index)
        if row is None:
            raise LibraryError(f"{self.path}: lacks the node {index} of level {level}")
        return bytes(row[0])

    def root(self, size: int) -> bytes:
        """Return the root over the first ``size`` entries."""
        return hash_range(0, size, self.node)

    def has_nonce(self, nonce: bytes) -> bool:
        """Say whether a note with this nonce is in the log."""
        return self._one("SELECT 1 FROM notes WHERE nonce = ?", nonce) is not None

    def find_declaration(self, time_us: int) -> int | None:
        """Return the number of the entry that declares the ISCC-ID of this time."""
        row = self._one("SELECT seq FROM notes WHERE time_us = ?", time_us)
        return None if row is None else int(row[0])

    def find_deletion(self, time_us: int) -> int | None:
        """Return the number of the entry that deletes the ISCC-ID of this time."""
        row = self._one("SELECT seq FROM deletions WHERE time_us = ?", time_us)
        return None if row is None else int(row[0])

    def find_content(self, content: bytes, count: int) -> list[tuple[int, int]]:
        """Return declarations that are not deleted of files whose hash begins so.

        Args:
            content: The first eight bytes of the datahash.
            count: How many to return at most, the first ones first.

        Returns:
            The numbers of the entries, and the times in their ISCC-IDs.
        """
        sql = (
            "SELECT seq, time_us FROM notes WHERE content = ? AND NOT EXISTS "
            "(SELECT 1 FROM deletions WHERE deletions.time_us = notes.time_us) "
            "ORDER BY seq LIMIT ?"
        )
        return self._all(sql, _as_integer(content), count)

    def note(self, seq: int) -> tuple[int | None, bytes | None, bytes] | None:
        """Return what finds an entry: time, first bytes of the datahash, nonce; None if nothing."""
        row = self._one("SELECT time_us, content, nonce FROM notes WHERE seq = ?", seq)
        if row is None:
            return None
        content = None if row[1] is None else int(row[1]).to_bytes(_CONTENT_BYTES, signed=True)
        return row[0], content, bytes(row[2])

    def count_rows(self) -> tuple[int, int, int, int]:
        """Return the numbers of entries, nodes, notes and deletions."""
        tables = ("entries", "nodes", "notes", "deletions")
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        rows = self._all(f"SELECT {counts}")
        entries, nodes, notes, deletions = rows[0]
        return entries, nodes, notes, deletions

    def append(
        self,
        records: list[bytes],
        nodes: list[tuple[int, bytes]],
        notes: list[StoredNote],
        head: Head,
    ) -> None:
        """Add entries, the nodes they complete, and what finds them, in one durable transaction.

        Raises:
            LibraryError: The file cannot be written; then nothing of it is there.
        """
        first = head.size - len(records)
        rows = [(each.seq, each.time_us, _content(each), each.nonce) for each in notes]
        gone = [(each.deletes, each.seq) for each in notes if each.deletes is not None]
        with self._lock, _as_library_error(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                run = self.connection.executemany
                run("INSERT INTO entries VALUES (?, ?)", enumerate(records, first))
                run("INSERT INTO nodes VALUES (?, ?)", nodes)
                run("INSERT INTO notes VALUES (?, ?, ?, ?)", rows)
                run("INSERT INTO deletions VALUES (?, ?)", gone)
                self.connection.execute(
                    "UPDATE state SET size = ?, last_us = ?, checkpoint = ?",
                    (head.size, head.last_us, head.checkpoint),
                )
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        with self._lock, _as_library_error(self.path):
            row: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
        return row

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, _as_library_error(self.path):
            return self.connection.execute(sql, values).fetchall()


def _content(note: StoredNote) -> int | None:
    return None if note.content is None else _as_integer(note.content)


def _as_integer(content: bytes) -> int:
    return int.from_bytes(content[:_CONTENT_BYTES], signed=True)


@contextmanager
def _as_library_error(path: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(f"{path}: {error}") from error
