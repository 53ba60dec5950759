"""Indexes of ready-made records: codes and simprints that another program has made.

An index is one SQLite file. ``asset_search.search`` reads it into memory, again after each change.
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
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from iscckit.codec.sequence import decode_sequence
from iscckit.errors import InvalidInput, LibraryError

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit
    from iscckit.json_types import JsonValue

__all__ = ["NAME", "Asset", "AssetIndex", "Chunk", "Indexes", "StoredAsset", "unit_type"]

NAME: Final = r"[a-z][a-z0-9]{0,31}"  # name of an index
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
    """A simprint and the part of the content of which it was made.

    Attributes:
        code: The simprint, 4 to 32 bytes.
        offset: Start of the part.
        size: Length of the part.
    """

    code: bytes
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Asset:
    """A ready-made record.

    Attributes:
        iscc_id: Canonical ISCC-ID under which the record is stored.
        units: Units of the record.
        chunks: Simprints of the record, by type.
        entry: Record as it was given.
    """

    iscc_id: str
    units: tuple[Unit, ...]
    chunks: dict[str, tuple[Chunk, ...]]
    entry: dict[str, JsonValue]


class StoredAsset(NamedTuple):
    """An asset of an index.

    Attributes:
        id: Number of the asset.
        iscc_id: Canonical ISCC-ID of the asset.
        units: Units of the asset.
        entry: Record as it was given.
    """

    id: int
    iscc_id: str
    units: tuple[Unit, ...]
    entry: dict[str, Any]


class AssetIndex:
    """One index."""

    def __init__(self, path: str) -> None:
        """Name the file of an existing index; ``Indexes`` opens and creates indexes."""
        self.path = path

    @property
    def size(self) -> int:
        """Size of the files of the index in bytes."""
        size = 0
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                size += os.path.getsize(self.path + suffix)
        return size

    def count(self) -> int:
        """Return the number of assets."""
        with self.connect() as database:
            return int(database.execute("SELECT count(*) FROM asset").fetchone()[0])

    def changes(self) -> int:
        """Return the number of changes that were made to the index."""
        with self.connect() as database:
            return int(database.execute("SELECT number FROM changes").fetchone()[0])

    def add(self, assets: Sequence[Asset]) -> list[bool]:
        """Add assets, all of them or none; an asset of a known ISCC-ID is replaced.

        Returns:
            Whether each asset is new.
        """
        created = []
        with self._transaction() as database:
            for asset in assets:
                where = (asset.iscc_id,)
                deleted = database.execute("DELETE FROM asset WHERE iscc_id = ?", where).rowcount
                created.append(not deleted)
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

    def get(self, iscc_id: str) -> StoredAsset | None:
        """Return the asset of an ISCC-ID; None if the index has none."""
        return next(self._select("WHERE iscc_id = ?", iscc_id), None)

    def get_number(self, number: int) -> StoredAsset | None:
        """Return the asset of a number; None if the index has none."""
        return next(self._select("WHERE id = ?", number), None)

    def remove(self, iscc_id: str) -> bool:
        """Remove an asset; return whether the index had it."""
        with self._transaction() as database:
            query = "DELETE FROM asset WHERE iscc_id = ?"
            return bool(database.execute(query, (iscc_id,)).rowcount)

    def page(self, after: int, limit: int) -> list[StoredAsset]:
        """Return the assets with a number higher than ``after``, in order, at most ``limit``."""
        return list(self._select("WHERE id > ? ORDER BY id LIMIT ?", after, limit))

    def _select(self, condition: str, *values: str | int) -> Iterator[StoredAsset]:
        with self.connect() as database:
            query = f"SELECT id, iscc_id, units, entry FROM asset {condition}"
            rows = database.execute(query, values).fetchall()
        for number, iscc_id, units, entry in rows:
            record = json.loads(zlib.decompress(entry))
            yield StoredAsset(number, iscc_id, tuple(decode_sequence(units)), record)

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """Open the database, and close it at the end of the ``with`` block.

        Raises:
            LibraryError: The file is missing, damaged, or of another format.
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
        except (sqlite3.Error, UnicodeDecodeError) as error:  # a message may quote damaged bytes
            raise LibraryError(f"{self.path}: {error}") from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.connect() as database:
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
        """Name the folder; the first index creates it.

        Args:
            folder: Folder of the files.
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
        """Return the index of a name; None if there is none."""
        path = self._path(name)
        return AssetIndex(path) if os.path.exists(path) else None

    def create(self, name: str) -> AssetIndex | None:
        """Create an index; return None if an index has this name.

        Raises:
            InvalidInput: The name is invalid, or the folder has too many indexes.
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
            os.link(fresh, path)  # fails if another process was faster
        except FileExistsError:
            return None
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(f"{path}: {error}") from error
        finally:
            with suppress(FileNotFoundError):
                os.unlink(fresh)
        return AssetIndex(path)

    def remove(self, name: str) -> bool:
        """Delete an index with all assets; return whether it existed."""
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


def unit_type(unit: Unit) -> str:
    """Return the name of a kind of unit in iscc-search, for example ``CONTENT_TEXT_V0``."""
    return unit.type_id.rpartition("-")[0].replace("-", "_")
