"""A lock on a folder, which the system releases when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from iscckit.errors import LibraryError

__all__ = ["NAME", "hold_lock"]

NAME: Final = "lock"


@contextmanager
def hold_lock(
    folder: str,
    why: str = "another process writes to this library",
    name: str = NAME,
    *,
    mode: int = 0o777,
) -> Iterator[None]:
    """Hold the lock of a folder; the folder and the lock file are created if they are missing.

    The lock file is never deleted: if it were, two processes could lock two files of one name.

    Args:
        folder: The folder to lock, for example of a library.
        why: The message of the error if another process holds the lock.
        name: The name of the lock file.
        mode: The permissions of a new folder, which the umask may narrow; those of a new lock file
            follow from them.

    Raises:
        LibraryError: Another process holds the lock, or the folder cannot be used.
    """
    try:
        os.makedirs(folder, mode, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        file = open(os.open(os.path.join(folder, name), flags, mode & 0o666), "ab")  # noqa: SIM115
    except OSError as error:
        raise LibraryError(f"{folder}: {error.strerror or error}") from error
    with file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LibraryError(f"{folder}: {why}") from error
        yield
