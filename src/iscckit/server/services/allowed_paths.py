"""The check of paths that requests name: they lie below a folder that the service allows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["resolve_file", "resolve_path"]


def resolve_path(given: str, roots: Iterable[str]) -> str:
    """Return the real path of a root, or of a file or folder below one.

    Args:
        given: An absolute path, or one relative to a root.
        roots: The folders that the service allows.

    Raises:
        Problem: The path does not exist or is elsewhere; both give the same answer.
    """
    for path, _ in _list_resolved(given, roots):
        if os.path.exists(path):
            return path
    raise _refusal(given)


def resolve_file(given: str, roots: Iterable[str]) -> str:
    """Return the real path of a regular file below a root.

    Args:
        given: An absolute path, or one relative to a root.
        roots: The folders that the service allows.

    Raises:
        Problem: The path names no regular file, or one elsewhere; both give the same answer.
    """
    for path, is_root in _list_resolved(given, roots):
        if not is_root and os.path.isfile(path):
            return path
    raise _refusal(given)


def _list_resolved(given: str, roots: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the real path below each root that contains it, and whether it is the root itself.

    Symbolic links are followed before the comparison, so that none leads out of a root.
    """
    for root in roots:
        base = os.path.realpath(root)
        try:
            path = os.path.realpath(os.path.join(base, given))
        except ValueError:  # a NUL
            return
        if path == base or path.startswith(base.rstrip(os.sep) + os.sep):
            yield path, path == base


def _refusal(given: str) -> Problem:
    return Problem("path-not-allowed", f"{given} is not below a folder that may be used")
