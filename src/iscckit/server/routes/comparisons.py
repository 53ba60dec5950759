"""How two or more codes, files or texts relate."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.responses import HTMLResponse, Response

from iscckit.comparison.matrix import CODES, Kind, matrix
from iscckit.comparison.verdict import Comparison
from iscckit.errors import InvalidCode
from iscckit.render.comparison import Party, comparison_page
from iscckit.render.comparison_json import add_sides
from iscckit.server.http.direct_route import DirectRoute
from iscckit.server.http.problems import problem_of
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import problems
from iscckit.server.openapi.examples import CODES as SAMPLES
from iscckit.server.schemas import responses
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.compare_files import compare_given, compare_units
from iscckit.server.services.compare_sides import Place, report_party
from iscckit.server.services.request_sources import Code, Side, Source, side_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Comparison"])
hot = APIRouter(prefix="/api/v1", tags=["Comparison"], route_class=DirectRoute)

_LINK: Final = 2000  # characters of a permalink; longer ones get lost on their way


class Pair(BaseModel):
    """Two things to compare."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"a": {"iscc": SAMPLES[0]}, "b": {"iscc": SAMPLES[1]}}]},
    )

    a: Source
    b: Source
    parts: StrictBool = Field(
        default=True,
        description="Whether two files are searched for a part that they share. It is found as "
        "the search finds it; without it their codes alone are compared.",
    )


class Several(BaseModel):
    """Codes to compare, each with each."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"codes": list(SAMPLES), "unit": "content"}]},
    )

    codes: Annotated[list[Code], Field(min_length=2, max_length=CODES)]
    unit: Kind = Field(description="Which unit counts.")


@hot.post(
    "/compare",
    operation_id="compare",
    summary="Compare two things unit by unit",
    responses={
        200: {"model": responses.Compared},
        **problems("path-not-allowed", "media-gone", "decode-failed", "queue-full", "timeout"),
    },
)
async def comparison(pair: Pair, service: Service) -> Response:
    """Return verdict, sentence and every unit, as `iscc compare --json` prints them.

    The header `Link` has the address of a page that shows the same.
    """
    a, b = await side_of(pair.a, service, "/a"), await side_of(pair.b, service, "/b")
    found = await _compare(pair, a, b, service)
    return json_response(add_sides(found, a.to_dict(), b.to_dict()), headers=_link(a, b))


async def _compare(pair: Pair, a: Side, b: Side, context: Context) -> Comparison:
    if pair.parts:
        return await compare_given(a.given, b.given, context)
    return compare_units(a.given, b.given)


def _link(a: Side, b: Side) -> dict[str, str]:
    address = f"/compare?a={quote(a.code, safe=':')}&b={quote(b.code, safe=':')}"
    if len(address) > _LINK:
        return {}
    return {"Link": f'<{address}>; rel="alternate"; type="text/html"'}


@router.post(
    "/compare/matrix",
    operation_id="compare_matrix",
    summary="Compare many codes, each with each",
    responses={200: {"model": responses.UnitMatrix}, **problems("invalid-iscc")},
)
async def comparison_matrix(given: Several) -> Response:
    """Return how many bits differ between any two of up to 500 codes, by one unit.

    Where a code lacks the unit, or two are of different modality, the matrix has null.
    """
    try:
        found = await to_thread.run_sync(partial(_matrix, given))
    except InvalidCode as error:
        raise problem_of(error, f"/codes/{given.codes.index(error.code)}") from error
    return found


def _matrix(given: Several) -> Response:
    return json_response(matrix(given.codes, given.unit).to_dict())


router.routes.extend(hot.routes)


@router.post(
    "/reports/compare",
    operation_id="compare_report",
    summary="Compare two things and get a page",
    response_class=HTMLResponse,
    responses=problems("path-not-allowed", "media-gone", "decode-failed", "queue-full", "timeout"),
)
async def comparison_report(pair: Pair, service: Service) -> Response:
    """Return the comparison as one HTML file that needs nothing but itself.

    It is what `iscc compare --html` writes; the JSON is inside as well.
    """
    a, b = await side_of(pair.a, service, "/a"), await side_of(pair.b, service, "/b")
    found = await _compare(pair, a, b, service)
    one, other = await _party(a, service), await _party(b, service)
    values = add_sides(found, a.to_dict(), b.to_dict())
    headers = {"Content-Disposition": 'attachment; filename="comparison.html"'}
    return HTMLResponse(comparison_page(found, one, other, values), headers=headers)


async def _party(side: Side, service: Context) -> Party:
    media = side.media_id or ""
    place = Place(side.code, media, side.comparable, side.record, side.label)
    return await report_party(place, service)
