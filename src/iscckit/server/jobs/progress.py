"""Work on many files: which ones it may be about, and how far it is."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from iscckit.server.http.problems import Problem
from iscckit.server.jobs.tasks import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from iscckit.json_types import JsonValue

__all__ = ["Progress", "folder_below"]

_PACE: Final = 0.4  # seconds between two reports


class Progress:
    """Counts what happens to files and tells it, not too often."""

    def __init__(self, report: Callable[[Stage], None]) -> None:
        self._report = report
        self._counts: Counter[str] = Counter()
        self._files = self._todo = 0
        self._told = 0.0

    def plan(self, files: int, todo: int) -> None:
        """Take note of how much there is to do."""
        self._files, self._todo = files, todo
        self.tell("reading")

    def count(self, what: str) -> None:
        """Take note of one file."""
        self._counts[what] += 1
        if time.monotonic() - self._told > _PACE:
            self.tell("reading")

    def tell(self, stage: str) -> None:
        """Tell how far it is."""
        self._told = time.monotonic()
        share = min(1.0, self._counts.total() / self._todo) if self._todo else 0.0
        counts = (("files", self._files), ("to_read", self._todo), *sorted(self._counts.items()))
        self._report(Stage(stage, share, "", (), counts))

    def result(self) -> dict[str, JsonValue]:
        """Return all numbers."""
        counts: dict[str, JsonValue] = dict(sorted(self._counts.items()))
        return {"files": self._files or self._counts.total(), "counts": counts}


def folder_below(given: str, roots: Iterable[str]) -> str:
    """Return the real path of a root, or of a folder or file below one.

    Raises:
        Problem: It is elsewhere, or not there.
    """
    for root in roots:
        base = os.path.realpath(root)
        try:
            path = os.path.realpath(os.path.join(base, given))
        except ValueError:  # a NUL
            break
        is_below = path == base or path.startswith(base.rstrip(os.sep) + os.sep)
        if is_below and os.path.exists(path):
            return path
    raise Problem("path-not-allowed", f"{given} is not below a folder that may be used")
