"""Records of many files: decoded in worker processes, models in batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from iscckit.errors import IsccError
from iscckit.records.draft_task import read_file, read_input
from iscckit.records.file_workers import FileWorkers
from iscckit.records.finish import finish_records
from iscckit.records.options import Options
from iscckit.workers.threads import in_order, jobs_by_default

if TYPE_CHECKING:
    from iscckit.records.partial_results import Draft
    from iscckit.records.record import Record
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["Result", "create_apart", "create_from_input", "create_many"]


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one of many files: a record or an error, never both.

    A file whose content could not be decoded has a record with the reason in ``failure``.
    """

    path: str
    record: Record | None = None
    error: IsccError | None = None


def create_many(
    paths: Iterable[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    jobs: int | None = None,
    quota: Quota | None = None,
    sandbox: Sandbox = "auto",
) -> Iterator[Result]:
    """Make the records of many files in parallel and yield them in the order of ``paths``.

    Files are read and decoded in worker processes; a process that dies costs the content of one
    file. Only models run in this process.

    Args:
        paths: Paths of files. The iterable may be endless; only a few paths are taken ahead.
        options: Options for all files.
        jobs: Number of files at a time; by default the number of processors.
        quota: Limits of one file; a limit that is None in it grows with the file.
        sandbox: Whether worker processes give up their rights: where the system can (``auto``),
            or it must (``require``), or not (``off``).

    Raises:
        InvalidInput: A sandbox is required, and the system has none.
    """
    chosen = options or Options()
    count = jobs or jobs_by_default()
    threads = count > 1 or chosen.semantic is not None  # libraries for models start some
    workers = FileWorkers(quota, sandbox, threads=threads)

    def read(path: str, stopped: Callable[[], bool]) -> tuple[str, Draft | IsccError]:
        try:
            return path, read_file(workers, path, chosen, stopped)
        except IsccError as error:
            return path, error

    names = (os.fspath(path) for path in paths)
    # Threads end before the processes that work for them, also if the caller leaves early.
    with workers, closing(in_order(read, names, count)) as drafts:
        yield from _finish_in_batches(drafts, chosen)


def create_apart(
    path: str, options: Options, quota: Quota | None = None, sandbox: Sandbox = "auto"
) -> Record:
    """Make the record of a file as ``create`` does, in a worker process.

    Args:
        path: The file.
        options: As for ``create``.
        quota: As for ``create_many``.
        sandbox: As for ``create_many``.

    Raises:
        IsccError: As for ``create``.
    """
    [result] = create_many([path], options, jobs=1, quota=quota, sandbox=sandbox)
    if result.record is None:
        assert result.error is not None
        raise result.error
    return result.record


def create_from_input(
    descriptor: int,
    options: Options,
    filename: str,
    quota: Quota | None = None,
    sandbox: Sandbox = "auto",
) -> Record:
    """Make the record of an open stream in a worker process, as ``create_stream`` does here.

    Args:
        descriptor: The stream, such as standard input; read to its end and left open.
        options: As for ``create_stream``.
        filename: As for ``create_stream``.
        quota: As for ``create_many``.
        sandbox: As for ``create_many``.

    Raises:
        IsccError: As ``create_stream``; ExtractionFailed if its process died.
    """
    with FileWorkers(quota, sandbox) as workers:
        draft = read_input(workers, descriptor, options, os.path.basename(filename))
    return finish_records([draft], options)[0]


def _finish_in_batches(
    drafts: Iterator[tuple[str, Draft | IsccError]], options: Options
) -> Iterator[Result]:
    """Yield the results; a model gets as many files at a time as its device takes."""
    size = 1
    if options.semantic is not None:
        from iscckit.models.runtime import batch_size

        size = batch_size(options.semantic.device)
    while some := list(islice(drafts, size)):
        whole = [draft for _, draft in some if not isinstance(draft, IsccError)]
        records = iter(finish_records(whole, options))
        for path, draft in some:
            if isinstance(draft, IsccError):
                yield Result(path, error=draft)
            else:
                yield Result(path, record=next(records))
