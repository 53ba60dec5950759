"""The screen that searches the library by a file, a code or a text."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Final

import fastapi
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.records.safe_text import readable
from iscckit.render.match_wording import match_place, match_sentence
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import is_code, keep_upload, read_form, see
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.cluster_service import has_thumbnail
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import MediaId, Source, code_of
from iscckit.server.services.search_service import Mode, Sought, answer_json, search

if TYPE_CHECKING:
    from iscckit.library.search.match import Answer, Match
    from iscckit.library.search.query import Query as Looked

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/search"
_LONGEST: Final = 2000  # characters of a text that stands in an address
_SIDE: Final = 192  # pixels of a thumbnail
_FILTERS: Final = ("mode", "folder", "since", "until", "radius", "limit")


class Asked(BaseModel):
    """What stands in a permalink: a text or code, or the id of an uploaded file; and filters."""

    q: Annotated[str, Field(max_length=20_000)] = ""
    m: MediaId | None = None
    media: MediaId | None = None
    mode: Mode | None = None
    folder: Annotated[str, Field(max_length=4096)] | None = None
    since: date | None = None
    until: date | None = None
    radius: Annotated[int, Field(ge=0, le=256)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 20

    @property
    def upload(self) -> str | None:
        """Id of the file."""
        return self.m or self.media

    @property
    def is_given(self) -> bool:
        """Whether there is something to look for."""
        return bool(self.upload or self.q.strip())

    def to_query(self) -> Sought:
        """Return the query of the form for the library; ``until`` counts to the end of its day."""
        text = self.q.strip()
        if self.upload:
            source = Source(media_id=self.upload)
        else:
            source = Source(iscc=text) if is_code(text) else Source(text=text)
        since = datetime.combine(self.since, time.min) if self.since else None
        until = datetime.combine(self.until, time.max) if self.until else None
        return Sought(
            source=source,
            limit=self.limit,
            radius=self.radius,
            mode=self.mode,
            folder=self.folder,
            since=since,
            until=until,
        )


Query = Annotated[Asked, fastapi.Query()]


@router.get("/search.json")
async def search_json(service: Service, asked: Query) -> Response:
    """Return what the page shows, as the interface gives it."""
    if not asked.is_given:
        raise Problem("invalid-input", "nothing is given to look for")
    _, answer = await search(asked.to_query(), service)
    return json_response(answer_json(answer))


@router.get("/search")
async def search_page(service: Service, asked: Query) -> Response:
    """Show what the library has of it."""
    problem: Problem | None = None
    looked: Looked | None = None
    answer: Answer | None = None
    if asked.is_given:
        try:
            looked, answer = await search(asked.to_query(), service)
        except Problem as error:
            problem = error
    overview = await service.library.overview()
    return page_response(
        "search.html",
        title="Search",
        here=_PATH,
        status=problem.kind.status if problem else 200,
        asked=asked,
        name=_name(asked, service),
        problem=problem,
        files=overview.files,
        folders=[path for path, _ in overview.folders[:20]],
        answer=answer,
        among=answer.items if answer else 0,
        found=[_format_row(n, each, looked, asked) for n, each in enumerate(answer.matches, 1)]
        if answer and looked
        else [],
        json=address(f"{_PATH}.json", _pairs(asked)) if answer else "",
    )


@router.post("/search")
async def search_form(request: Request, service: Service) -> Response:
    """Take a file or a text, and go to the permalink of what is found."""
    form = await read_form(request, service)
    text = form.text("q")
    media = form.text("m") if text == form.text("was") else ""
    if uploads := form.uploads.get("file"):
        text, media = "", uploads[0].id
    elif len(text) > _LONGEST and not is_code(text):
        content = text.encode("utf-8", "replace")
        text, media = "", (await keep_upload(content, "text.txt", request, service)).id
    elif media:
        text = ""
    pairs = [("q", text), ("m", media), *((name, form.text(name)) for name in _FILTERS)]
    return see(address(_PATH, pairs))


def _pairs(asked: Asked) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in asked.model_dump(exclude_defaults=True).items()]


def _name(asked: Asked, context: Context) -> str:
    """Return what people call the file that is looked for."""
    number = asked.upload
    if number is None or not context.spool.holds(number):
        return ""
    return context.spool.get(number).filename or number


def _format_row(number: int, match: Match, looked: Looked, asked: Asked) -> dict[str, object]:
    item = match.item
    a, b = code_of(looked.units), code_of(item.units)
    picture = (
        f"/api/v1/library/items/{item.id}/thumbnail?size={_SIDE}" if has_thumbnail(item) else ""
    )
    pairs = [("a", a), ("am", asked.upload or ""), ("b", b)]
    return {
        "number": number,
        "name": item.name or "",
        "path": readable(item.path),
        "is_missing": item.state == "missing",
        "picture": picture,
        "relation": match.relation,
        "sentence": match_sentence(match),
        "score": match.score,
        "evidence": match.evidence.bits,
        "place": match_place(match),
        "units": [
            (pair.name, pair.answer, f"{pair.equal} of {pair.bits}" if pair.percent else "")
            for pair in (match.comparison.units if match.comparison else ())
        ],
        "compare": address("/compare", pairs) if a and b else "",
    }
