"""What a scan reports: changes of files, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["Change", "ScanProgress"]


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one file.

    Attributes:
        path: Absolute path.
        what: ``new``, ``changed``, ``moved``, ``removed``, ``updated``, ``reread``, ``damaged`` or
            ``failed``. ``updated`` and ``reread``: the same bytes were read by newer rules, with
            another result and with the same. ``damaged`` follows the ``new``, ``changed`` or
            ``updated`` of a file: it is known by its bytes alone.
        detail: Path before a move, or reason of damage or of a failure; empty otherwise.
        reason_code: A row of ``errors.REASONS`` where a front end knows a way out; else empty.
    """

    path: str
    what: str
    detail: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a scan is.

    Attributes:
        files: Number of files that were found.
        reads: Number of those that must be read.
        size: Bytes of those that must be read.
        done: Number of files that were read.
        done_size: Bytes of those that were read.
        path: File that was read last; empty before the first one.
    """

    files: int
    reads: int
    size: int
    done: int = 0
    done_size: int = 0
    path: str = ""

    def after(self, path: str, size: int) -> Self:
        """Return how far the scan is after one more file of ``size`` bytes was read."""
        return replace(self, done=self.done + 1, done_size=self.done_size + size, path=path)
