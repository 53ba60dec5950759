"""What workers do with one file. Each function runs in a process of its own, with limits.

Arguments and results cross the border of processes, so they are plain values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.options import Options
    from iscckit.record import Record

__all__ = ["RecordTask", "make_record", "make_thumbnail"]

RecordTask = tuple[str, str, "Options"]


def make_record(task: RecordTask) -> Record:
    """Return the record of a file under the name that its sender gave it."""
    from iscckit.pipeline import create_stream  # noqa: PLC0415

    path, filename, options = task
    with open(path, "rb") as file:
        return create_stream(file, options, filename=filename)


def make_thumbnail(task: tuple[str, int]) -> bytes:
    """Return a small picture of a file as WebP."""
    from iscckit.pipeline import pictured  # noqa: PLC0415

    path, side = task
    return pictured(path, side)
