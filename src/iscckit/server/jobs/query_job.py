"""From a file to a query: a worker reads it, and sends back plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.library.search.query import Query
    from iscckit.records.options import Semantics
    from iscckit.server.jobs.queue import Jobs

__all__ = ["seek"]


async def seek(jobs: Jobs, path: str, name: str, semantic: Semantics | None) -> Query:
    """Let a worker make the query of a file that it may read, by meaning too if there are models.

    Raises:
        Problem: It cannot be read.
    """
    from iscckit.server.jobs.query_task import read_query, restore  # imports NumPy

    reads = (path,) if semantic is None else (path, semantic.models)
    return restore(await jobs.run(read_query, (path, name, semantic), reads=reads), name)
