"""Generations: folders of segments, one of which is valid."""

from __future__ import annotations

import json
import os
import shutil
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


def open_generation(folder: str) -> Generation:
    """Open the newest generation of a library that has a list of its segments."""
    root = os.path.join(folder, _FOLDER)
    try:
        names = [name for name in os.listdir(root) if name.isdecimal()]
    except OSError:
        return NO_GENERATION
    for mark in sorted(map(int, names), reverse=True):
        keys = _read_list(os.path.join(root, str(mark), _LIST), mark)
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


def _read_list(path: str, mark: int) -> list[PartitionKey] | None:
    """Return the partitions in a list of segments; None if it is missing or damaged."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        stems = [str(stem) for stem in content["segments"]]
        keys = [parse_file_stem(stem) for stem in stems]
        return keys if content["checksum"] == _checksum(stems, mark) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _checksum(stems: list[str], mark: int) -> str:
    return blake3("\n".join([str(mark), *stems]).encode()).hexdigest()


def write_list(folder: str, mark: int, keys: Iterable[PartitionKey]) -> None:
    """Write the list of segments, which makes a generation valid: write it last.

    Raises:
        OSError: It cannot be written.
    """
    target = os.path.join(folder, _FOLDER, str(mark))
    path, stems = os.path.join(target, _LIST), [file_stem(key) for key in keys]
    draft = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, file_mode(folder))
    with open(draft, "w", encoding="utf-8") as file:
        json.dump({"segments": stems, "checksum": _checksum(stems, mark)}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.new", path)
    sync_folder(target)
    sync_folder(os.path.join(folder, _FOLDER))


def make_folder(folder: str, mark: int) -> None:
    """Make the folder of a generation, with the rights of the catalog.

    Raises:
        OSError: It cannot be made.
    """
    mode = file_mode(folder)
    for path in (os.path.join(folder, _FOLDER), os.path.join(folder, _FOLDER, str(mark))):
        try:
            os.mkdir(path, mode | (mode & 0o444) >> 2)
        except FileExistsError:
            continue


def remove_others(folder: str, mark: int) -> None:
    """Remove all generations but one, and whatever else lies in the folder of the index."""
    root = os.path.join(folder, _FOLDER)
    for entry in os.listdir(root):
        if entry != str(mark):
            shutil.rmtree(os.path.join(root, entry), ignore_errors=True)


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
