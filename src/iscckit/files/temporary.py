"""Names of the files that iscckit makes for a moment beside those of users.

Each temporary file is locked as long as its maker lives, so that what a kill has left can be told
from what another process is writing, and be deleted.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from iscckit.files.file_status import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "aside_path",
    "clear_drafts",
    "delete_swap",
    "draft_path",
    "is_temporary",
    "open_draft",
    "open_draft_folder",
    "swap_path",
]

# A draft holds data that can be made again. An aside holds the bytes of a user's file until the
# step that moved it is over; the log of the step names it. A swap is the name under which a draft
# and the file that it replaces change places; it says which two files these are.
_DRAFT: Final = ".iscc-draft-"
_ASIDE: Final = ".iscc-aside-"
_SWAP: Final = ".iscc-swap-"
_RANDOM: Final = 8  # bytes: nobody guesses such a name, and no two are equal
_DELETABLE: Final = re.compile(r"\.iscc-draft-[0-9a-f]{16}(?:\.[^/]*)?")
_SWAPPED: Final = re.compile(r"\.iscc-swap-([0-9a-f]{16})-([0-9a-f]{16})-[0-9a-f]{16}")
_ASIDES: Final = re.compile(r"\.iscc-aside-[0-9a-f]{16}")
# Versions before 0.2 named drafts with 16 hexadecimal digits, or with 8 characters of mkstemp.
_OLDER: Final = re.compile(r"\.iscc-(?:[0-9a-f]{16}|[a-z0-9_]{8}(?:\.[^/.]*)?)")
_FLAGS: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def draft_path(path: str | os.PathLike[str], *, suffix: str = "") -> str:
    """Return a new name beside ``path`` for data that may be deleted at any time.

    Args:
        path: The file that the draft is to become.
        suffix: Ends the name; some decoders and encoders go by it.
    """
    return os.path.join(os.path.dirname(path), f"{_DRAFT}{token_hex(_RANDOM)}{suffix}")


def aside_path(path: str | os.PathLike[str]) -> str:
    """Return a new name beside ``path`` for the file itself while a step is under way."""
    return os.path.join(os.path.dirname(path), f"{_ASIDE}{token_hex(_RANDOM)}")


def swap_path(path: str | os.PathLike[str], old: Identity, new: Identity) -> str:
    """Return a new name beside ``path`` under which two files change places."""
    name = f"{_SWAP}{_state(old)}-{_state(new)}-{token_hex(_RANDOM)}"
    return os.path.join(os.path.dirname(path), name)


def is_temporary(path: str) -> bool:
    """Tell whether a name of a path was made for a moment; such files are not works.

    Args:
        path: Path with ``/`` or the system's separator between names.
    """
    kinds = (_DELETABLE, _ASIDES, _SWAPPED, _OLDER)
    names = path.replace(os.sep, "/").split("/")
    return any(
        name.startswith(".iscc-") and any(kind.fullmatch(name) for kind in kinds) for name in names
    )


@contextmanager
def open_draft(
    path: str | os.PathLike[str], *, suffix: str = "", mode: int = 0o600
) -> Iterator[tuple[str, int]]:
    """Create a draft beside ``path``, and delete it at the end unless it was renamed.

    Args:
        path: The file that the draft is to become.
        suffix: Ends the name.
        mode: Permission bits, less those of the umask.

    Yields:
        The path of the draft and a descriptor for reading and writing.

    Raises:
        OSError: The folder cannot be written.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS

    def create(name: str) -> int:
        return os.open(name, flags, mode)

    name, number = _create_locked(path, suffix, create)
    try:
        yield name, number
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
        os.close(number)


@contextmanager
def open_draft_folder(path: str | os.PathLike[str]) -> Iterator[str]:
    """Create a folder beside ``path``, and delete it with all it holds at the end.

    Raises:
        OSError: The folder of ``path`` cannot be written.
    """

    def create(name: str) -> int:
        os.mkdir(name, 0o700)
        return os.open(name, os.O_RDONLY | _FLAGS) if os.name == "posix" else -1

    name, number = _create_locked(path, "", create)
    try:
        yield name
    finally:
        shutil.rmtree(name, ignore_errors=True)
        if number >= 0:
            os.close(number)


def delete_swap(path: str) -> bool:
    """Delete a file at a name of ``swap_path``, unless somebody wrote to it or replaced it.

    Returns:
        Whether the file had bytes that are nowhere else, and stays.
    """
    swap = _SWAPPED.fullmatch(os.path.basename(path))
    try:
        if swap is None or _state(Identity.of(path)) not in swap.groups():
            return True
        os.unlink(path)
    except FileNotFoundError:
        pass
    return False


def clear_drafts(folder: str) -> list[str]:
    """Delete what killed processes have left in a folder; return the paths.

    Drafts that a process still writes stay, and so does each file that holds bytes of a user which
    are nowhere else.
    """
    found = []
    with suppress(OSError):  # the folder cannot be read; whoever writes there is told why
        for name in os.listdir(folder or "."):
            path = os.path.join(folder, name)
            with suppress(OSError):
                if _SWAPPED.fullmatch(name):
                    is_gone = not delete_swap(path)
                else:
                    is_gone = bool(_DELETABLE.fullmatch(name)) and _delete_unlocked(path)
                found += [path] if is_gone else []
    return found


def _state(identity: Identity) -> str:
    told = (identity.device, identity.inode, identity.size, identity.mtime)
    return blake2b(repr(told).encode(), digest_size=8).hexdigest()


def _create_locked(
    path: str | os.PathLike[str], suffix: str, create: Callable[[str], int]
) -> tuple[str, int]:
    while True:
        name = draft_path(path, suffix=suffix)
        number = create(name)
        _lock(number, wait=True)
        if os.path.lexists(name):
            return name, number
        if number >= 0:  # another process cleared it before it was locked
            os.close(number)


def _lock(number: int, *, wait: bool) -> bool:
    """Lock an open file; return False where somebody else holds it or the system cannot."""
    if os.name != "posix" or number < 0:
        return False
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _delete_unlocked(path: str) -> bool:
    if os.name != "posix":  # files that are open cannot be deleted there, folders could be
        if not os.path.isdir(path):
            os.unlink(path)
        return not os.path.lexists(path)
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | _FLAGS)
    try:
        if not _lock(number, wait=False):
            return False
        if os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    finally:
        os.close(number)
    return True
