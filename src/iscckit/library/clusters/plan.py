"""The plan for the removal of copies: which of equal files go, and which one stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from iscckit.library.clusters.protected_folders import find_protected
from iscckit.records.safe_text import readable

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Item
    from iscckit.library.clusters.clusters import Cluster

__all__ = ["Action", "Keep", "Step", "plan"]

Keep = Literal["largest", "oldest", "newest", "shortest-path"]
Action = Literal["trash", "hardlink"]


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
    clusters: Iterable[Cluster],
    keep: Keep = "oldest",
    references: Sequence[str] = (),
    known: Callable[[], Iterable[str]] | None = None,
) -> list[Step]:
    """Return the copies that can be removed. Only files of the same bytes can be.

    A file that has two paths, by a link of either kind, is not a copy of itself.

    Args:
        clusters: Clusters of a library.
        keep: Rule that says which of the equal files stays.
        references: Folders whose files are never touched. If one of the equal files lies in such a
            folder, it stays.
        known: Function that returns the paths of all files of the library, by which is told
            whether a reference covers any; by default those of the clusters.

    Raises:
        InvalidInput: A reference does not exist or covers no file (``reference-empty``).
    """
    clusters = list(clusters)
    paths = [member.item.path for cluster in clusters for member in cluster.members]
    safe_paths = find_protected(paths, references, known)
    steps = []
    for cluster in clusters:
        equal: dict[bytes, list[Item]] = {}
        for member in cluster.members:
            equal.setdefault(member.item.datahash or b"", []).append(member.item)
        for datahash, items in equal.items():
            safe = [item for item in items if item.path in safe_paths]
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
