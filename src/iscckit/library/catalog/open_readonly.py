"""Ways to read a catalog: also one that this process may not write.

| the catalog | how it is read |
|---|---|
| its folder can be written, or another process has it open | as it lies there, with locks |
| nobody has it open, and it has no log | without locks; a change while it is read is an error |
| else | a private copy of catalog and log, in a temporary folder |

SQLite's ``immutable`` is used only in the second case: a catalog with a log would be read without
what the log has.
"""

from __future__ import annotations

import os
import shutil
import time
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from iscckit.errors import LibraryError
from iscckit.library.catalog.database import connect, file_state

if TYPE_CHECKING:
    from iscckit.library.catalog.database import Database

__all__ = ["open_reader"]

_PATIENCE: Final = 10_000  # milliseconds to wait for another writer
_TRIES: Final = 20  # of a copy during which nobody writes
_PAUSE: Final = 0.05  # seconds; more than the clock of a file system needs to go on
_LOG: Final = "-wal"


def open_reader(path: str) -> Database:
    """Open a catalog for reading.

    Raises:
        LibraryError: It is damaged, or cannot be read.
    """
    try:
        return _open(path, path, "mode=rw")
    except LibraryError as error:
        if error.reason_code == "library-damaged":
            raise
    found = _open_without_locks(path)
    return _open_copy(path) if found is None else found


def _open(file: str, path: str, options: str) -> Database:
    uri = f"file:{quote(os.fsencode(os.path.abspath(file)))}?{options}"
    database = connect(uri, path)
    try:
        database.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()  # reads the first page
    except BaseException:
        database.close()
        raise
    return database


def _open_without_locks(path: str) -> Database | None:
    """Open a catalog that nobody has open; None if it has a log or does not hold still."""
    before = file_state(path)
    if before is None or os.path.lexists(path + _LOG):
        return None
    time.sleep(_PAUSE)  # a write in the same tick of the clock would leave the same time
    database = _open(path, path, "mode=ro&immutable=1")
    if os.path.lexists(path + _LOG) or file_state(path) != before:
        database.close()
        return None
    database.watched = before
    return database


def _open_copy(path: str) -> Database:
    """Open a copy of a catalog and its log, both as they were at one moment."""
    folder = TemporaryDirectory(prefix="iscckit-")
    try:
        copy = os.path.join(folder.name, "catalog")
        for _ in range(_TRIES):
            if _copy(path, copy):
                database = _open(copy, path, "mode=rw")
                database.copy = folder
                return database
            time.sleep(_PAUSE)
        raise LibraryError(f"{path}: another process writes all the time")
    except OSError as error:
        folder.cleanup()
        raise LibraryError(f"{error.filename or path}: {error.strerror or error}") from error
    except BaseException:
        folder.cleanup()
        raise


def _copy(path: str, copy: str) -> bool:
    """Copy catalog and log; return whether both held still meanwhile."""
    names = (path, path + _LOG)
    before = [file_state(name) for name in names]
    time.sleep(_PAUSE)
    for name, target in zip(names, (copy, copy + _LOG), strict=True):
        if os.path.exists(target):
            os.unlink(target)
        if os.path.exists(name):
            shutil.copyfile(name, target)
    return [file_state(name) for name in names] == before
