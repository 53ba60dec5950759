"""Searches in the library: what the REST interface and the screen share."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

from anyio import to_thread
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from iscckit.errors import IsccError
from iscckit.server.http.problems import problem_of
from iscckit.server.openapi.requests import NUMBER
from iscckit.server.services.semantic_models import kinds_of
from iscckit.server.services.sources import Source, allowed_path

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.search.query import Query, QueryKind
    from iscckit.library.search.search import Answer
    from iscckit.server.services.context import Context

__all__ = ["Mode", "Sought", "answer_json", "find", "query_for"]

_SHORT: Final = 2000  # characters of a text that is also looked for by its meaning
Mode = Literal["text", "image", "audio", "video"]


def _written(value: object) -> object:
    """Refuse numbers: nobody knows what they count."""
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("write it as 2025-01-31 or 2025-01-31T12:00:00Z")
    if isinstance(value, (bool, int, float)):
        raise ValueError("a moment is a text, as 2025-01-31T12:00:00Z")
    return value


Moment = Annotated[datetime, BeforeValidator(_written)]


class Sought(BaseModel):
    """What is looked for, and what matches must be like."""

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


async def find(sought: Sought, context: Context) -> tuple[Query, Answer]:
    """Return what was looked for, and what the library has of it.

    Raises:
        Problem: The source cannot be read.
    """
    from iscckit.library.search.search import Filter  # noqa: PLC0415 (slow to import)

    query = await query_for(sought.source, context)
    which = Filter(sought.mode, sought.folder, _seconds(sought.since), _seconds(sought.until))
    return query, await context.library.search(query, sought.limit, sought.radius, which)


async def query_for(source: Source, context: Context) -> Query:
    """Return what to look for.

    Raises:
        Problem: It cannot be read.
    """
    if source.media_id is not None:
        with context.spool.pinned(source.media_id) as upload:
            return await context.library.sought(
                upload.datahash, upload.path, upload.filename or source.media_id
            )
    if source.path is not None:
        path = allowed_path(source.path, context.settings.roots)
        return await context.library.sought("", path, os.path.basename(path))
    if source.iscc is not None:
        return await _asked(source.iscc, "code")
    text, semantic = source.text or "", context.settings.semantic
    if len(text) <= _SHORT and "text" in kinds_of(semantic):
        with suppress(IsccError):  # of the model: then the text is looked for by its letters only
            return await context.library.meant(text, semantic)
    return await _asked(text, "text")


async def _asked(given: str, kind: QueryKind) -> Query:
    from iscckit.library.search.query import build_query  # noqa: PLC0415 (slow to import)

    try:
        return await to_thread.run_sync(build_query, given, kind)
    except IsccError as error:
        field = "iscc" if kind == "code" else "text"
        raise problem_of(error, f"/source/{field}") from error


def answer_json(answer: Answer) -> dict[str, JsonValue]:
    """Return an answer in JSON types: matches as ``iscc search --json`` prints them."""
    return {
        "matches": [match.to_dict() for match in answer.matches],
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
