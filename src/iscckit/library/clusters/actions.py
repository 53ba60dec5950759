"""Removal of copies: a plan, its execution with a log, and undo."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.errors import LibraryError, UnreadableFile
from iscckit.records.checksums import hash_path
from iscckit.records.paths import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.clusters import Cluster

__all__ = ["Action", "Keep", "Step", "apply", "plan", "undo"]

Keep = Literal["largest", "oldest", "newest", "shortest-path"]
Action = Literal["trash", "hardlink"]

_LOGS: Final = "undo"


@dataclass(frozen=True, slots=True)
class Step:
    """One copy to remove, and the file that stays instead.

    Attributes:
        path: Path of the copy.
        kept: Path of a file of the same bytes that stays.
        datahash: Datahash of both files.
        size: Bytes that the removal frees; 0 for further names of a copy that is counted once.
    """

    path: str
    kept: str
    datahash: bytes
    size: int

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the step in JSON types."""
        return {"path": readable(self.path), "kept": readable(self.kept), "size": self.size}


def plan(
    clusters: Iterable[Cluster], keep: Keep = "oldest", references: Sequence[str] = ()
) -> list[Step]:
    """Return the copies that can be removed. Only files of the same bytes can be.

    A file that has two paths, by a link of either kind, is not a copy of itself.

    Args:
        clusters: Clusters of a library.
        keep: Rule that says which of the equal files stays.
        references: Folders whose files are never touched. If one of the equal files lies in such a
            folder, it stays.
    """
    folders = [os.path.abspath(each).rstrip("/") + "/" for each in references]
    steps = []
    for cluster in clusters:
        equal: dict[bytes, list[Item]] = {}
        for member in cluster.members:
            equal.setdefault(member.item.datahash or b"", []).append(member.item)
        for datahash, items in equal.items():
            safe = [item for item in items if any(item.path.startswith(f) for f in folders)]
            kept = min(safe or items, key=lambda item: _sort_key(item, keep))
            stay = {item.file_key for item in (kept, *safe)}
            going: set[object] = set()
            for item in items:
                key = item.file_key
                if key not in stay:  # all names of a copy go; the last one frees its bytes
                    size = 0 if key in going else item.stat.size
                    going.add(key)
                    steps.append(Step(item.path, kept.path, datahash, size))
    return steps


def _sort_key(item: Item, keep: Keep) -> tuple[int, str]:
    value = {
        "largest": -item.stat.size,
        "oldest": item.stat.mtime,
        "newest": -item.stat.mtime,
        "shortest-path": len(item.path),
    }[keep]
    return value, item.path


def apply(library: str, steps: Iterable[Step], action: Action, trash: str = "") -> Iterator[str]:
    """Carry out steps, each after both files were read again, and log how to undo them.

    Args:
        library: Folder of the library, which gets the log.
        steps: Steps of a plan.
        action: ``trash`` moves copies into a folder; ``hardlink`` replaces them by links to the
            file that stays, which must lie on the same file system.
        trash: Folder for the copies; created if it does not exist.

    Yields:
        The path of each copy that was moved or linked.

    Raises:
        LibraryError: A file changed since the scan, or cannot be moved or linked. Earlier steps
            stay done and are in the log.
    """
    logs = os.path.join(library, _LOGS)
    try:
        os.makedirs(logs, exist_ok=True)
        name = os.path.join(logs, f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.jsonl")
        with open(name, "a", encoding="utf-8") as log:
            for step in steps:
                if _same_file(step) or not os.path.lexists(step.path):
                    continue  # the file that stays, or a copy that is gone already
                _check(step)
                line = {"action": action, "path": _encode(step.path), "kept": _encode(step.kept)}
                if action == "trash":
                    target = _unused_path(trash, step.path)
                    line["to"] = _encode(target)
                print(json.dumps(line), file=log, flush=True)
                os.fsync(log.fileno())
                if action == "trash":
                    shutil.move(step.path, target)
                else:
                    _link(step)
                yield step.path
    except OSError as error:
        raise LibraryError(f"{error.filename or library}: {error.strerror or error}") from error


def undo(log: str) -> Iterator[str]:
    """Undo what ``apply`` did, the last step first.

    Args:
        log: Path of the log.

    Yields:
        The path of each copy that is back.

    Raises:
        LibraryError: The log cannot be read, or another file has the path of a copy.
    """
    try:
        with open(log, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        for line in reversed(lines):
            path, kept = _decode(line["path"]), _decode(line["kept"])
            if line["action"] == "trash":
                target = _decode(line["to"])
                if not os.path.exists(target):
                    continue  # logged but never done, or undone before
                if os.path.lexists(path):
                    raise LibraryError(f"{path}: there is a file again; move it away first")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                shutil.move(target, path)
            elif os.path.exists(path) and os.path.samefile(path, kept):
                shutil.copy2(kept, f"{path}.iscc-undo")
                os.replace(f"{path}.iscc-undo", path)
            else:
                continue
            yield path
    except (OSError, ValueError, KeyError) as error:
        raise LibraryError(f"{log}: {error}") from error


def _same_file(step: Step) -> bool:
    """Tell whether both paths lead to one file, which must not be removed."""
    try:
        return os.path.samefile(step.path, step.kept)
    except OSError:
        return False  # ``_check`` raises the reason


def _check(step: Step) -> None:
    """Raise an error if one of the two files has other bytes than the library knows."""
    for path in (step.kept, step.path):
        try:
            now = hash_path(path).datahash
        except UnreadableFile as error:
            raise LibraryError(str(error)) from error
        if bytes.fromhex(now) != step.datahash:
            raise LibraryError(
                f"{path}: changed since the scan", reason_code="file-changed", path=path
            )


def _unused_path(trash: str, path: str) -> str:
    """Return an unused path in the trash, and create its folders."""
    target = os.path.join(os.path.abspath(trash), os.path.splitdrive(path)[1].lstrip("/\\"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    number, name = 0, target
    while os.path.lexists(name):
        number += 1
        name = f"{target}.{number}"
    return name


def _link(step: Step) -> None:
    temporary = f"{step.path}.iscc-link"
    os.link(step.kept, temporary)
    try:
        os.replace(temporary, step.path)
    except OSError:
        os.unlink(temporary)
        raise


def _encode(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _decode(text: str) -> str:
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))
