"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from secrets import token_hex

from iscckit.errors import InvalidInput, UnreadableFile

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], data: bytes, *, force: bool = False) -> None:
    """Write a file in one step, with the permissions that new files have.

    Args:
        path: Of the file.
        data: All of it.
        force: Replace a file that is there.

    Raises:
        InvalidInput: There is a file, and ``force`` is not given.
        UnreadableFile: It cannot be written.
    """
    name = os.fspath(path)
    draft = os.path.join(os.path.dirname(name), f".iscc-{token_hex(8)}")
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if force:
            os.replace(draft, name)
        else:
            os.link(draft, name)  # unlike a check before, it cannot be overtaken
    except FileExistsError as error:
        raise InvalidInput(f"{name} exists; --force replaces it") from error
    except OSError as error:
        raise UnreadableFile(name, f"cannot be written: {error.strerror or error}") from error
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)
