"""Manifest stores of C2PA beside the catalog, ``manifests.sqlite``, by the bytes of their files.

A copy of a file whose manifest was stripped gets it back from here. The catalog knows nothing of
it: without this file nothing but the manifests is missing, and a scan reads them again.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from iscckit.errors import LibraryError
from iscckit.library.catalog.database import connect

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["NAME", "KeptManifests", "keeps_manifests"]

NAME: Final = "manifests.sqlite"
_APPLICATION: Final = 0x49534343 + 2  # the catalog has "ISCC", and claims the next number
_FORMAT: Final = 1
_PATIENCE: Final = 10_000  # milliseconds to wait for another writer
_NAME: Final = re.compile(r"(?:[A-Za-z0-9._-]+:)?urn:[A-Za-z0-9:._-]{1,200}")
_SCHEMA: Final = """\
CREATE TABLE manifest (
  hash  BLOB PRIMARY KEY,                      -- SHA-256 of the store
  name  TEXT NOT NULL UNIQUE,                  -- by which it is asked for
  store BLOB NOT NULL
);
CREATE TABLE file (datahash BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID;  -- NULL: it has no store
"""


def keeps_manifests(folder: str) -> bool:
    """Tell whether the library in a folder keeps manifests."""
    return os.path.exists(os.path.join(folder, NAME))


class KeptManifests:
    """The open manifests of a library; one process writes, any number of processes read."""

    def __init__(self, folder: str, *, write: bool = False, mode: int = 0o600) -> None:
        """Open the manifests; with ``write``, make the file if there is none.

        Args:
            folder: Folder of a library.
            write: Whether this process writes.
            mode: Permissions of a new file, which the umask may narrow.

        Raises:
            LibraryError: They are missing, damaged, or of another version.
        """
        self.path = os.path.join(folder, NAME)
        if write:
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode))
        address = quote(os.fsencode(os.path.abspath(self.path)))
        self._db = connect(f"file:{address}?mode={'rw' if write else 'ro'}", self.path)
        try:
            self._db.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            if write:
                self._prepare()
            found = [
                self._db.execute(f"PRAGMA {each}").fetchone()[0]
                for each in ("application_id", "user_version")
            ]
            if found != [_APPLICATION, _FORMAT]:
                raise self._refuse("no manifests that this version knows")
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # what is lost is read again
        if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            numbers = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_FORMAT};"
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {numbers} COMMIT;")

    def keep(self, datahash: bytes, store: bytes, label: str) -> None:
        """Keep the store of a file, or note that it has none.

        Args:
            datahash: Multihash of the file.
            store: Its manifest store; empty if it has none.
            label: Name of the active manifest. A store whose name is taken, or that has none, is
                asked for by its hash.
        """
        digest = sha256(store).digest() if store else None
        self._db.execute("BEGIN IMMEDIATE")
        if digest is not None:
            taken = self._db.execute("SELECT 1 FROM manifest WHERE name = ?", (label,)).fetchone()
            is_name = _NAME.fullmatch(label) is not None and not taken
            name = label if is_name else f"sha256:{digest.hex()}"
            self._db.execute(
                "INSERT OR IGNORE INTO manifest VALUES (?, ?, ?)", (digest, name, store)
            )
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (datahash, digest))
        self._db.execute("COMMIT")

    def known_files(self) -> frozenset[bytes]:
        """Return the multihashes of the files whose manifests were asked for."""
        return frozenset(row[0] for row in self._db.execute("SELECT datahash FROM file"))

    def name_of(self, datahash: bytes) -> str | None:
        """Return the name of the store of a file; None if it has none."""
        row = self._db.execute(
            "SELECT name FROM file JOIN manifest USING (hash) WHERE datahash = ?", (datahash,)
        ).fetchone()
        return None if row is None else str(row[0])

    def get(self, name: str) -> bytes | None:
        """Return a store by its name; None if it is not here.

        Raises:
            LibraryError: It is not what was kept.
        """
        row = self._db.execute("SELECT hash, store FROM manifest WHERE name = ?", (name,))
        found = row.fetchone()
        if found is None:
            return None
        digest, store = found
        if sha256(store).digest() != digest:
            raise self._refuse("a manifest is damaged")
        return bytes(store)

    def _refuse(self, why: str) -> LibraryError:
        return LibraryError(f"{self.path}: {why}", reason_code="library-damaged", path=self.path)
