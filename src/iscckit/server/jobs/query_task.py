"""From a file to what a search looks for: a worker reads it, and sends back plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iscckit.library.search.query import Query
from iscckit.records.options import Semantics

if TYPE_CHECKING:
    from iscckit.server.jobs.queue import Jobs

__all__ = ["Carried", "make_query", "seek"]


@dataclass(frozen=True, slots=True)
class Carried:
    """A query without its series, and that in bytes: arrays do not cross the border."""

    query: Query
    kind: str = ""
    codes: bytes = b""
    places: bytes = b""


def make_query(task: tuple[str, str, Semantics | None]) -> Carried:
    """Return what to look for of a file, under the name that its sender gave it."""
    from iscckit.library.search.query import build_query

    path, name, semantic = task
    found = build_query(path, "file", semantic, filename=name)
    bare = replace(found, given=name, series=None)
    if found.series is None:
        return Carried(bare)
    codes, places = found.series.codes.tobytes(), found.series.places.tobytes()
    return Carried(bare, found.series.kind, codes, places)


async def seek(jobs: Jobs, path: str, name: str, semantic: Semantics | None) -> Query:
    """Let a worker make the query of a file that it may read, by meaning too if there are models.

    Raises:
        Problem: It cannot be read.
    """
    import numpy as np

    from iscckit.library.search.query import Series

    reads = (path,) if semantic is None else (path, semantic.models)
    sought = await jobs.run(make_query, (path, name, semantic), reads=reads)
    if not sought.kind:
        return sought.query
    codes = np.frombuffer(sought.codes, np.uint64)
    places = np.frombuffer(sought.places, np.int64)
    return replace(sought.query, series=Series(sought.kind, codes, places))  # type: ignore[arg-type]
