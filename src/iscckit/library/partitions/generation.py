"""Generations: folders of segments, one of which is valid.

A segment names items by their numbers, which mean something in one catalog only. The list of a
generation therefore has a token that the catalog has as well; each rewriting makes another token.
A generation of another catalog, or of another time of this one, is not used.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from iscckit.errors import LibraryError
from iscckit.files.renames import sync_folder
from iscckit.index.segment import Segment, open_segment
from iscckit.library.catalog.schema import NAME
from iscckit.library.partitions.key import file_stem, parse_file_stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.library.partitions.key import PartitionKey

__all__ = [
    "NO_GENERATION",
    "Generation",
    "file_mode",
    "is_current",
    "make_folder",
    "open_generation",
    "remove_others",
    "segment_path",
    "sort_keys",
    "write_list",
]

_FOLDER: Final = "index"
_LIST: Final = "shelves-3.json"  # another number when the codes of a kind or segments change
_ENDING: Final = ".seg"


@dataclass(frozen=True, slots=True)
class Generation:
    """The newest valid generation.

    Attributes:
        mark: Highest number of an item whose codes the segments hold; -1 without a generation.
        segments: Segments that could be opened.
        lost: Partitions whose segments are missing or damaged.
    """

    mark: int
    segments: dict[PartitionKey, Segment]
    lost: frozenset[PartitionKey]


NO_GENERATION: Final = Generation(-1, {}, frozenset())


def open_generation(folder: str, token: str | None) -> Generation:
    """Open the newest generation of a library that has a list of its segments.

    Args:
        folder: Folder of the library.
        token: Token of the catalog; None for one that an older version wrote last.
    """
    root = os.path.join(folder, _FOLDER)
    try:
        names = [name for name in os.listdir(root) if name.isdecimal()]
    except OSError:
        return NO_GENERATION
    for mark in sorted(map(int, names), reverse=True):
        keys = _read_list(os.path.join(root, str(mark), _LIST), mark, token)
        if keys is None:
            continue  # half written or damaged; the catalog has all of it
        found: dict[PartitionKey, Segment] = {}
        for key in keys:
            try:
                segment = open_segment(segment_path(folder, mark, key))
            except LibraryError:
                continue
            if segment.watermark == mark:
                found[key] = segment
        return Generation(mark, found, frozenset(keys) - found.keys())
    return NO_GENERATION


def is_current(folder: str, mark: int, token: str | None) -> bool:
    """Tell whether a generation is there and belongs to the catalog with this token."""
    return _read_list(os.path.join(folder, _FOLDER, str(mark), _LIST), mark, token) is not None


def _read_list(path: str, mark: int, token: str | None) -> list[PartitionKey] | None:
    """Return the partitions in a list; None if it is missing, damaged, or of another catalog."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        stems = [str(stem) for stem in content["segments"]]
        keys = [parse_file_stem(stem) for stem in stems]
        is_whole = content["checksum"] == _checksum(stems, mark)
        return keys if is_whole and content.get("catalog") == token else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checksum(stems: list[str], mark: int) -> str:
    return blake3("\n".join([str(mark), *stems]).encode()).hexdigest()


def write_list(folder: str, mark: int, keys: Iterable[PartitionKey], token: str) -> None:
    """Write the list of segments, which makes a generation valid: write it last.

    Raises:
        OSError: It cannot be written.
    """
    target = os.path.join(folder, _FOLDER, str(mark))
    path, stems = os.path.join(target, _LIST), [file_stem(key) for key in keys]
    draft = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, file_mode(folder))
    with open(draft, "w", encoding="utf-8") as file:
        content = {"segments": stems, "checksum": _checksum(stems, mark), "catalog": token}
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.new", path)
    sync_folder(target)
    sync_folder(os.path.join(folder, _FOLDER))


def make_folder(folder: str, mark: int) -> None:
    """Make the folder of a generation, with the rights of the catalog.

    A file in place of a folder, and a folder in place of a file, are removed: all that lies here
    is derived.

    Raises:
        OSError: It cannot be made.
    """
    mode = file_mode(folder)
    target = os.path.join(folder, _FOLDER, str(mark))
    for path in (os.path.dirname(target), target):
        if os.path.lexists(path) and not os.path.isdir(path):
            os.unlink(path)
        with suppress(FileExistsError):
            os.mkdir(path, mode | (mode & 0o444) >> 2)
    for entry in list(os.scandir(target)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)


def remove_others(folder: str, mark: int | None) -> None:
    """Remove all generations but one, and whatever else lies in the folder of the index."""
    try:
        entries = list(os.scandir(os.path.join(folder, _FOLDER)))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if mark is not None and entry.name == str(mark):
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with suppress(OSError):
                os.unlink(entry.path)


def file_mode(folder: str) -> int:
    """Return the permissions of new files of the index: those of the catalog."""
    try:
        return os.stat(os.path.join(folder, NAME)).st_mode & 0o666
    except OSError:
        return 0o600


def segment_path(folder: str, mark: int, key: PartitionKey) -> str:
    """Return the path of the segment of a partition."""
    return os.path.join(folder, _FOLDER, str(mark), f"{file_stem(key)}{_ENDING}")


def sort_keys(keys: Iterable[PartitionKey]) -> list[PartitionKey]:
    """Return partitions in the order of their names on disk."""
    return sorted(keys, key=file_stem)
