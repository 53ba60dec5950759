"""Conditions on the items that a search returns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.library.catalog.item import Item

__all__ = ["Filter"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a match meets.

    Attributes:
        mode: ``text``, ``image``, ``audio`` or ``video``; None for all.
        folder: Folder below which the file lies; None for all.
        since: Earliest time of the last change, in seconds since 1970; None for all.
        until: Latest time of the last change, in seconds since 1970; None for all.
    """

    mode: str | None = None
    folder: str | None = None
    since: float | None = None
    until: float | None = None

    def accepts(self, item: Item) -> bool:
        """Tell whether ``item`` meets all conditions."""
        if self.mode is not None and item.mode != self.mode:
            return False
        if self.folder is not None:
            folder = os.path.abspath(self.folder)
            if not item.path.startswith(folder.rstrip("/") + "/"):
                return False
        changed = item.stat.mtime / 1e9
        return (self.since is None or changed >= self.since) and (
            self.until is None or changed <= self.until
        )
