"""Atomic writing: a file appears complete, or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput, UnreadableFile
from iscckit.files.renames import sync_folder
from iscckit.files.temporary import open_draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["atomic_write", "write_whole"]

_NEW_FILE: Final = 0o666  # less the bits of the umask, as for any new file


@contextmanager
def atomic_write(path: str | os.PathLike[str], *, force: bool = False) -> Iterator[BinaryIO]:
    """Write a file in one step, with the permissions of new files.

    The stream writes into a temporary file in the same folder. That file takes its place at the
    end, and is deleted if the caller or the system fails.

    Args:
        path: The file to write.
        force: Whether an existing file is replaced.

    Raises:
        InvalidInput: The file exists, and ``force`` is not set (``file-exists``).
        UnreadableFile: The file cannot be written.
    """
    name = os.fspath(path)
    try:
        if not force and os.path.lexists(name):
            raise FileExistsError  # before any work is done
        with open_draft(name, mode=_NEW_FILE) as (draft, number):
            with open(number, "wb", closefd=False) as file:
                yield file
            os.fsync(number)
            if force:
                os.replace(draft, name)
            else:
                os.link(draft, name)  # unlike a check before, it cannot be overtaken
        sync_folder(os.path.dirname(name))
    except FileExistsError as error:
        raise InvalidInput(f"{name} exists", reason_code="file-exists", path=name) from error
    except OSError as error:
        raise UnreadableFile(name, f"cannot be written: {error.strerror or error}") from error


def write_whole(path: str | os.PathLike[str], data: bytes, *, force: bool = False) -> None:
    """Write ``data`` as a file in one step, as ``atomic_write`` does.

    Raises:
        InvalidInput: The file exists, and ``force`` is not set (``file-exists``).
        UnreadableFile: The file cannot be written.
    """
    with atomic_write(path, force=force) as file:
        file.write(data)
