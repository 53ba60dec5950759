"""What workers do to make a record: everything from the open file to its draft."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, Literal, NamedTuple, TypeVar

from iscckit.errors import ExtractionFailed, IsccError, LimitExceeded
from iscckit.media.content_values import Source
from iscckit.records.file_workers import FileWorkers, models_of
from iscckit.records.options import Options
from iscckit.records.partial_results import Draft
from iscckit.records.run_context import RunContext
from iscckit.workers.limits import Allowance
from iscckit.workers.supervisor import Broken, Why
from iscckit.workers.wire import HandedFile

__all__ = [
    "DraftTask",
    "Failure",
    "Step",
    "draft_of",
    "error_of",
    "failure_of",
    "make_draft",
    "read_file",
    "read_input",
    "read_stream",
    "retry",
]

Value = TypeVar("Value")
Step = Literal["content", "metadata"]

_HAS_LIMITS: Final = sys.platform == "linux"
_MAKE: Final = "iscckit.records.draft_task:make_draft"
_STREAM: Final = "iscckit.records.draft_task:read_stream"


class Failure(NamedTuple):
    """Why a worker process ended during a step, so that the step is left out next time.

    Attributes:
        why: Kind of the end.
        reason: The same in words.
        allowance: Time and memory that the process was allowed.
    """

    why: Why
    reason: str
    allowance: Allowance


class DraftTask(NamedTuple):
    """A file, and what is made of it.

    Attributes:
        file: The file.
        filename: Its name without folders.
        options: Options of the record.
        failures: Steps that are not done again, for a process died of them.
    """

    file: HandedFile
    filename: str
    options: Options
    failures: Mapping[Step, Failure]


def make_draft(task: DraftTask) -> Draft:
    """Return the draft of a file, without its decoded content."""
    draft = draft_of(task)
    return draft._replace(content=draft.content._replace(decoded=None))


def draft_of(task: DraftTask) -> Draft:
    """Return the draft of a file."""
    from iscckit.media.open_file import open_handed_file
    from iscckit.records.draft import read_stream_draft

    with open_handed_file(task.file, limits=task.options.limits) as stream:
        context = RunContext(task.options, partial(_run, task.failures))
        path = task.file.path
        return read_stream_draft(stream, context, filename=task.filename, path=path)


def read_stream(task: DraftTask) -> Draft:
    """Return the draft of a stream that is read once, without its decoded content."""
    from iscckit.records.create import read_unseekable

    assert task.file.descriptor is not None
    with os.fdopen(task.file.descriptor, "rb") as stream:
        draft = read_unseekable(stream, task.options, filename=task.filename)
    return draft._replace(content=draft.content._replace(decoded=None))


def _run(
    failures: Mapping[Step, Failure],
    function: Callable[..., Value],
    source: Source,
    /,
    **arguments: object,
) -> Value:
    """Call a decoder, unless a process died of it before.

    Raises:
        MemoryError: The decoder took more than there is, also where it calls that damage of the
            file: the supervisor names the limit.
    """
    from iscckit.media.metadata.read import find_metadata

    failure = failures.get("metadata" if function is find_metadata else "content")
    if failure is not None:
        raise error_of(failure, source.path, source.mediatype)
    try:
        return function(source, **arguments)
    except ExtractionFailed as error:
        if isinstance(error.__cause__, MemoryError):
            raise error.__cause__ from None
        raise


def error_of(failure: Failure, path: str, mediatype: str) -> IsccError:
    """Return the error that the end of a process means for its file."""
    if failure.why == "timeout":
        seconds = math.ceil(failure.allowance.seconds)
        return LimitExceeded(path, "seconds", seconds, reason_code="time-exceeded")
    if failure.why == "memory":
        most = failure.allowance.memory
        return LimitExceeded(path, "bytes of memory", most, reason_code="memory-exceeded")
    hint = f"; it may hold {failure.allowance.memory >> 20} MiB of memory" if _HAS_LIMITS else ""
    return ExtractionFailed(path, mediatype, f"{failure.reason}{hint}")


def failure_of(broken: Broken) -> Failure:
    """Return a failure as data."""
    return Failure(broken.why, broken.reason, broken.allowance)


def retry(attempt: Callable[[Mapping[Step, Failure]], Value]) -> Value:
    """Return what ``attempt`` makes, with the steps left out of which a process died.

    Nobody knows which step that was: first the content is left out, then only the metadata, then
    both.

    Raises:
        Broken: Something else kills processes.
    """
    steps: Iterator[tuple[Step, ...]] = iter((("content",), ("metadata",), ("content", "metadata")))
    left_out: tuple[Step, ...] = ()
    failure: Failure | None = None
    while True:
        try:
            return attempt({step: failure for step in left_out if failure is not None})
        except Broken as broken:
            failure = failure or failure_of(broken)
            more = next(steps, None)
            if more is None:
                raise
            left_out = more


def read_file(
    workers: FileWorkers, path: str, options: Options, stopped: Callable[[], bool]
) -> Draft:
    """Return the draft of a file, made in a worker process.

    Raises:
        IsccError: As for ``create``.
        StopReading: ``stopped`` said yes.
    """
    filename = os.path.basename(path)

    def attempt(failures: Mapping[Step, Failure]) -> Draft:
        draft: Draft = workers.read(
            _MAKE,
            path,
            lambda file: DraftTask(file, filename, options, failures),
            stopped=stopped,
            readable=models_of(options),
        )
        return draft

    try:
        return retry(attempt)
    except Broken as broken:
        raise error_of(failure_of(broken), path, "a file") from broken


def read_input(workers: FileWorkers, descriptor: int, options: Options, filename: str) -> Draft:
    """Return the draft of a stream, made in a worker process.

    Raises:
        IsccError: As for ``create_stream``; ExtractionFailed if the process died.
    """
    label = filename or "standard input"
    try:
        draft: Draft = workers.read_stream(
            _STREAM,
            descriptor,
            label,
            lambda file: DraftTask(file, filename, options, {}),
            readable=models_of(options),
        )
    except Broken as broken:
        raise error_of(failure_of(broken), label, "a file") from broken
    return draft
