"""What a scan has to do: which files it reads, and which have been moved or are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.library.catalog.item import KnownFile, Stat

__all__ = ["Plan", "find_moves", "lost_paths"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Files that a scan compares.

    Attributes:
        found: Status of the files that are there.
        known: Files that the library knows.
        gone: Paths that it knows and that are not there.
        outdated: Paths whose items lack something that this version adds, or were read by rules
            that may have read them otherwise.
        reread: Those of ``outdated`` that were read by older rules.
        verify: Whether every file is read.
        ignore_ctime: See ``ScanOptions``.
    """

    found: dict[str, Stat]
    known: dict[str, KnownFile]
    gone: set[str]
    outdated: set[str]
    reread: set[str]
    verify: bool
    ignore_ctime: bool = False

    def holds_still(self, path: str) -> bool:
        """Tell whether a file is known and its status is that of the last scan."""
        known = self.known.get(path)
        return known is not None and known.state != "failed" and self.is_unchanged(path)

    def is_unchanged(self, path: str) -> bool:
        """Tell whether the status of a file is that of the last scan."""
        known = self.known.get(path)
        if known is None:
            return False
        return known.stat.is_unchanged(self.found.get(path), ignore_ctime=self.ignore_ctime)

    def follow(self, moved: Mapping[str, str]) -> None:
        """Take moves into account: new paths with the old ones that are not gone any more."""
        for path, old in moved.items():
            self.gone.discard(old)
            for paths in (self.outdated, self.reread):
                if old in paths:
                    paths.add(path)

    def must_read(self, path: str) -> bool:
        """Tell whether a file that was found has to be read."""
        return self.verify or path in self.outdated or not self.is_unchanged(path)


def lost_paths(
    known: dict[str, KnownFile],
    found: dict[str, Stat],
    roots: Sequence[str],
    unread: Sequence[str],
) -> list[str]:
    """Return the known files below ``roots`` that are not there, but not of unreadable folders."""

    def below(path: str, folders: Sequence[str]) -> bool:
        return any(path == each or path.startswith(each.rstrip("/") + "/") for each in folders)

    return [
        path
        for path in known
        if path not in found and below(path, roots) and not below(path, unread)
    ]


def find_moves(
    todo: Sequence[str], found: dict[str, Stat], lost: dict[str, KnownFile]
) -> dict[str, str]:
    """Return which new path is which lost one: the same inode, size and time."""
    where = {known.stat.without_ctime(): path for path, known in lost.items()}
    moves: dict[str, str] = {}
    for path in todo:
        old = where.pop(found[path].without_ctime(), None)
        if old is not None:
            moves[path] = old
    return moves
