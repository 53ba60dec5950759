"""An index of ready-made records: codes and simprints that somebody else has made.

It is one SQLite file. What is searched stands in memory and is built again after a change.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from iscckit.codec.sequence import decode_sequence
from iscckit.errors import InvalidInput, LibraryError

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit
    from iscckit.json_types import JsonValue

__all__ = ["NAME", "Asset", "AssetIndex", "Chunk", "Indexes", "type_of"]

NAME: Final = r"[a-z][a-z0-9]{0,31}"  # of an index
_MOST: Final = 100  # indexes in a folder
_SUFFIX: Final = ".sqlite"
_SCHEMA: Final = """
CREATE TABLE asset (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  iscc_id TEXT NOT NULL UNIQUE,
  units   BLOB NOT NULL,      -- headers and bodies, one after the other
  entry   BLOB NOT NULL       -- as it was given: JSON, compressed by zlib
);
CREATE TABLE simprint (
  asset  INTEGER NOT NULL,
  type   TEXT NOT NULL,
  code   BLOB NOT NULL,
  offset INTEGER NOT NULL,
  size   INTEGER NOT NULL
);
CREATE INDEX simprint_code ON simprint(type, code);
CREATE INDEX simprint_asset ON simprint(asset);
CREATE TRIGGER asset_deleted AFTER DELETE ON asset BEGIN
  DELETE FROM simprint WHERE asset = old.id;
END;
CREATE TABLE changes (number INTEGER NOT NULL);
INSERT INTO changes VALUES (0);
PRAGMA application_id = 1230193476;
PRAGMA user_version = 1;
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A simprint and what part of the content it stands for."""

    code: bytes
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Asset:
    """One record.

    Attributes:
        iscc_id: Under which it is kept, canonical.
        units: Its units.
        chunks: Its simprints by their type.
        entry: As it was given.
    """

    iscc_id: str
    units: tuple[Unit, ...]
    chunks: dict[str, tuple[Chunk, ...]]
    entry: dict[str, JsonValue]


class AssetIndex:
    """One index."""

    def __init__(self, path: str) -> None:
        """Use ``Indexes``."""
        self.path = path

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        found = 0
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                found += os.path.getsize(self.path + suffix)
        return found

    def count(self) -> int:
        """Return how many assets there are."""
        with self.opened() as database:
            return int(database.execute("SELECT count(*) FROM asset").fetchone()[0])

    def changes(self) -> int:
        """Return a number that grows with every change."""
        with self.opened() as database:
            return int(database.execute("SELECT number FROM changes").fetchone()[0])

    def add(self, assets: Sequence[Asset]) -> list[bool]:
        """Add assets, all of them or none; say of each whether it is new.

        One of an ISCC-ID that is there already is replaced.
        """
        created = []
        with self._writing() as database:
            for asset in assets:
                where = (asset.iscc_id,)
                gone = database.execute("DELETE FROM asset WHERE iscc_id = ?", where).rowcount
                created.append(not gone)
                units = b"".join(unit.data for unit in asset.units)
                entry = zlib.compress(json.dumps(asset.entry, ensure_ascii=False).encode())
                row = (asset.iscc_id, units, entry)
                number = database.execute(
                    "INSERT INTO asset (iscc_id, units, entry) VALUES (?, ?, ?)", row
                ).lastrowid
                database.executemany(
                    "INSERT INTO simprint VALUES (?, ?, ?, ?, ?)",
                    [
                        (number, kind, chunk.code, chunk.offset, chunk.size)
                        for kind, chunks in asset.chunks.items()
                        for chunk in chunks
                    ],
                )
        return created

    def get(self, iscc_id: str) -> tuple[dict[str, Any], tuple[Unit, ...]] | None:
        """Return an asset as it was given, and its units; None if it is not there."""
        with self.opened() as database:
            query = "SELECT entry, units FROM asset WHERE iscc_id = ?"
            row = database.execute(query, (iscc_id,)).fetchone()
        return None if row is None else (_entry(row[0]), tuple(decode_sequence(row[1])))

    def remove(self, iscc_id: str) -> bool:
        """Remove an asset; return whether it was there."""
        with self._writing() as database:
            query = "DELETE FROM asset WHERE iscc_id = ?"
            return bool(database.execute(query, (iscc_id,)).rowcount)

    def page(self, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
        """Return assets with a higher number, in order, each with its number."""
        with self.opened() as database:
            query = "SELECT id, entry FROM asset WHERE id > ? ORDER BY id LIMIT ?"
            rows = database.execute(query, (after, limit)).fetchall()
        return [(number, _entry(entry)) for number, entry in rows]

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file for a moment.

        Raises:
            LibraryError: It is gone, damaged, or of another format.
        """
        try:
            uri = f"file:{quote(os.fsencode(self.path))}?mode=rw"
            database = sqlite3.connect(uri, uri=True, isolation_level=None)
            try:
                database.execute("PRAGMA busy_timeout = 10000")
                database.execute("PRAGMA recursive_triggers = ON")
                if database.execute("PRAGMA user_version").fetchone()[0] != 1:
                    raise LibraryError(f"{self.path}: no index of this format")
                yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise LibraryError(f"{self.path}: {error}") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self.opened() as database:
            database.execute("PRAGMA synchronous = FULL")
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("UPDATE changes SET number = number + 1")
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise


class Indexes:
    """All indexes of a folder."""

    def __init__(self, folder: str) -> None:
        """Nothing is made yet.

        Args:
            folder: Of the files; the first index makes it.
        """
        self.folder = folder

    def names(self) -> list[str]:
        """Return the names of all indexes, sorted."""
        try:
            found = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        names = [name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)]
        return sorted(name for name in names if re.fullmatch(NAME, name))

    def open(self, name: str) -> AssetIndex | None:
        """Return the index of this name, None if there is none."""
        path = self._path(name)
        return AssetIndex(path) if os.path.exists(path) else None

    def create(self, name: str) -> AssetIndex | None:
        """Make an index; None if there is one of this name.

        Raises:
            InvalidInput: The name cannot be one, or there are too many indexes.
            LibraryError: The folder cannot be used.
        """
        path = self._path(name)
        if os.path.exists(path):
            return None
        if len(self.names()) >= _MOST:
            raise InvalidInput(f"there are {_MOST} indexes already; delete one first")
        fresh = f"{path}.{token_hex(4)}.new"
        try:
            os.makedirs(self.folder, exist_ok=True)
            database = sqlite3.connect(fresh)
            try:
                database.executescript(f"PRAGMA journal_mode = WAL; BEGIN; {_SCHEMA} COMMIT;")
            finally:
                database.close()
            os.link(fresh, path)  # fails where another one was faster
        except FileExistsError:
            return None
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(f"{path}: {error}") from error
        finally:
            with suppress(FileNotFoundError):
                os.unlink(fresh)
        return AssetIndex(path)

    def remove(self, name: str) -> bool:
        """Delete an index and all that is in it; return whether there was one."""
        path = self._path(name)
        try:
            os.unlink(path)
        except FileNotFoundError:
            return False
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(path + suffix)
        return True

    def _path(self, name: str) -> str:
        if not re.fullmatch(NAME, name):
            detail = "a lower-case letter, then at most 31 lower-case letters and digits"
            raise InvalidInput(f"{name[:40]!r} is no name of an index: {detail}")
        return os.path.join(self.folder, f"{name}{_SUFFIX}")


def type_of(unit: Unit) -> str:
    """Return the name of a kind of unit as clients know it, for example ``CONTENT_TEXT_V0``."""
    return unit.type_id.rpartition("-")[0].replace("-", "_")


def _entry(packed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(packed))
    return found
