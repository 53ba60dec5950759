"""The tables of the claims, ``claims.sqlite`` in the folder of a library."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from iscckit.errors import LibraryError
from iscckit.library.catalog.database import connect

if TYPE_CHECKING:
    from iscckit.library.catalog.database import Database

__all__ = ["NAME", "has_claims", "open_claims"]

NAME: Final = "claims.sqlite"
_APPLICATION: Final = 0x49534343 + 1  # the catalog of a library has "ISCC"
_FORMAT: Final = 1
_PATIENCE: Final = 10_000  # milliseconds to wait for another writer

_SCHEMA: Final = """\
CREATE TABLE claim (
  key      TEXT PRIMARY KEY,                    -- SHA-256 of the canonical note
  datahash BLOB NOT NULL,
  iscc_id  TEXT,
  signer   BLOB NOT NULL,
  document BLOB NOT NULL,                       -- JSON, compressed by zlib
  proof    BLOB,                                -- the proof file, compressed by zlib
  sum      BLOB NOT NULL                        -- checksum of the other columns
) WITHOUT ROWID;
CREATE INDEX claim_hash ON claim(substr(datahash, 3, 8));
CREATE INDEX claim_id ON claim(iscc_id) WHERE iscc_id IS NOT NULL;
CREATE TABLE short (                            -- units of claims of which no longer ones are known
  kind INTEGER NOT NULL,                        -- MainType, SubType and version
  body INTEGER NOT NULL,                        -- 64 bits, signed
  key  TEXT NOT NULL
);
CREATE INDEX short_key ON short(key);
CREATE TABLE cursor (hub TEXT PRIMARY KEY, size INTEGER NOT NULL);  -- entries taken from each log
"""


def has_claims(folder: str) -> bool:
    """Tell whether the folder of a library has claims."""
    return os.path.exists(os.path.join(folder, NAME))


def open_claims(folder: str, *, write: bool = False) -> Database | None:
    """Open the claims in the folder of a library; with ``write``, make them if there are none.

    Returns:
        None where there are none, and ``write`` is not asked.

    Raises:
        LibraryError: They are damaged, or of another version.
    """
    path = os.path.join(folder, NAME)
    if not write and not has_claims(folder):
        return None
    if write:
        _make_file(folder, path)
    address = f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode={'rw' if write else 'ro'}"
    database = connect(address, path)
    try:
        database.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        if write:
            _prepare(database)
        _check(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _make_file(folder: str, path: str) -> None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise LibraryError(f"{path}: {error.strerror or error}") from error


def _prepare(database: Database) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    empty = not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if empty:
        numbers = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_FORMAT};"
        database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {numbers} COMMIT;")


def _check(database: Database, path: str) -> None:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if application != _APPLICATION:
        raise LibraryError(
            f"{path}: a database, but no claims", reason_code="library-damaged", path=path
        )
    if version != _FORMAT:
        raise LibraryError(
            f"{path}: this version knows format {_FORMAT}, the claims have {version}",
            reason_code="library-newer",
            path=path,
            format=version,
            newest=_FORMAT,
        )
