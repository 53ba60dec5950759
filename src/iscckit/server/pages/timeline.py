"""The screen that lays two recordings or films over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import fastapi
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from iscckit.render.ribbons import clock, ribbons_svg
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import keep_upload, read_form, see
from iscckit.server.pages.samples import EXAMPLES, content_of
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.chunk_service import align
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import MaybeMediaId, Source

if TYPE_CHECKING:
    from iscckit.comparison.alignment import Alignment

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/timeline"
_EXAMPLES: Final = ("audio", "video")
_SHOWN: Final = 500  # segments that a page lists


class Asked(BaseModel):
    """What stands in a permalink: the ids of two files."""

    a: MaybeMediaId = ""
    b: MaybeMediaId = ""


Query = Annotated[Asked, fastapi.Query()]


@router.get("/timeline.json")
async def timeline_json(service: Service, asked: Query) -> Response:
    """Return the alignment as the interface does."""
    if not asked.a or not asked.b:
        raise Problem("invalid-input", "a timeline needs two files")
    return json_response((await _align_sides(asked, service)).to_dict())


@router.get("/timeline")
async def timeline_page(service: Service, asked: Query) -> Response:
    """Show two players, and which times of the one are in the other."""
    problem: Problem | None = None
    found: Alignment | None = None
    sides: list[dict[str, str]] = []
    try:
        for name, media in (("A", asked.a), ("B", asked.b)):
            if media:
                sides.append(await _side(name, media, service))
        if len(sides) == 2:
            found = await _align_sides(asked, service)
    except Problem as error:
        problem = error
    return page_response(
        "timeline.html",
        title="Timeline",
        here=_PATH,
        status=problem.kind.status if problem else 200,
        asked=asked,
        problem=problem,
        sides=sides,
        ribbons=found and ribbons_svg(found),
        covered=found and found.covered,
        offset=found and found.offset,
        segments=[_format_pair(each.a, each.b, each.percent) for each in found.segments[:_SHOWN]]
        if found
        else [],
        examples={key: EXAMPLES[key].title for key in _EXAMPLES},
        json=address(f"{_PATH}.json", [("a", asked.a), ("b", asked.b)]) if found else "",
    )


@router.post("/timeline")
async def timeline_form(request: Request, service: Service) -> Response:
    """Take two files, and go to the permalink of their timeline."""
    form = await read_form(request, service)
    ids = []
    for key in ("a", "b"):
        uploads = form.uploads.get(f"file_{key}")
        ids.append(uploads[0].id if uploads else form.text(key))
    return see(address(_PATH, [("a", ids[0]), ("b", ids[1])]))


@router.post("/timeline/example")
async def timeline_example(request: Request, service: Service) -> Response:
    """Take two bundled versions of a song or of a film."""
    example = (await read_form(request, service)).text("example")
    if example not in _EXAMPLES:
        raise Problem("invalid-input", "there is no such example")
    files = EXAMPLES[example].files
    uploads = [await keep_upload(content_of(name), name, request, service) for name in files]
    return see(address(_PATH, [("a", uploads[0].id), ("b", uploads[1].id)]))


async def _align_sides(asked: Asked, context: Context) -> Alignment:
    one, other = Source(media_id=asked.a), Source(media_id=asked.b)
    found, _ = await align((one, other), "time", context)
    return found


async def _side(name: str, media: str, context: Context) -> dict[str, str]:
    upload = context.spool.get(media)
    record = await context.record_of(media)
    player = record.mode if record.mode in {"audio", "video"} else ""
    return {"name": name, "label": upload.filename, "media": media, "player": str(player)}


def _format_pair(
    a: tuple[float, float], b: tuple[float, float], percent: float
) -> dict[str, str | float]:
    return {
        "a": f"{clock(a[0])} to {clock(a[0] + a[1])}",
        "b": f"{clock(b[0])} to {clock(b[0] + b[1])}",
        "start_a": a[0],
        "start_b": b[0],
        "percent": percent,
    }
