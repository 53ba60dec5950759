"""The screen that cuts a content into chunks, and aligns two versions of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import fastapi
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.render.ribbons import colour_of, measure_shared, ribbons_svg, sizes_svg
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import keep_upload, read_form, see
from iscckit.server.pages.samples import content_of
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.chunk_service import AVERAGES, align, chunks_json, clamp, cut_source
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import MaybeMediaId, Source
from iscckit.server.services.semantic_models import kinds_of

if TYPE_CHECKING:
    from iscckit.comparison.alignment import Alignment
    from iscckit.server.jobs.chunk_tasks import Chunked

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/chunker"
_SHOWN: Final = 2000  # chunks that a page lists
_PREVIEW: Final = 32  # bytes of a simprint's text that a label shows
_NAME: Final = "text.txt"  # of what was typed


class Asked(BaseModel):
    """What stands in a permalink."""

    m: MaybeMediaId = ""
    n: MaybeMediaId = ""
    kind: Literal["text", "data", "semantic"] = "text"
    average: Annotated[int | None, Field(ge=1, le=1 << 20)] = None
    threshold: Annotated[float | None, Field(ge=50, le=100)] = None


Query = Annotated[Asked, fastapi.Query()]


@router.get("/chunker.json")
async def chunker_json(service: Service, asked: Query) -> Response:
    """Return what the page shows, as the interface gives it."""
    average = clamp(asked.kind, asked.average)
    if asked.n:
        found, _ = await _align_sides(asked, service)
        return json_response(found.to_dict())
    if not asked.m:
        raise Problem("invalid-input", "nothing is given to be cut")
    only = await cut_source(Source(media_id=asked.m), asked.kind, average, service)
    return json_response(chunks_json(only, average))


@router.get("/chunker")
async def chunker_page(service: Service, asked: Query) -> Response:
    """Show what was given, its chunks, and how two versions lie over each other."""
    problem: Problem | None = None
    sides: list[Chunked] = []
    alignment: Alignment | None = None
    try:
        if asked.m and asked.n:
            alignment, both = await _align_sides(asked, service)
            sides = list(both or ())
        elif asked.m:
            average = clamp(asked.kind, asked.average)
            sides = [await cut_source(Source(media_id=asked.m), asked.kind, average, service)]
    except Problem as error:
        problem = error
    least, most, _ = AVERAGES[asked.kind]
    return page_response(
        "chunker.html",
        title="Chunker",
        here=_PATH,
        status=problem.kind.status if problem else 200,
        asked=asked,
        average=clamp(asked.kind, asked.average),
        least=least,
        most=min(most, 1 << 16),
        problem=problem,
        texts=[side.text or "" for side in sides],
        sides=_sides(sides, alignment),
        ribbons=alignment and ribbons_svg(alignment),
        covered=alignment and alignment.covered,
        segments=alignment.segments[:_SHOWN] if alignment else (),
        scale=alignment and alignment.scale,
        kept=alignment and _count_kept(alignment),
        json=_link(asked, f"{_PATH}.json") if sides else "",
        has_model="text" in kinds_of(service.settings.semantic),
    )


@router.post("/chunker")
async def chunker_form(request: Request, service: Service) -> Response:
    """Take texts and files, and go to the permalink of their chunks."""
    form = await read_form(request, service)
    ids = []
    for key in ("m", "n"):
        text = form.texts.get(f"text_{key}", [""])[0]
        if uploads := form.uploads.get(f"file_{key}"):
            ids.append(uploads[0].id)
        elif text.strip():
            ids.append((await keep_upload(text.encode(), _NAME, request, service)).id)
        else:
            ids.append(form.text(key))
    pairs = [("m", ids[0]), ("n", ids[1])]
    pairs += [(name, form.text(name)) for name in ("kind", "average", "threshold")]
    return see(address(_PATH, pairs))


@router.post("/chunker/example")
async def chunker_example(request: Request, service: Service) -> Response:
    """Take two wordings of one speech."""
    ids = []
    for name in ("gettysburg-hay.txt", "gettysburg-bliss.md"):
        ids.append((await keep_upload(content_of(name), name, request, service)).id)
    return see(address(_PATH, [("m", ids[0]), ("n", ids[1]), ("average", "128")]))


async def _align_sides(
    asked: Asked, context: Context
) -> tuple[Alignment, tuple[Chunked, Chunked] | None]:
    one, other = Source(media_id=asked.m), Source(media_id=asked.n)
    return await align(
        (one, other), asked.kind, context, average=asked.average, threshold=asked.threshold
    )


def _sides(sides: list[Chunked], alignment: Alignment | None) -> list[dict[str, object]]:
    """Return what the template shows of each side: chunks with text, colour and partner."""
    partners: list[dict[int, tuple[int, float]]] = [{}, {}]
    for segment in alignment.segments if alignment else ():
        if segment.chunks is not None:
            i, j = segment.chunks
            partners[0][i] = (j, segment.percent)
            partners[1].setdefault(j, (i, segment.percent))
    shown: list[dict[str, object]] = []
    for number, side in enumerate(sides):
        chunks = [
            {
                "label": f"{'AB'[number]}{k + 1}",
                "partner": _partner(partners[number].get(k), "BA"[number]),
                "colour": colour_of(each),
                "offset": each.offset,
                "size": each.size,
                "shared": shared,
                "simprint": each.text[:_PREVIEW],
                "text": None
                if side.text is None
                else side.text[each.offset : each.offset + each.size],
            }
            for k, (each, shared) in enumerate(
                zip(side.chunks[:_SHOWN], measure_shared(side.chunks), strict=False)
            )
        ]
        sizes = [each.size for each in side.chunks]
        shown.append(
            {
                "name": "AB"[number],
                "chunks": chunks,
                "count": len(sizes),
                "mean": round(sum(sizes) / len(sizes)) if sizes else 0,
                "least": min(sizes, default=0),
                "most": max(sizes, default=0),
                "scale": side.scale,
                "strip": sizes_svg(side.chunks),
            }
        )
    return shown


def _partner(found: tuple[int, float] | None, side: str) -> tuple[str, float] | None:
    return None if found is None else (f"{side}{found[0] + 1}", found[1])


def _count_kept(alignment: Alignment) -> int:
    """Return how many chunks of A are in B as they were."""
    return sum(segment.percent == 100 for segment in alignment.segments)


def _link(asked: Asked, path: str) -> str:
    pairs = [("m", asked.m), ("n", asked.n), ("kind", asked.kind)]
    pairs.append(("average", "" if asked.average is None else str(asked.average)))
    pairs.append(("threshold", "" if asked.threshold is None else f"{asked.threshold:g}"))
    return address(path, pairs)
