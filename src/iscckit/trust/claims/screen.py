"""Screening: one decision for each content of a collection, in its order."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
    from collections.abc import Callable, Generator, Iterable

    from iscckit.trust.claims.resolve import Claims
    from iscckit.trust.claims.screen_input import Row
    from iscckit.trust.rights.reservations import Category
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["ScreenOptions", "Screened", "screen"]

_UNREADABLE = Decision("review", "unreadable")
_EMPTY = Decision("unknown", "none")


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

    A content that cannot be read is for review: nothing is known of it. A few rows are in memory
    at a time.

    Args:
        rows: What is screened.
        claims: The claims, opened in this thread.
        options: How.

    Raises:
        LibraryError: The claims or the library are damaged.
    """
    with FileWorkers(options.quota, options.sandbox, threads=True) as workers:
        chosen = Options(bits=UNIT_BITS, granular=True)

        def read(row: Row, stopped: Callable[[], bool]) -> tuple[Row, Query | None, str]:
            try:
                if row.kind == "file":
                    return row, read_query(workers, row.value, chosen, stopped, manifest=True), ""
                if row.kind == "empty":
                    return row, None, ""
                return row, build_query(row.value, row.kind), ""
            except StopReading:
                return row, None, "stopped"
            except IsccError as error:
                return row, None, str(error)

        jobs = options.jobs or jobs_by_default()
        with closing(in_order(read, rows, jobs)) as found:
            for row, query, error in found:
                if query is None:
                    yield Screened(row, _UNREADABLE if error else _EMPTY, error)
                    continue
                _, embedded = read_signals(query.signals)
                matches = claims.resolve(query, limit=None)
                yield Screened(row, decide(matches, options.use, embedded))
