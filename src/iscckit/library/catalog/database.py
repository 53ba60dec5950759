"""A SQLite database whose errors are those of a library.

All statements of the room ``library`` pass this module: it is the one place where an error of
SQLite becomes a LibraryError with a reason code.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from blake3 import blake3

from iscckit.errors import LibraryError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory
    from typing import Self

__all__ = ["Database", "checksum", "connect", "file_state"]

_DAMAGE: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_ERROR,  # the statements are right, so the tables are not what they were
        sqlite3.SQLITE_TOOBIG,
    }
)
# What SQLite's interface raises of damage: a message that quotes damaged bytes cannot be decoded.
_ERRORS: Final = (sqlite3.Error, MemoryError, UnicodeDecodeError)
_SIZE: Final = 8  # bytes of a checksum: they tell accidents, not forgeries


def checksum(*values: object) -> bytes:
    """Return the checksum of values as SQLite has them: None, numbers, texts and bytes."""
    parts: list[bytes] = []
    for value in values:
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        parts += [f"{type(value).__name__} {len(data)} ".encode(), data]
    return blake3(b"".join(parts)).digest(_SIZE)


def file_state(path: str) -> tuple[int, ...] | None:
    """Return numbers that change when a file is written or replaced; None if there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


class _Cursor(sqlite3.Cursor):
    """A cursor that raises only LibraryErrors, and IntegrityErrors."""

    connection: Database

    def execute(self, sql: str, parameters: Any = (), /) -> Self:  # noqa: ANN401 (as sqlite3)
        with self.connection.translate_errors():
            return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Self:
        with self.connection.translate_errors():
            return super().executemany(sql, parameters)

    def executescript(self, sql: str, /) -> Self:
        with self.connection.translate_errors():
            super().executescript(sql)
            return self

    def fetchone(self) -> Any:  # noqa: ANN401 (as sqlite3)
        with self.connection.translate_errors():
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with self.connection.translate_errors():
            return super().fetchall()

    def __next__(self) -> Any:  # noqa: ANN401 (as sqlite3)
        try:
            row = super().__next__()
        except _ERRORS as error:
            raise self.connection.translate(error) from error
        if self.connection.watched is not None:
            self.connection.check_watched()
        return row


class Database(sqlite3.Connection):
    """An open catalog.

    Attributes:
        path: Path of the file that belongs to the library, for messages.
        watched: State of a file that is read without locks; None where locks protect it.
        copy: Temporary folder of the copy that is read; None where the file itself is.
    """

    path: str = ""
    watched: tuple[int, ...] | None = None
    copy: TemporaryDirectory[str] | None = None

    def cursor(self, factory: Any = _Cursor, /) -> Any:  # noqa: ANN401 (as sqlite3)
        """Return a cursor that raises LibraryErrors."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:  # noqa: ANN401 (as sqlite3)
        """Execute a statement; see ``sqlite3.Cursor.execute``."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:  # noqa: ANN401
        """Execute a statement many times; see ``sqlite3.Cursor.executemany``."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql: str, /) -> Any:  # noqa: ANN401
        """Execute several statements; see ``sqlite3.Cursor.executescript``."""
        return self.cursor().executescript(sql)

    def close(self) -> None:
        """Close the database, and delete the copy that was read."""
        super().close()
        if self.copy is not None:
            self.copy.cleanup()
            self.copy = None

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Turn errors of SQLite into LibraryErrors.

        Raises:
            LibraryError: SQLite could not do what was asked, or a watched file has changed.
        """
        try:
            yield
        except sqlite3.IntegrityError:
            raise  # the caller asked for it: a path that is known already
        except _ERRORS as error:
            raise self.translate(error) from error
        finally:
            if self.watched is not None:
                self.check_watched()

    def translate(self, error: Exception) -> LibraryError:
        """Return the error of a library that stands for an error of SQLite."""
        code = getattr(error, "sqlite_errorcode", None)
        bad = code is None or code & 0xFF in _DAMAGE
        reason = "library-damaged" if bad else "library-error"
        return LibraryError(f"{self.path}: {error}", reason_code=reason, path=self.path)

    def check_watched(self) -> None:
        """Check that nobody has written a file that is read without locks.

        Raises:
            LibraryError: Somebody has.
        """
        if file_state(self.path) != self.watched:
            raise LibraryError(
                f"{self.path}: another process wrote it meanwhile", reason_code="library-changed",
                path=self.path,
            )  # fmt: skip


def connect(uri: str, path: str) -> Database:
    """Open a database by its address.

    Args:
        uri: Address as SQLite takes it.
        path: Path of the library's file, for messages.

    Raises:
        LibraryError: It cannot be opened.
    """
    try:
        database = sqlite3.connect(uri, uri=True, isolation_level=None, factory=Database)
    except _ERRORS as error:
        raise LibraryError(f"{path}: {error}", reason_code="library-error", path=path) from error
    database.path = path
    database.create_function("checksum", -1, checksum, deterministic=True)
    return database
