"""Reading many files for a library: decoded in worker processes, models in this one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

from iscckit.library.scan.run_tasks import Outcome, run_tasks
from iscckit.library.scan.task import FileRead, ReadTask, Scanned, make_entry
from iscckit.records.file_workers import FileWorkers, models_of
from iscckit.records.finish import finish_records

if TYPE_CHECKING:
    from iscckit.records.options import Options
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["read_files"]

_READ: Final = "iscckit.library.scan.task:read_file"


def read_files(
    paths: Sequence[str],
    options: Options,
    *,
    jobs: int,
    quota: Quota,
    sandbox: Sandbox,
    stopped: Callable[[], bool],
    manifests: bool = False,
) -> Generator[Outcome[Scanned]]:
    """Yield what becomes of each file, the first one that is done first.

    Args:
        paths: Best the long ones first.
        options: Options of the records.
        jobs: Files at a time.
        quota: What one file may use up.
        sandbox: Whether worker processes give up their rights.
        stopped: Asked now and then; once it says so, what is at work is killed, and that is all.
        manifests: Whether manifest stores are read.
    """
    with FileWorkers(quota, sandbox, threads=True) as workers:
        read: Generator[Outcome[FileRead]] = run_tasks(
            workers,
            _READ,
            paths,
            lambda file: ReadTask(file, options, manifests),
            jobs=jobs,
            stopped=stopped,
            readable=models_of(options),
        )
        with closing(read):
            size = 1
            if options.semantic is not None:
                from iscckit.models.runtime import batch_size

                size = batch_size(options.semantic.device)
            while some := list(islice(read, size)):
                yield from _finish_outcomes(some, options)


def _finish_outcomes(some: list[Outcome[FileRead]], options: Options) -> Iterator[Outcome[Scanned]]:
    """Yield the outcomes with records in them; a model gets several files in one call."""
    values = [outcome.value for outcome in some if outcome.value is not None]
    records = iter(finish_records([value.draft for value in values], options))
    for outcome in some:
        if outcome.value is None:
            yield Outcome(outcome.path, None, outcome.reason)
        else:
            yield Outcome(outcome.path, make_entry(outcome.value, next(records)))
