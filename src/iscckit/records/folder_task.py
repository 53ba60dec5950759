"""Whole folders in a worker process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.files.tree.walk import walk
from iscckit.records.draft_task import error_of, failure_of
from iscckit.records.file_workers import FileWorkers
from iscckit.records.folder import MEDIATYPE, create_folder
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.workers.supervisor import Broken

if TYPE_CHECKING:
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["FolderTask", "create_folder_apart", "make_folder"]

_TASK: Final = "iscckit.records.folder_task:make_folder"


class FolderTask(NamedTuple):
    """A folder that is one content."""

    path: str
    options: Options


def make_folder(task: FolderTask) -> Record:
    """Return the record of a folder."""
    return create_folder(task.path, task.options)


def create_folder_apart(
    path: str, options: Options, quota: Quota | None = None, sandbox: Sandbox = "auto"
) -> Record:
    """Make the record of a folder as ``create_folder`` does, in a worker process.

    Raises:
        IsccError: As ``create_folder``; ExtractionFailed if the process died.
    """
    folder = os.path.realpath(path)
    size = 0
    if os.path.isdir(folder):
        size = sum(os.stat(os.path.join(folder, inner)).st_size for inner in walk(folder))
    with FileWorkers(quota, sandbox) as workers:
        try:
            record: Record = workers.run(
                _TASK, FolderTask(path, options), size, (folder,), reads_as_root=True
            )
        except Broken as broken:
            raise error_of(failure_of(broken), path, MEDIATYPE) from broken
    return record
