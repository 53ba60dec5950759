"""The progress of work on many files, as counts and a share."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from iscckit.server.jobs.tasks import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.json_types import JsonValue
    from iscckit.library.scan.report import ScanProgress

__all__ = ["Progress"]

_PACE: Final = 0.4  # seconds between two reports


class Progress:
    """Counts what happens to files and tells it, not too often."""

    def __init__(self, report: Callable[[Stage], None]) -> None:
        self._report = report
        self._counts: Counter[str] = Counter()
        self._files = self._todo = 0
        self._share: float | None = None
        self._told = 0.0

    def plan(self, files: int, todo: int) -> None:
        """Take note of how much there is to do."""
        self._files, self._todo = files, todo
        self.tell("reading")

    def follow(self, at: ScanProgress) -> None:
        """Take note of how far a scan is; its share follows the bytes."""
        self._files, self._todo = at.files, at.reads
        self._share = at.done_size / at.size if at.size else None
        if not at.done or time.monotonic() - self._told > _PACE:
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
        share = share if self._share is None else self._share
        counts = (("files", self._files), ("to_read", self._todo), *sorted(self._counts.items()))
        self._report(Stage(stage, share, "", (), counts))

    def result(self) -> dict[str, JsonValue]:
        """Return all numbers."""
        counts: dict[str, JsonValue] = dict(sorted(self._counts.items()))
        return {"files": self._files or self._counts.total(), "counts": counts}
