"""The relation of two sides of a request, and of two files the part that they share."""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from anyio import to_thread

from iscckit.comparison.verdict import add_part, compare
from iscckit.records.rules import record_rules
from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from iscckit.comparison.part import Part
    from iscckit.comparison.verdict import Comparable, Comparison
    from iscckit.library.search.query import Query
    from iscckit.records.record import Record
    from iscckit.server.services.app_context import Context
    from iscckit.units.quality import Flag

__all__ = ["Given", "compare_given", "compare_units"]


class Given(NamedTuple):
    """One side.

    Attributes:
        comparable: Its units, or its code.
        flags: Quality flags of its content.
        record: Record of a file; None of a code and of a text.
        media: Id of an uploaded file; empty if there is none.
        path: Path of a file of the service; empty if there is none.
    """

    comparable: Comparable
    flags: tuple[Flag, ...] = ()
    record: Record | None = None
    media: str = ""
    path: str = ""


def compare_units(a: Given, b: Given) -> Comparison:
    """Compare two sides by their units."""
    return compare(
        a.comparable,
        b.comparable,
        quality_a=a.flags,
        quality_b=b.flags,
        rules_a=record_rules(a.record),
        rules_b=record_rules(b.record),
        measured=a.record is not None and b.record is not None,
    )


async def compare_given(a: Given, b: Given, context: Context) -> Comparison:
    """Compare two sides by their units, and two files by the parts that they share.

    A file that cannot be read as for a search, as where it takes too much, has no parts.

    Raises:
        Problem: A file is not kept any more, or too many jobs wait.
    """
    found = compare_units(a, b)
    if a.record is None or b.record is None or found.verdict == "identical":
        return found
    if not (a.media or a.path) or not (b.media or b.path):
        return found
    key = (a.record.datahash, b.record.datahash)
    known = context.parts.get(key)
    if known is None:
        known = (await _find_part(a, b, context),)
        context.parts.put(key, known)
    return add_part(found, known[0])


async def _find_part(a: Given, b: Given, context: Context) -> Part | None:
    from iscckit.library.pairs.find_part import find_part  # imports NumPy

    try:
        one, other = await _query(a, context), await _query(b, context)
    except Problem as problem:
        if problem.slug in {"decode-failed", "timeout", "limit-exceeded"}:
            return None
        raise
    return await to_thread.run_sync(partial(find_part, one, other))


async def _query(given: Given, context: Context) -> Query:
    from iscckit.server.jobs.query_job import seek

    if not given.media:
        return await seek(context.jobs, given.path, os.path.basename(given.path), None)
    with ExitStack() as stack:
        upload = stack.enter_context(context.spool.pin(given.media))
        return await seek(context.jobs, upload.path, upload.filename, None)
