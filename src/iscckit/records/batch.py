"""Many files at a time: in threads, documents in processes of their own, models in batches."""

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
    """What became of one of many files: a record or an error, never both.

    A file whose content could not be decoded has a record, and its ``failure`` says why.
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

    Decoders and kernels run outside Python's global lock, so threads are enough; but those of
    documents run in processes of their own, as they hold that lock, or end their process where
    memory runs out. A single file is not worth such a process.

    Args:
        paths: Files. An endless iterable is fine; only a few are taken ahead.
        options: The same for all.
        jobs: How many files at a time; by default as many as the machine has processors.
        quota: What a process for documents may use up on one of them.
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
    # Threads end before the processes do that work for them, also where the caller leaves early.
    with (
        Isolation(quota) as isolation,
        closing(in_order(read, names, jobs or jobs_by_default())) as drafts,
    ):
        yield from _finish(drafts, chosen)


def _finish(drafts: Iterator[tuple[str, Draft | IsccError]], options: Options) -> Iterator[Result]:
    """Yield the results, as many files at a time as the device of the models takes."""
    size = 1
    if options.semantic is not None:
        from iscckit.models.runtime import rows  # noqa: PLC0415

        size = rows(options.semantic.device)
    while some := list(islice(drafts, size)):
        whole = [draft for _, draft in some if not isinstance(draft, IsccError)]
        records = iter(finish_records(whole, options))
        for path, draft in some:
            if isinstance(draft, IsccError):
                yield Result(path, error=draft)
            else:
                yield Result(path, record=next(records))
