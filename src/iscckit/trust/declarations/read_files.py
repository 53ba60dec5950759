"""Reading the files of a declaration in worker processes: records, and fingerprints of contents."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, IsccError, UnreadableFile
from iscckit.library.scan.run_tasks import run_tasks
from iscckit.library.scan.task import FileRead, ReadTask
from iscckit.records.file_workers import FileWorkers
from iscckit.records.finish import finish_records
from iscckit.records.options import Options

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.catalog.item import Fingerprints
    from iscckit.library.scan.run_tasks import Outcome
    from iscckit.records.record import Record
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["BITS", "ReadFile", "read_files"]

BITS: Final = 256
_READ: Final = "iscckit.library.scan.task:read_file"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read, or why it was not.

    Attributes:
        path: The file.
        record: Its record, of 256 bits and with granular features; None with an error.
        prints: Its fingerprints.
        error: Why there is no record.
    """

    path: str
    record: Record | None
    prints: tuple[Fingerprints, ...] = ()
    error: IsccError | None = None


def read_files(
    paths: Sequence[str],
    seed: Mapping[str, JsonValue] | None,
    *,
    jobs: int,
    quota: Quota | None,
    sandbox: Sandbox,
) -> list[ReadFile]:
    """Read files in parallel and return them in the order of ``paths``.

    Args:
        paths: The files.
        seed: Metadata for the Meta-Codes; None takes those in each file.
        jobs: Files at a time.
        quota: What one file may use up.
        sandbox: Whether worker processes give up their rights.
    """
    options = Options(bits=BITS, units=True, granular=True, meta=seed)
    found: dict[str, ReadFile] = {}
    with FileWorkers(quota, sandbox, threads=True) as workers:
        read: Generator[Outcome[FileRead]] = run_tasks(
            workers,
            _READ,
            list(dict.fromkeys(paths)),
            lambda file: ReadTask(file, options),
            jobs=jobs,
            stopped=lambda: False,
        )
        with closing(read):
            for outcome in read:
                found[outcome.path] = _finish(outcome, options)
    return [found[path] for path in paths]


def _finish(outcome: Outcome[FileRead], options: Options) -> ReadFile:
    if outcome.value is None:
        return ReadFile(outcome.path, None, (), UnreadableFile(outcome.path, outcome.reason))
    (record,) = finish_records([outcome.value.draft], options)
    if record.failure is not None:
        error = record.failure
        known = isinstance(error, ExtractionFailed)
        return ReadFile(
            outcome.path, None, (), error if known else UnreadableFile(outcome.path, str(error))
        )
    return ReadFile(outcome.path, record, outcome.value.prints)
