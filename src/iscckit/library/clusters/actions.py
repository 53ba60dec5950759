"""Acting on copies: what would be done, doing it with a log, and undoing it."""

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

if TYPE_CHECKING:
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.clusters import Cluster

__all__ = ["Action", "Keep", "Step", "apply", "plan", "undo"]

Keep = Literal["largest", "oldest", "newest", "shortest-path"]
Action = Literal["trash", "hardlink"]

_LOGS: Final = "undo"


@dataclass(frozen=True, slots=True)
class Step:
    """One copy that is to go, and the file that is kept instead.

    Attributes:
        path: Of the copy.
        kept: A file of the same bytes.
        datahash: Of both.
        size: In bytes; 0 for further names of a copy that takes them once.
    """

    path: str
    kept: str
    datahash: bytes
    size: int


def plan(
    clusters: Iterable[Cluster], keep: Keep = "oldest", references: Sequence[str] = ()
) -> list[Step]:
    """Return which copies can go. Only files of the very same bytes ever can.

    A file that is known under two paths, by a link of either kind, is no copy of itself.

    Args:
        clusters: As ``library.clusters`` finds them.
        keep: Which of the equal files stays.
        references: Folders whose files are never touched; one of them is kept where there is one.
    """
    folders = [os.path.abspath(each).rstrip("/") + "/" for each in references]
    steps = []
    for cluster in clusters:
        equal: dict[bytes, list[Item]] = {}
        for member in cluster.members:
            equal.setdefault(member.item.datahash or b"", []).append(member.item)
        for datahash, items in equal.items():
            safe = [item for item in items if any(item.path.startswith(f) for f in folders)]
            kept = min(safe or items, key=lambda item: _order(item, keep))
            stay = {item.file_key for item in (kept, *safe)}
            going: set[object] = set()
            for item in items:
                place = item.file_key
                if place not in stay:  # all names of a copy go, and its bytes with the last
                    size = 0 if place in going else item.stat.size
                    going.add(place)
                    steps.append(Step(item.path, kept.path, datahash, size))
    return steps


def _order(item: Item, keep: Keep) -> tuple[int, str]:
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
        library: Its folder, where the log goes.
        steps: As ``plan`` gives them.
        action: ``trash`` moves copies into a folder; ``hardlink`` makes them links to the file
            that is kept, where both are on one file system.
        trash: That folder; made if there is none.

    Yields:
        The path of each copy that is dealt with.

    Raises:
        LibraryError: A file is no longer what it was, or cannot be moved or linked. What was done
            before stays done, and is in the log.
    """
    logs = os.path.join(library, _LOGS)
    try:
        os.makedirs(logs, exist_ok=True)
        name = os.path.join(logs, f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.jsonl")
        with open(name, "a", encoding="utf-8") as log:
            for step in steps:
                if _is_one(step) or not os.path.lexists(step.path):
                    continue  # it has to stay, or went under another name
                _check(step)
                line = {"action": action, "path": _text(step.path), "kept": _text(step.kept)}
                if action == "trash":
                    target = _free(trash, step.path)
                    line["to"] = _text(target)
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
    """Bring back what ``apply`` did, the last step first; yield the paths.

    Raises:
        LibraryError: The log cannot be read, or a file is in the way.
    """
    try:
        with open(log, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        for line in reversed(lines):
            path, kept = _path(line["path"]), _path(line["kept"])
            if line["action"] == "trash":
                target = _path(line["to"])
                if not os.path.exists(target):
                    continue  # it was logged, but not done, or was brought back before
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


def _is_one(step: Step) -> bool:
    """Tell whether the two paths lead to one file, which must not go."""
    try:
        return os.path.samefile(step.path, step.kept)
    except OSError:
        return False  # the check says why


def _check(step: Step) -> None:
    """Refuse where one of the two files is not what the library thinks."""
    for path in (step.kept, step.path):
        try:
            now = hash_path(path).datahash
        except UnreadableFile as error:
            raise LibraryError(str(error)) from error
        if bytes.fromhex(now) != step.datahash:
            raise LibraryError(
                f"{path}: changed since the scan", reason_code="file-changed", path=path
            )


def _free(trash: str, path: str) -> str:
    """Return a name in the trash that is not taken; the file's folders are made below it."""
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


def _text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _path(text: str) -> str:
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))
