"""The tables of a log: what they keep, and what they forbid."""

from __future__ import annotations

from typing import Final

__all__ = ["FORMAT", "LEVEL_BITS", "SCHEMA"]

FORMAT: Final = 1
LEVEL_BITS: Final = 56  # a node has the number ``level << LEVEL_BITS | index``

# ``entries`` and ``nodes`` are the log; ``notes`` and ``deletions`` are there to find entries by. A
# declaration is found by the time in its ISCC-ID, which no other of the hub has; a datahash by its
# first 64 bits, which the Instance-Code of an ISCC has too. The triggers stop mistakes and not an
# owner of the file: against him there are checkpoints.
SCHEMA: Final = """
CREATE TABLE log (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    format INTEGER NOT NULL,
    domain TEXT NOT NULL,
    hub INTEGER NOT NULL,
    realm INTEGER NOT NULL,
    public_key BLOB NOT NULL
);
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    last_us INTEGER NOT NULL,
    checkpoint TEXT NOT NULL
);
CREATE TABLE entries (seq INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL);
CREATE TABLE notes (
    seq INTEGER PRIMARY KEY,
    time_us INTEGER,
    content INTEGER,
    nonce BLOB NOT NULL UNIQUE
);
CREATE INDEX notes_by_time ON notes (time_us) WHERE time_us IS NOT NULL;
CREATE INDEX notes_by_content ON notes (content) WHERE content IS NOT NULL;
CREATE TABLE deletions (time_us INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TRIGGER state_grows BEFORE UPDATE ON state
    WHEN NEW.size < OLD.size OR NEW.last_us < OLD.last_us
    BEGIN SELECT RAISE(ABORT, 'a log does not shrink'); END;
CREATE TRIGGER state_stays BEFORE DELETE ON state
    BEGIN SELECT RAISE(ABORT, 'a log does not shrink'); END;
""" + "".join(
    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'a log is append-only'); END;\n"
    for table in ("log", "entries", "nodes", "notes", "deletions")
    for verb in ("UPDATE", "DELETE")
)
