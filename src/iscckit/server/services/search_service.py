"""Searches in the library, for the REST interface and the page."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

from anyio import to_thread
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from iscckit.errors import IsccError
from iscckit.render.match_wording import match_json
from iscckit.server.http.problems import problem_of
from iscckit.server.schemas.requests import NUMBER
from iscckit.server.services.allowed_paths import resolve_file
from iscckit.server.services.request_sources import Source
from iscckit.server.services.semantic_models import kinds_of

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.search.match import Answer
    from iscckit.library.search.query import Query, QueryKind
    from iscckit.server.services.app_context import Context

__all__ = ["Mode", "Sought", "answer_json", "make_query", "search"]

_SHORT: Final = 2000  # characters of the longest text that is also searched by meaning
Mode = Literal["text", "image", "audio", "video"]


def _check_moment(value: object) -> object:
    """Accept dates and times as text only: the unit of a number would be a guess."""
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("write it as 2025-01-31 or 2025-01-31T12:00:00Z")
    if isinstance(value, (bool, int, float)):
        raise ValueError("a moment is a text, as 2025-01-31T12:00:00Z")
    return value


Moment = Annotated[datetime, BeforeValidator(_check_moment)]


class Sought(BaseModel):
    """A query, and the conditions on its matches."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"source": {"text": "four score and seven years ago"}}},
    )

    source: Source
    limit: Annotated[int, Field(ge=1, le=1000, description="Matches at most."), NUMBER] = 20
    radius: (
        Annotated[int, Field(ge=0, le=256, description="Bits that may differ."), NUMBER] | None
    ) = None
    mode: Mode | None = None
    folder: Annotated[str, Field(max_length=4096, description="Only below it.")] | None = None
    since: Annotated[Moment, Field(description="Only files changed then or later.")] | None = None
    until: Annotated[Moment, Field(description="Or before.")] | None = None


async def search(sought: Sought, context: Context) -> tuple[Query, Answer]:
    """Search the library; return the query and the answer.

    Raises:
        Problem: The source cannot be read.
    """
    from iscckit.library.search.filter import Filter  # slow to import

    query = await make_query(sought.source, context)
    which = Filter(sought.mode, sought.folder, _seconds(sought.since), _seconds(sought.until))
    return query, await context.library.search(query, sought.limit, sought.radius, which)


async def make_query(source: Source, context: Context) -> Query:
    """Return a source as a query.

    Raises:
        Problem: The source cannot be read.
    """
    if source.media_id is not None:
        with context.spool.pin(source.media_id) as upload:
            return await context.library.query_file(
                upload.datahash, upload.path, upload.filename or source.media_id
            )
    if source.path is not None:
        path = resolve_file(source.path, context.settings.roots)
        return await context.library.query_file("", path, os.path.basename(path))
    if source.iscc is not None:
        return await _parse_query(source.iscc, "code")
    text, semantic = source.text or "", context.settings.semantic
    if len(text) <= _SHORT and "text" in kinds_of(semantic):
        with suppress(IsccError):  # the model cannot be used: search by letters only
            return await context.library.query_text(text, semantic)
    return await _parse_query(text, "text")


async def _parse_query(given: str, kind: QueryKind) -> Query:
    from iscckit.library.search.query import build_query  # slow to import

    try:
        return await to_thread.run_sync(build_query, given, kind)
    except IsccError as error:
        field = "iscc" if kind == "code" else "text"
        raise problem_of(error, f"/source/{field}") from error


def answer_json(answer: Answer) -> dict[str, JsonValue]:
    """Return an answer in JSON types: matches as ``iscc search --json`` prints them."""
    return {
        "matches": [match_json(match) for match in answer.matches],
        "ids": [match.item.id for match in answer.matches],
        "items": answer.items,
        "radius": {**answer.radius},
        "false_hits": answer.false_hits,
    }


def _seconds(date: datetime | None) -> float | None:
    if date is None:
        return None
    try:
        return date.timestamp()
    except (ValueError, OverflowError, OSError):  # at the ends of the calendar
        return date.replace(tzinfo=UTC).timestamp()
