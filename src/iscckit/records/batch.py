"""Records of many files: in threads, documents in worker processes, models in batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from iscckit.errors import IsccError
from iscckit.media.isolation.pool import Isolation, run_here
from iscckit.records.context import RunContext
from iscckit.records.draft import read_draft
from iscckit.records.finish import finish_records
from iscckit.records.options import Options
from iscckit.workers.threads import in_order, jobs_by_default

if TYPE_CHECKING:
    from iscckit.records.draft import Draft
    from iscckit.records.record import Record
    from iscckit.workers.pool import Quota

__all__ = ["Result", "create_many"]


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
) -> Iterator[Result]:
    """Make the records of many files in parallel and yield them in the order of ``paths``.

    Decoders and kernels run outside Python's global lock, so threads suffice. Decoders of
    documents run in worker processes, because they hold that lock, or end their process when
    memory runs out. A single file is decoded in this process: a worker would cost more time.

    Args:
        paths: Paths of files. The iterable may be endless; only a few paths are taken ahead.
        options: Options for all files.
        jobs: Number of files at a time; by default the number of processors.
        quota: Limits of a worker process for one document.
    """
    chosen = options or Options()
    alone = isinstance(paths, Sized) and len(paths) < 2

    def read(path: str, stopped: Callable[[], bool]) -> tuple[str, Draft | IsccError]:
        run = run_here if alone else partial(isolation.run, stopped)
        try:
            return path, read_draft(path, RunContext(chosen, run, stopped))
        except IsccError as error:
            return path, error

    names = (os.fspath(path) for path in paths)
    # Threads end before the processes that work for them, also if the caller leaves early.
    with (
        Isolation(quota) as isolation,
        closing(in_order(read, names, jobs or jobs_by_default())) as drafts,
    ):
        yield from _finish_in_batches(drafts, chosen)


def _finish_in_batches(
    drafts: Iterator[tuple[str, Draft | IsccError]], options: Options
) -> Iterator[Result]:
    """Yield the results; a model gets as many files at a time as its device takes."""
    size = 1
    if options.semantic is not None:
        from iscckit.models.runtime import batch_size  # noqa: PLC0415

        size = batch_size(options.semantic.device)
    while some := list(islice(drafts, size)):
        whole = [draft for _, draft in some if not isinstance(draft, IsccError)]
        records = iter(finish_records(whole, options))
        for path, draft in some:
            if isinstance(draft, IsccError):
                yield Result(path, error=draft)
            else:
                yield Result(path, record=next(records))
