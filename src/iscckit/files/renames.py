"""Renames that overwrite nothing, exchange two files, and survive a loss of power."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["exchange", "make_folders", "move_new", "sync_folder"]

_AT_FDCWD: Final = -100
_NOREPLACE: Final = 1  # of renameat2, Linux
_EXCHANGE: Final = 2
_SWAP: Final = 2  # of renamex_np, macOS
_EXCL: Final = 4
# What a system or a file system says that does not know such a rename.
_UNKNOWN: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)


def exchange(a: str, b: str) -> bool:
    """Let two paths of one file system swap their files in one step.

    Returns:
        False where the system or the file system cannot; then nothing has happened.

    Raises:
        OSError: One of the paths does not exist, or the folder cannot be changed.
    """
    return _special_rename(a, b, _EXCHANGE, _SWAP)


def move_new(source: str, target: str) -> None:
    """Rename ``source`` to ``target``, which must not exist; links are moved, not followed.

    Where neither the system nor the file system can refuse by itself, the check comes a moment
    before the rename.

    Raises:
        FileExistsError: There is something at ``target``.
        OSError: ``source`` does not exist, or the two are on different file systems (EXDEV).
    """
    if sys.platform == "win32":
        os.rename(source, target)  # refuses there
        return
    if _special_rename(source, target, _NOREPLACE, _EXCL):
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
        os.rename(source, target)
    else:
        os.unlink(source)


def make_folders(folder: str) -> None:
    """Make a folder and those above it where they are missing, so that they survive a crash.

    Raises:
        OSError: There is no room, or something else has the name.
    """
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder) or "."
    for each in reversed(missing):
        try:
            os.mkdir(each)
        except FileExistsError:
            if not os.path.isdir(each):
                raise
        sync_folder(os.path.dirname(each))


def sync_folder(folder: str) -> None:
    """Wait until names made, moved or removed in ``folder`` are on the disk, where it can be told.

    Raises:
        OSError: The disk failed.
    """
    if sys.platform == "win32":
        return  # folders cannot be opened there
    number = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(PermissionError):
            os.fsync(number)
    except OSError as error:
        if error.errno not in _UNKNOWN:  # some network file systems do not sync folders
            raise
    finally:
        os.close(number)


@cache
def _function() -> Callable[..., int] | None:
    """Return the C library's rename with flags; None where it has none."""
    if not sys.platform.startswith(("linux", "darwin")):
        return None
    library: Any = ctypes.CDLL(None, use_errno=True)
    name = "renameat2" if sys.platform.startswith("linux") else "renamex_np"
    found: Callable[..., int] | None = getattr(library, name, None)
    return found


def _special_rename(source: str, target: str, linux: int, darwin: int) -> bool:
    function = _function()
    if function is None:
        return False
    a, b = os.fsencode(source), os.fsencode(target)
    if sys.platform.startswith("linux"):
        failed = function(_AT_FDCWD, a, _AT_FDCWD, b, linux)
    else:
        failed = function(a, b, darwin)
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), source, None, target)
