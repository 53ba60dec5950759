"""One writer at a time: a lock that the system releases when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from iscckit.errors import LibraryError

__all__ = ["locked"]

_NAME: Final = "lock"


@contextmanager
def locked(
    folder: str, why: str = "another process writes to this library", name: str = _NAME
) -> Iterator[None]:
    """Hold a lock of a folder; both are made if there are none.

    The file stays: to delete it would let two processes hold one each.

    Args:
        folder: Of a library, of models, of what a service keeps.
        why: What the error says where the lock is held.
        name: Of the file that is locked.

    Raises:
        LibraryError: Another process holds it, or the folder cannot be used.
    """
    try:
        os.makedirs(folder, exist_ok=True)
        file = open(os.path.join(folder, name), "ab")  # noqa: SIM115 (held while we yield)
    except OSError as error:
        raise LibraryError(f"{folder}: {error.strerror or error}") from error
    with file:
        try:
            if sys.platform == "win32":
                import msvcrt  # noqa: PLC0415

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl  # noqa: PLC0415

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LibraryError(f"{folder}: {why}") from error
        yield
