"""What a worker may use for the one file that its task is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.media.detect import HEAD_SIZE, needs_the_whole
from iscckit.sandbox import Confinement

if TYPE_CHECKING:
    from iscckit.server.settings import Settings

__all__ = ["limits_of"]

_TMP: Final = "/tmp"  # where the library for office documents insists on writing


def limits_of(
    settings: Settings, spool: str, item: object, places: tuple[str, str | None]
) -> Confinement:
    """Return what a task may use: of files the one it is about, if it is one of ours.

    Args:
        settings: Of the service.
        spool: Folder of uploads, any of which a task may be about.
        item: Argument of the task; its first member is the path.
        places: A folder in which it may write, and a file elsewhere that it may read as well.
    """
    scratch, readable = places
    allowed = settings.allowance
    first = item[0] if isinstance(item, tuple) and item else item
    bases = (spool, *map(os.path.realpath, settings.roots))
    path = os.path.realpath(first) if isinstance(first, str) and "\0" not in first else ""
    is_ours = any(path.startswith(base.rstrip(os.sep) + os.sep) for base in bases)
    is_ours = is_ours or (bool(path) and first == readable)
    return Confinement(
        readable=(path,) if is_ours else (),
        writable=scratch,
        shared=(_TMP,) if is_ours and _is_container(path) else (),
        seconds=allowed.job_seconds,
        memory=allowed.job_memory,
        file_bytes=2 * allowed.upload_bytes,
        is_confined=settings.sandbox != "off",
    )


def _is_container(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return needs_the_whole(file.read(HEAD_SIZE))
    except OSError:
        return False
