"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

from iscckit.errors import InvalidInput, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["write_whole", "written"]


@contextmanager
def written(path: str | os.PathLike[str], *, force: bool = False) -> Iterator[BinaryIO]:
    """Write a file in one step, with the permissions that new files have.

    What the caller writes into the stream stands in a draft beside the file until the end, and
    is removed should anything go wrong.

    Args:
        path: Of the file.
        force: Replace a file that is there.

    Raises:
        InvalidInput: There is a file, and ``force`` is not given.
        UnreadableFile: It cannot be written.
    """
    name = os.fspath(path)
    draft = os.path.join(os.path.dirname(name), f".iscc-{token_hex(8)}")
    try:
        if not force and os.path.lexists(name):
            raise FileExistsError  # before any work is done
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if force:
            os.replace(draft, name)
        else:
            os.link(draft, name)  # unlike a check before, it cannot be overtaken
    except FileExistsError as error:
        raise InvalidInput(f"{name} exists", reason_code="file-exists", path=name) from error
    except OSError as error:
        raise UnreadableFile(name, f"cannot be written: {error.strerror or error}") from error
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)


def write_whole(path: str | os.PathLike[str], data: bytes, *, force: bool = False) -> None:
    """Write ``data`` into a file in one step, as ``written`` does.

    Raises:
        InvalidInput: There is a file, and ``force`` is not given.
        UnreadableFile: It cannot be written.
    """
    with written(path, force=force) as file:
        file.write(data)
