"""Which files lie in folders that are never to be touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from iscckit.errors import InvalidInput

__all__ = ["find_protected"]

_Key = tuple[int, int]


def find_protected(
    paths: Iterable[str],
    references: Sequence[str],
    known: Callable[[], Iterable[str]] | None = None,
) -> set[str]:
    """Return those of ``paths`` that lie below one of the folders.

    Folders are compared by what they are: links, mounts of one device and different spellings lead
    to the same answer. A file that is not there any more is told by its path.

    Args:
        paths: Absolute paths of files.
        references: Folders.
        known: Function that returns further paths; a reference that covers one of them is none
            that was mistyped.

    Raises:
        InvalidInput: A reference does not exist, or covers neither one of ``paths`` nor one of
            ``known``: a safety option that protects nothing is a mistake (``reference-empty``).
    """
    if not references:
        return set()
    cover = _Cover(references)
    found = {path for path in paths if cover.holds(path)}
    if cover.find_unused() and known is not None:
        any(cover.holds(path) and not cover.find_unused() for path in known())
    for reference in cover.find_unused():
        raise InvalidInput(
            f"{reference}: no file of the library lies in this folder",
            reason_code="reference-empty",
            folder=reference,
        )
    return found


class _Cover:
    """The files below some folders."""

    def __init__(self, references: Sequence[str]) -> None:
        self._keys = {reference: _folder_key(reference) for reference in references}
        self._real = {
            reference: os.path.realpath(reference).rstrip(os.sep) + os.sep
            for reference in references
        }
        self._ancestors: dict[str, frozenset[_Key]] = {}
        self._used: set[str] = set()

    def holds(self, path: str) -> bool:
        """Tell whether a file lies below one of the folders."""
        above = _ancestors(os.path.dirname(path), self._ancestors)
        real = os.path.realpath(path)
        of = {each for each, key in self._keys.items() if key in above}
        of |= {each for each, folder in self._real.items() if real.startswith(folder)}
        self._used |= of
        return bool(of)

    def find_unused(self) -> list[str]:
        """Return the folders below which no file was found so far."""
        return [reference for reference in self._keys if reference not in self._used]


def _folder_key(folder: str) -> _Key:
    try:
        status = os.stat(os.path.join(folder, ""))  # the separator refuses anything but a folder
    except OSError as error:
        raise InvalidInput(
            f"{folder}: {error.strerror or error}", reason_code="reference-empty", folder=folder
        ) from error
    return status.st_dev, status.st_ino


def _ancestors(folder: str, known: dict[str, frozenset[_Key]]) -> frozenset[_Key]:
    """Return the keys of a folder and of all folders above it, links followed."""
    if folder not in known:
        parent = os.path.dirname(folder)
        above = _ancestors(parent, known) if parent != folder else frozenset()
        if os.path.islink(folder):  # what it leads to lies below other folders
            above |= _ancestors(os.path.realpath(folder), known)
        try:
            status = os.stat(folder)
        except OSError:
            known[folder] = above
        else:
            known[folder] = above | {(status.st_dev, status.st_ino)}
    return known[folder]
