"""From the settings of the service to what one task may use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.records.file_workers import CONTAINER_HEAD, folders_to_write
from iscckit.server.http.problems import Problem
from iscckit.workers.confinement import Confinement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.server.settings import Settings
    from iscckit.workers.supervisor import Broken, Why

__all__ = ["limits_of", "problem_of_end", "readable_of"]

_SLUGS: Final[dict[Why, str]] = {
    "timeout": "timeout",
    "memory": "limit-exceeded",
    "crash": "decode-failed",
    "fault": "decode-failed",
    "start": "decode-failed",
    "cancelled": "gone",
}


def readable_of(item: object, bases: Iterable[str]) -> tuple[str, ...]:
    """Return the file that a task may read: the first member of its argument.

    Args:
        item: The argument; a tuple that begins with a path, or a path.
        bases: Folders below which it has to lie; elsewhere the task reads nothing.
    """
    first = item[0] if isinstance(item, tuple) and item else item
    if not isinstance(first, str) or "\0" in first:
        return ()
    path = os.path.realpath(first)
    below = (os.path.realpath(base).rstrip(os.sep) + os.sep for base in bases)
    return (path,) if any(path.startswith(base) for base in below) else ()


def limits_of(settings: Settings, files: tuple[str, ...], scratch: str) -> Confinement:
    """Return what a task may use.

    Args:
        settings: Settings of the service.
        files: That it may read.
        scratch: Folder in which it may write.
    """
    allowed = settings.allowance
    return Confinement(
        readable=files,
        writable=scratch,
        shared=tuple({folder for file in files for folder in folders_to_write(_head(file))}),
        seconds=allowed.job_seconds,
        memory=allowed.job_memory,
        file_bytes=2 * allowed.upload_bytes,
        is_confined=settings.sandbox != "off",
    )


def problem_of_end(broken: Broken, settings: Settings) -> Problem:
    """Return the problem that the end of a task without an answer is."""
    if broken.why != "memory":
        return Problem(_SLUGS[broken.why], str(broken))
    most = settings.allowance.job_memory
    return Problem("limit-exceeded", str(broken), more={"limit": "memory", "value": most})


def _head(path: str) -> bytes:
    """Return the first bytes of a file; none of one that cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(CONTAINER_HEAD)
    except OSError:
        return b""
