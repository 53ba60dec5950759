"""Writing metadata into files in a worker process."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.media.formats.table import UNKNOWN, guess_type
from iscckit.media.metadata.fields import Metadata
from iscckit.media.open_file import open_for_worker
from iscckit.records.draft_task import error_of, failure_of
from iscckit.records.embed import refuse_nothing, write_checked
from iscckit.records.file_workers import FileWorkers
from iscckit.records.record import Record
from iscckit.records.replacement import Replacement
from iscckit.workers.supervisor import Broken

if TYPE_CHECKING:
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["EmbedTask", "embed_apart", "make_copy"]

_TASK: Final = "iscckit.records.embed_task:make_copy"


class EmbedTask(NamedTuple):
    """What ``write_checked`` gets.

    Attributes:
        path: The file.
        draft: Where its copy goes.
        changes: What is written.
        reseed: As for ``embed``.
        with_iscc: As for ``embed``.
    """

    path: str
    draft: str
    changes: Metadata
    reseed: bool
    with_iscc: bool


def make_copy(task: EmbedTask) -> Record:
    """Write the copy, and return its record."""
    return write_checked(
        task.path,
        Path(task.draft),
        task.changes,
        reseed=task.reseed,
        with_iscc=task.with_iscc,
    )


def embed_apart(
    path: str,
    changes: Metadata,
    *,
    out: str | None = None,
    reseed: bool = False,
    with_iscc: bool = False,
    cut_links: bool = False,
    quota: Quota | None = None,
    sandbox: Sandbox = "auto",
) -> Record:
    """Write metadata as ``embed`` does, in a worker process.

    The worker reads the file, and writes into a folder that is made for it beside the target;
    this process puts the result in its place.

    Args:
        path: As for ``embed``.
        changes: As for ``embed``.
        out: As for ``embed``.
        reseed: As for ``embed``.
        with_iscc: As for ``embed``.
        cut_links: As for ``embed``.
        quota: What the file may use up; what is None in it grows with the file.
        sandbox: Whether the worker gives up its rights.

    Raises:
        IsccError: As ``embed``; ExtractionFailed or LimitExceeded if the process died.
    """
    refuse_nothing(changes, with_iscc=with_iscc)
    with (
        open_for_worker(path),
        Replacement(path, out, cut_links=cut_links) as replacement,
        FileWorkers(quota, sandbox) as workers,
    ):
        source = _make_readable(path, replacement.folder)
        task = EmbedTask(source, str(replacement.draft), changes, reseed, with_iscc)
        size = os.stat(path).st_size
        reads, writes = (os.path.realpath(source),), (replacement.folder,)
        try:
            record: Record = workers.run(_TASK, task, size, reads, writes)
        except Broken as broken:
            raise error_of(failure_of(broken), path, guess_type(path) or UNKNOWN) from broken
        replacement.finish()
    target = replacement.target
    return replace(record, path=os.fspath(target), filename=target.name)


def _make_readable(path: str, folder: str) -> str:
    """Return a path by which a worker can read the file.

    A worker of root has not the rights of root: a file that its owner alone may read is copied.
    """
    status = os.stat(path)
    if os.name == "nt" or os.geteuid() or not status.st_uid or status.st_mode & stat.S_IROTH:
        return path
    copy = os.path.join(folder, "source", os.path.basename(path))
    os.mkdir(os.path.dirname(copy), 0o700)
    shutil.copyfile(path, copy)
    return copy
