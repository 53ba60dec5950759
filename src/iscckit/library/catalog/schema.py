"""The tables of the catalog, and how older ones become newer ones."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from iscckit.errors import LibraryError
from iscckit.library.catalog.database import connect
from iscckit.library.catalog.open_readonly import open_reader
from iscckit.library.catalog.seals import COLUMNS_4, seal_all, seal_new_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.library.catalog.database import Database

__all__ = ["FORMAT", "NAME", "open_database"]

NAME: Final = "catalogue.sqlite"
FORMAT: Final = 5
_APPLICATION: Final = 0x49534343  # "ISCC": in the header of the file
_PATIENCE: Final = 10_000  # milliseconds to wait for another writer
_CACHE: Final = 65_536  # KiB; a batch that does not fit is written twice
_LOG: Final = 16_384  # pages of the log, 64 MiB, before they are moved into the database

_SEALS: Final = """\
CREATE TABLE seal (                             -- checksums of what is known of an item
  item INTEGER NOT NULL,                        -- 0: of no item
  part TEXT NOT NULL,                           -- item, record, a kind of prints; of 0, unrelated
  sum  BLOB NOT NULL,
  PRIMARY KEY (item, part)
) WITHOUT ROWID;
CREATE TRIGGER item_deleted AFTER DELETE ON item BEGIN
  INSERT OR IGNORE INTO gone VALUES (old.id);
  DELETE FROM print WHERE item = old.id;
  DELETE FROM seal WHERE item = old.id;
END;
"""
# Columns that came later stand where SQLite adds them: ``ctime`` in nanoseconds, 0 if unknown
# (format 3), and ``rules``, the version of the rules by which the file was read (format 5).
_SCHEMA: Final = f"""
CREATE TABLE item (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
  path      BLOB NOT NULL UNIQUE,               -- as the file system has it
  size      INTEGER NOT NULL,
  mtime     INTEGER NOT NULL,                   -- nanoseconds
  inode     INTEGER NOT NULL,
  device    INTEGER NOT NULL,
  state     TEXT NOT NULL,                      -- present, missing or failed
  mode      TEXT,
  mediatype TEXT,
  name      TEXT,
  iscc      TEXT,
  datahash  BLOB,
  units     BLOB,                               -- headers and bodies, one after the other
  record    BLOB,                               -- JSON, compressed by zlib
  flags     TEXT NOT NULL,                      -- of quality, separated by spaces
  error     TEXT,
  scanned   INTEGER NOT NULL                    -- seconds since 1970
, ctime INTEGER NOT NULL DEFAULT 0, rules INTEGER NOT NULL DEFAULT 1);
CREATE INDEX item_hash ON item(substr(datahash, 3, 8)) WHERE datahash IS NOT NULL;
CREATE TABLE print (
  item   INTEGER NOT NULL,
  kind   TEXT NOT NULL,
  number INTEGER NOT NULL,
  codes  BLOB NOT NULL,
  places BLOB NOT NULL,
  labels TEXT NOT NULL,
  PRIMARY KEY (item, kind, number)
) WITHOUT ROWID;
CREATE TABLE gone (item INTEGER PRIMARY KEY);   -- whose codes may still stand in an index
CREATE TABLE unrelated (a BLOB, b BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID; -- datahashes, a < b
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
{_SEALS}"""
# Steps from each older format to the next one; format 1 is the first.
_MIGRATIONS: Final[dict[int, str]] = {
    # Eight bytes of a hash tell files apart, and take a quarter of the space of all 34. The codes
    # of 120 fixed regions of a picture went; that of the whole, the first one, stays. What came
    # instead is made when a scan reads the pictures again.
    1: """
DROP INDEX item_datahash;
CREATE INDEX item_hash ON item(substr(datahash, 3, 8)) WHERE datahash IS NOT NULL;
DELETE FROM print WHERE kind = 'picture' AND labels = '' AND substr(places, 1, 4) <> x'00000000';
UPDATE print SET codes = substr(codes, 1, 32), places = substr(places, 1, 4)
  WHERE kind = 'picture' AND labels = '';
""",
    # Who sets the time of a change back cannot set this one; rows of before do not have it.
    2: "ALTER TABLE item ADD COLUMN ctime INTEGER NOT NULL DEFAULT 0;",
    # Everything gets a checksum.
    3: f"DROP TRIGGER item_deleted; {_SEALS}",
    # What is there was read by the first rules.
    4: "ALTER TABLE item ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;",
}
# What follows a step, in the same transaction.
_FINISH: Final[dict[int, Callable[[Database], None]]] = {
    3: partial(seal_all, columns=COLUMNS_4),
    4: partial(seal_new_columns, before=COLUMNS_4),
}


def open_database(folder: str, *, write: bool, mode: int = 0o600) -> Database:
    """Open the catalog in ``folder``; with ``write``, make it if there is none.

    Args:
        folder: Folder of the library.
        write: Whether this process writes.
        mode: Permissions of a new catalog, which the umask may narrow; SQLite gives its log the
            same.

    Raises:
        LibraryError: There is none, it is damaged, or of another format; with ``write``, older
            ones become this one.
    """
    path = os.path.join(folder, NAME)
    if not write and not os.path.exists(path):
        raise LibraryError(
            f"{folder}: no library here", reason_code="library-missing", folder=folder
        )
    database = _open_writer(path, mode) if write else open_reader(path)
    try:
        if write:
            _prepare(database)
        _check(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _open_writer(path: str, mode: int) -> Database:
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode))
    except OSError as error:
        raise LibraryError(f"{path}: {error.strerror or error}") from error
    return connect(f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode=rw", path)


def _prepare(database: Database) -> None:
    """Make the tables, or bring those of an older format up to date."""
    database.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA recursive_triggers = ON")  # also for rows that are replaced
    database.execute("PRAGMA synchronous = FULL")  # what is committed survives a loss of power
    database.execute(f"PRAGMA cache_size = {-_CACHE}")
    database.execute(f"PRAGMA wal_autocheckpoint = {_LOG}")
    version = database.execute("PRAGMA user_version").fetchone()[0]
    empty = not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version == 0 and empty:
        script = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {FORMAT};"
        database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {script} COMMIT;")
    while version in _MIGRATIONS:
        database.executescript(f"BEGIN IMMEDIATE; {_MIGRATIONS[version]}")
        if version in _FINISH:
            _FINISH[version](database)
        version += 1
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("COMMIT")
    if version in (0, FORMAT):
        _add_token(database)


def _add_token(database: Database) -> None:
    """Give a catalog without token one; an index that is there belongs to none, or to another."""
    if database.execute("SELECT 1 FROM setting WHERE key = 'index'").fetchone() is None:
        row = ("index", token_hex(16))
        database.execute("INSERT OR IGNORE INTO setting VALUES (?, ?)", row)


def _check(database: Database, path: str) -> None:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if application != _APPLICATION:
        raise LibraryError(
            f"{path}: a database, but no catalogue of a library",
            reason_code="library-damaged",
            path=path,
        )
    if version != FORMAT:
        known = f"this version knows format {FORMAT}, the library has {version}"
        raise LibraryError(
            f"{path}: {known}",
            reason_code="library-older" if version in _MIGRATIONS else "library-newer",
            path=path,
            format=version,
            newest=FORMAT,
        )
