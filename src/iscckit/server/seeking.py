"""From a file to what a search looks for: a worker reads it, and sends back plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.library.query import Query
    from iscckit.server.jobs import Jobs

__all__ = ["Sought", "make_query", "seek"]


@dataclass(frozen=True, slots=True)
class Sought:
    """A query without its series, and that in bytes: arrays do not cross the border."""

    query: Query
    kind: str = ""
    codes: bytes = b""
    places: bytes = b""


def make_query(task: tuple[str, str]) -> Sought:
    """Return what to look for of a file, under the name that its sender gave it."""
    from iscckit.library.query import query_of  # noqa: PLC0415

    path, name = task
    found = query_of(path, "file", filename=name)
    bare = replace(found, given=name, series=None)
    if found.series is None:
        return Sought(bare)
    codes, places = found.series.codes.tobytes(), found.series.places.tobytes()
    return Sought(bare, found.series.kind, codes, places)


async def seek(jobs: Jobs, path: str, name: str) -> Query:
    """Let a worker make the query of a file that it may read.

    Raises:
        Problem: It cannot be read.
    """
    import numpy as np  # noqa: PLC0415

    from iscckit.library.query import Series  # noqa: PLC0415

    sought = await jobs.run(make_query, (path, name))
    if not sought.kind:
        return sought.query
    codes = np.frombuffer(sought.codes, np.uint64)
    places = np.frombuffer(sought.places, np.int64)
    return replace(sought.query, series=Series(sought.kind, codes, places))  # type: ignore[arg-type]
