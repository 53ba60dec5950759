"""TREEWALK: the files of a folder in an order that is the same on every system.

Source:
    IEP-0017 (draft); byte-compatible with iscc-sum 0.1.0.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from unicodedata import normalize

from iscckit.errors import UnreadableFile
from iscckit.files.tree.ignore import Rules, parse

__all__ = ["IGNORE_FILE", "Stopped", "walk"]

IGNORE_FILE: Final = ".isccignore"
_RECORD_SUFFIX: Final = ".iscc.json"  # records beside files are not content
_DEPTH: Final = 256  # nested folders; the draft suggests this limit
_IGNORE_BYTES: Final = 1 << 20  # of one ignore file
_PATTERNS: Final = 4096  # that apply to one folder: each is tried on each path below it


Refused = Callable[[UnreadableFile], object]
Stopped = Callable[[], bool]


def walk(
    root: str | os.PathLike[str],
    *,
    refused: Refused | None = None,
    stopped: Stopped = lambda: False,
) -> Iterator[str]:
    """Yield the files below ``root`` in TREEWALK-ISCC order.

    Each folder yields its ignore files (``.*ignore``), then its other files, then its folders,
    each group sorted by the UTF-8 bytes of the names in NFC. The walk skips symbolic links,
    devices and other special files, paths that ``.isccignore`` files exclude, and
    ``*.iscc.json``.

    Args:
        root: The folder to walk.
        refused: A function that receives the error of each unreadable folder; the walk then
            continues with the next folder. Without it the error is raised.
        stopped: Asked before each name; once it says yes, the walk ends. A caller that gives it
            asks again after the walk, for the paths are then incomplete.

    Returns:
        Paths relative to ``root``, with ``/`` between names on every system.

    Raises:
        UnreadableFile: A folder or an ignore file cannot be read, folders are nested deeper than
            256, an ignore file is longer than 1 MiB, or more than 4096 patterns apply to a folder;
            and ``refused`` is not given.
    """
    yield from _walk(os.fspath(root), "", Rules(), 0, _Caller(refused, stopped))


class _Caller(NamedTuple):
    refused: Refused | None
    stopped: Stopped


def _walk(root: str, folder: str, rules: Rules, depth: int, caller: _Caller) -> Iterator[str]:
    try:
        entries, rules = _open_folder(root, folder, rules, depth)
    except UnreadableFile as error:
        if caller.refused is None:
            raise
        caller.refused(error)
        return
    files = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    folders = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    for name in sorted(files, key=lambda name: not _is_ignore_file(name)):
        if caller.stopped():
            return
        if not name.endswith(_RECORD_SUFFIX) and not rules.ignore(folder + name):
            yield folder + name
    for name in folders:
        if caller.stopped():
            return
        # Patterns of an inner ignore file are also matched against the path from the root, as
        # in the reference implementation of the draft.
        if not rules.ignore(folder + name):
            yield from _walk(root, f"{folder}{name}/", rules, depth + 1, caller)


def _open_folder(
    root: str, folder: str, rules: Rules, depth: int
) -> tuple[list[os.DirEntry[str]], Rules]:
    """Return the entries of a folder, and ``rules`` with those of its ignore file."""
    if depth > _DEPTH:
        raise UnreadableFile(f"{root}/{folder}", f"folders nested deeper than {_DEPTH}")
    entries = _entries(root, folder)
    if any(entry.name == IGNORE_FILE and entry.is_file() for entry in entries):
        rules = _add_rules(rules, f"{root}/{folder}{IGNORE_FILE}")
    return entries, rules


def _entries(root: str, folder: str) -> list[os.DirEntry[str]]:
    path = f"{root}/{folder}"
    try:
        with os.scandir(path) as found:
            return sorted((entry for entry in found if not entry.is_symlink()), key=_order)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error


def _order(entry: os.DirEntry[str]) -> tuple[bytes, bytes]:
    return os.fsencode(normalize("NFC", entry.name)), os.fsencode(entry.name)


def _is_ignore_file(name: str) -> bool:
    return name.startswith(".") and name.endswith("ignore")


def _add_rules(rules: Rules, path: str) -> Rules:
    """Return ``rules`` followed by those of the ignore file ``path``."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read(_IGNORE_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    if len(text) > _IGNORE_BYTES:
        raise UnreadableFile(path, f"an ignore file longer than {_IGNORE_BYTES} characters")
    rules = rules + parse(text.split("\n"))
    if len(rules.patterns) > _PATTERNS:
        raise UnreadableFile(path, f"more than {_PATTERNS} patterns apply to this folder")
    return rules
