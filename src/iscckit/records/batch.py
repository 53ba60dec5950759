"""Many files at a time: in threads, documents in processes of their own, models in batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from iscckit.errors import IsccError
from iscckit.media.isolation.pool import Isolation, run_here
from iscckit.media.source import StopReading
from iscckit.records.create import Made, made, settled
from iscckit.records.options import Options
from iscckit.workers.threads import in_order, jobs_by_default

if TYPE_CHECKING:
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

    def one(path: str, stopped: Callable[[], bool]) -> tuple[Result, Made | None]:
        try:
            run = run_here if alone else partial(isolation.run, stopped)
            whole = made(path, chosen, stopped, run=run)
            return Result(path, record=whole.record), whole
        except StopReading:
            return Result(path), None
        except IsccError as error:
            return Result(path, error=error), None

    names = (os.fspath(path) for path in paths)
    # Threads end before the processes do that work for them, also where the caller leaves early.
    with (
        Isolation(quota) as isolation,
        closing(in_order(one, names, jobs or jobs_by_default())) as results,
    ):
        if chosen.semantic is None:
            yield from (result for result, _ in results)
        else:
            yield from _with_meaning(results, chosen)


def _with_meaning(
    results: Iterator[tuple[Result, Made | None]], options: Options
) -> Iterator[Result]:
    """Yield the results with the codes of models, as many files at a time as the device likes."""
    from iscckit.models.runtime import batch_size  # noqa: PLC0415

    assert options.semantic is not None
    while some := list(islice(results, batch_size(options.semantic.device))):
        records = iter(settled([whole for _, whole in some if whole is not None], options))
        for result, whole in some:
            yield result if whole is None else replace(result, record=next(records))
