"""A look at a file in a worker process: its metadata, or a picture of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iscckit.media.content_values import Limits
from iscckit.media.formats.table import UNKNOWN, guess_type
from iscckit.media.metadata.precedence import FileMetadata
from iscckit.media.metadata.read import find_metadata
from iscckit.media.open_file import open_handed_file
from iscckit.records.draft_task import error_of, failure_of
from iscckit.records.file_workers import FileWorkers
from iscckit.records.probe import source_of
from iscckit.workers.supervisor import Broken
from iscckit.workers.wire import HandedFile

if TYPE_CHECKING:
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = [
    "PictureTask",
    "describe_apart",
    "detect_apart",
    "detect_type",
    "make_picture",
    "picture_apart",
    "read_all_signals",
    "read_metadata",
]

_METADATA: Final = "iscckit.records.probe_task:read_metadata"
_SIGNALS: Final = "iscckit.records.probe_task:read_all_signals"
_TYPE: Final = "iscckit.records.probe_task:detect_type"
_PICTURE: Final = "iscckit.records.probe_task:make_picture"


class PictureTask(NamedTuple):
    """A file and the longer side of its picture in pixels."""

    file: HandedFile
    side: int


def read_metadata(file: HandedFile) -> FileMetadata:
    """Return what a file says about itself."""
    with open_handed_file(file) as stream:
        return find_metadata(source_of(stream, file.path), limits=Limits())


def read_all_signals(file: HandedFile) -> FileMetadata:
    """Return what a file says about itself, with the signals of its manifest of C2PA."""
    from iscckit.media.metadata.c2pa_store import find_c2pa_signals  # rarely needed

    with open_handed_file(file) as stream:
        source = source_of(stream, file.path)
        found = find_metadata(source, limits=Limits())
        signals, damage = find_c2pa_signals(source)
    more = (*found.signals, *signals)
    return replace(found, signals=more, damage=(*found.damage, *damage))


def detect_type(file: HandedFile) -> str:
    """Return the media type of a file."""
    with open_handed_file(file) as stream:
        return source_of(stream, file.path).mediatype


def make_picture(task: PictureTask) -> bytes:
    """Return a small picture of a file."""
    from iscckit.media.readers.thumbnail import make_thumbnail

    with open_handed_file(task.file) as stream:
        return make_thumbnail(source_of(stream, task.file.path), side=task.side)


def describe_apart(
    path: str, quota: Quota | None = None, sandbox: Sandbox = "auto", *, manifest: bool = False
) -> FileMetadata:
    """Return what ``probe.find_file_metadata`` does, found in a worker process.

    Args:
        path: The file.
        quota: What it may use up.
        sandbox: Whether the worker gives up its rights.
        manifest: Whether the signals of its manifest of C2PA are read, too.

    Raises:
        IsccError: As ``find_file_metadata``; ExtractionFailed or LimitExceeded if the process died.
    """
    found: FileMetadata = _read(
        _SIGNALS if manifest else _METADATA, path, lambda file: file, quota, sandbox
    )
    return found


def detect_apart(path: str, quota: Quota | None = None, sandbox: Sandbox = "auto") -> str:
    """Return the media type of a file, found in a worker process.

    Raises:
        UnreadableFile: As for ``create``.
    """
    found: str = _read(_TYPE, path, lambda file: file, quota, sandbox)
    return found


def picture_apart(
    path: str, side: int, quota: Quota | None = None, sandbox: Sandbox = "auto"
) -> bytes:
    """Return what ``probe.make_thumbnail`` does, made in a worker process.

    Raises:
        IsccError: As ``make_thumbnail``; ExtractionFailed or LimitExceeded if the process died.
    """
    found: bytes = _read(_PICTURE, path, lambda file: PictureTask(file, side), quota, sandbox)
    return found


def _read(
    name: str,
    path: str,
    argument: Callable[[HandedFile], object],
    quota: Quota | None,
    sandbox: Sandbox,
) -> Any:  # noqa: ANN401 (whatever the task returns)
    with FileWorkers(quota, sandbox) as workers:
        try:
            return workers.read(name, path, argument)
        except Broken as broken:
            raise error_of(failure_of(broken), path, guess_type(path) or UNKNOWN) from broken
