"""Files that only the user reads, from their first byte."""

from __future__ import annotations

import os
from typing import Final

from iscckit.errors import LibraryError
from iscckit.files.renames import sync_folder
from iscckit.files.temporary import open_draft

__all__ = ["make_private_folder", "read_private", "write_private"]

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_MAX_BYTES: Final = 1 << 24


def make_private_folder(folder: str) -> None:
    """Make a folder that only the user can enter; one that exists loses the rights of others.

    Raises:
        LibraryError: The folder cannot be made, or belongs to somebody else.
    """
    try:
        os.makedirs(folder, mode=_FOLDER_MODE, exist_ok=True)
        if os.stat(folder).st_mode & 0o077:
            os.chmod(folder, _FOLDER_MODE)
    except OSError as error:
        raise LibraryError(f"{folder}: cannot be used: {error.strerror or error}") from error


def write_private(path: str, data: bytes, *, replace: bool = False) -> bool:
    """Write a file in one step, with the rights of the user alone.

    Args:
        path: The file; its folder is made if need be.
        data: All its bytes.
        replace: Whether an existing file is replaced.

    Returns:
        False if the file exists and ``replace`` is not set; nothing was written then.

    Raises:
        LibraryError: The file cannot be written.
    """
    make_private_folder(os.path.dirname(path))
    try:
        with open_draft(path, mode=_FILE_MODE) as (draft, number):
            with open(number, "wb", closefd=False) as file:
                file.write(data)
            os.fsync(number)
            if replace:
                os.replace(draft, path)
            else:
                os.link(draft, path)
        sync_folder(os.path.dirname(path))
    except FileExistsError:
        return False
    except OSError as error:
        raise LibraryError(f"{path}: cannot be written: {error.strerror or error}") from error
    return True


def read_private(path: str) -> bytes | None:
    """Return the bytes of a file, or None if there is none.

    Raises:
        LibraryError: The file cannot be read, or is far too large.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > _MAX_BYTES:
        raise LibraryError(f"{path}: has more than {_MAX_BYTES} bytes")
    return data
