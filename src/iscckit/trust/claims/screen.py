"""Screening: one decision for each content of a collection, in its order."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError
from iscckit.library.partitions.store import UNIT_BITS
from iscckit.library.search.query import Query, build_query
from iscckit.library.search.query_task import read_query
from iscckit.media.open_file import StopReading
from iscckit.records.file_workers import FileWorkers
from iscckit.records.options import Options
from iscckit.trust.claims.decision import Decision, decide
from iscckit.trust.rights.embedded import read_signals
from iscckit.workers.limits import Quota
from iscckit.workers.threads import in_order, jobs_by_default

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from iscckit.trust.claims.code_index import CodeIndex
    from iscckit.trust.claims.resolve import Claims
    from iscckit.trust.claims.screen_input import Row
    from iscckit.trust.rights.reservations import Category
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["ScreenOptions", "Screened", "screen"]

_UNREADABLE = Decision("review", "unreadable")
_NOTHING = Decision("unknown", "none")
_ROWS: Final = 128  # codes and texts that a thread takes at a time


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """How a collection is screened.

    Attributes:
        use: The kind of use that is asked about.
        jobs: Files that are read at a time; None for the number of processors.
        quota: Limits of one file.
        sandbox: Whether worker processes give up their rights.
    """

    use: Category
    jobs: int | None = None
    quota: Quota = field(default_factory=Quota)
    sandbox: Sandbox = "auto"


@dataclass(frozen=True, slots=True)
class Screened:
    """The decision about one row.

    Attributes:
        row: The row.
        decision: The decision.
        error: Why the content could not be read; empty otherwise.
    """

    row: Row
    decision: Decision
    error: str = ""


def screen(rows: Iterable[Row], claims: Claims, options: ScreenOptions) -> Generator[Screened]:
    """Yield the decision about each row, in the order of the rows.

    A content that cannot be read is for review: nothing is known of it. A few hundred rows are in
    memory at a time. Codes are compared with those that were known at the start.

    Args:
        rows: What is screened.
        claims: The claims, opened in this thread.
        options: How.

    Raises:
        LibraryError: The claims or the library are damaged.
    """
    index = claims.read_index()
    with FileWorkers(options.quota, options.sandbox, threads=True) as workers:
        chosen = Options(bits=UNIT_BITS, granular=True)

        def read(batch: list[Row], stopped: Callable[[], bool]) -> list[_Read]:
            return [_read(workers, index, chosen, row, stopped) for row in batch]

        jobs = options.jobs or jobs_by_default()
        with closing(in_order(read, _batch(rows), jobs)) as found:
            for each in chain.from_iterable(found):
                yield _decide(each, claims, options.use)


@dataclass(frozen=True, slots=True)
class _Read:
    """A row, and what to look for.

    Attributes:
        row: The row.
        query: What to look for; None if nothing can be found.
        error: Why the content could not be read; empty otherwise.
    """

    row: Row
    query: Query | None
    error: str = ""


def _batch(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows as threads take them: files one by one, codes and texts many at a time."""
    waiting: list[Row] = []
    for row in rows:
        if waiting and (row.kind == "file" or len(waiting) >= _ROWS):
            yield waiting
            waiting = []
        waiting.append(row)
        if row.kind == "file":
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _read(
    workers: FileWorkers, index: CodeIndex, chosen: Options, row: Row, stopped: Callable[[], bool]
) -> _Read:
    try:
        if row.kind == "file":
            return _Read(row, read_query(workers, row.value, chosen, stopped, manifest=True))
        if row.kind == "empty":
            return _Read(row, None)
        query = build_query(row.value, row.kind)
    except StopReading:
        return _Read(row, None, "stopped")
    except IsccError as error:
        return _Read(row, None, str(error))
    if row.kind == "code" and not index.may_match(query.units):
        return _Read(row, None)
    return _Read(row, query)


def _decide(read: _Read, claims: Claims, use: Category) -> Screened:
    if read.query is None:
        return Screened(read.row, _UNREADABLE if read.error else _NOTHING, read.error)
    _, embedded = read_signals(read.query.signals)
    decision = decide(claims.resolve(read.query, limit=None), use, embedded)
    failure = None if read.query.record is None else read.query.record.failure
    if failure is not None and decision.outcome == "unknown":  # its content led nowhere
        return Screened(read.row, _UNREADABLE, str(failure))
    return Screened(read.row, decision)
