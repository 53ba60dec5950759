"""The folder of a spool: one service has it, and what a killed one left is removed."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from iscckit.errors import LibraryError
from iscckit.files.lock import hold_lock

__all__ = ["fresh_folder", "open_folder"]

_PREFIX: Final = "iscc-spool-"
_LARGE_FILES: Final = "/var/tmp"  # /tmp is memory on many systems
_TRIES: Final = 10


def open_folder(folder: str) -> tuple[str, ExitStack]:
    """Return where a folder really is, and its lock, which is held until it is closed.

    Raises:
        LibraryError: Another service uses the folder.
    """
    path = os.path.realpath(folder)
    os.makedirs(path, mode=0o700, exist_ok=True)
    with ExitStack() as lock:
        lock.enter_context(hold_lock(path, "another service keeps its files there"))
        return path, lock.pop_all()


def fresh_folder() -> tuple[str, ExitStack]:
    """Make a private folder and lock it; remove those whose service has ended.

    Raises:
        LibraryError: None can be made and locked.
    """
    place = _LARGE_FILES if os.access(_LARGE_FILES, os.W_OK) else tempfile.gettempdir()
    for old in Path(place).glob(f"{_PREFIX}*"):
        with suppress(LibraryError, OSError):  # in use, or somebody else has just removed it
            if _is_own(old):
                _remove(old)
    for _ in range(_TRIES):
        made = tempfile.mkdtemp(prefix=_PREFIX, dir=place)
        # Until it is locked, another service that starts takes it for one that was left.
        with suppress(LibraryError, FileNotFoundError):
            before = _identity(made)
            path, lock = open_folder(made)
            if _identity(path) == before:
                return path, lock
            lock.close()
    raise LibraryError(f"{place}: no folder can be made and locked there")


def _remove(folder: Path) -> None:
    with hold_lock(str(folder)):
        shutil.rmtree(folder, ignore_errors=True)
    if os.name == "nt":  # it does not delete an open file: neither our lock, nor that of another
        (folder / "lock").unlink()
        folder.rmdir()


def _is_own(path: Path) -> bool:
    """Tell whether a folder is ours, and no link that somebody has put there."""
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and (
        not hasattr(os, "getuid") or found.st_uid == os.getuid()
    )


def _identity(path: str) -> tuple[int, ...]:
    """Return what tells a folder from another one that took its place."""
    found = os.lstat(path)
    # Mode and owner too: the number of a folder that was removed is soon given to another.
    return found.st_dev, found.st_ino, found.st_mode, found.st_uid
