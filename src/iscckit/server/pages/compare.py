"""The screen that compares two things, or each of many with each."""

from __future__ import annotations

import json
from shlex import quote
from typing import Annotated, Final, NamedTuple, cast

import fastapi
from anyio import to_thread
from markupsafe import Markup
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.comparison.verdict import Comparison
from iscckit.json_types import JsonValue
from iscckit.render.comparison import comparison_html, comparison_page
from iscckit.render.comparison_json import add_sides, comparison_json
from iscckit.render.matrix import matrix_html
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import Form, codes_in, keep_upload, read_form, see
from iscckit.server.pages.samples import EXAMPLES, content_of
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.compare_files import compare_given, compare_units
from iscckit.server.services.compare_sides import Place, further, place_of, report_party
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import Source, side_of

__all__ = ["MOST", "router", "see_comparison"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/compare"
MOST: Final = 16  # things that one page compares
Code = Annotated[str, Field(max_length=20_000)]
Media = Annotated[str, Field(max_length=13)]


class Asked(BaseModel):
    """What stands in a permalink: codes, and the ids of their files as long as these are kept."""

    a: Code = ""
    b: Code = ""
    am: Media = ""
    bm: Media = ""
    c: Annotated[list[Code], Field(max_length=MOST - 2)] = []
    cm: Annotated[list[Media], Field(max_length=MOST - 2)] = []


Query = Annotated[Asked, fastapi.Query()]


class Zone(NamedTuple):
    """One side as the template shows it.

    Attributes:
        key: Key of its fields.
        place: What is there.
        drawn: The same as a card, None of a code.
        repaired: Address of the comparison with the repair of a wrong code, or empty.
        emptied: Address of the comparison without this side, or empty.
    """

    key: str
    place: Place
    drawn: Markup | None
    repaired: str
    emptied: str


async def _places(asked: Asked, context: Context) -> list[Place]:
    """Return A, B and all others."""
    codes = [asked.a, asked.b, *asked.c]
    media = [asked.am, asked.bm, *asked.cm, *[""] * len(asked.c)]
    return [
        await place_of(code.strip(), number, context)
        for code, number in zip(codes, media, strict=False)
    ]


@router.get("/compare.json")
async def compare_json(service: Service, asked: Query) -> Response:
    """Return the comparison as the REST interface does; of many things all pairs."""
    places = await _places(asked, service)
    _refuse_wrong(places)
    if not asked.c:
        found = await compare_given(places[0].given, places[1].given, service)
        return json_response(add_sides(found, places[0].to_dict(), places[1].to_dict()))
    codes = cast("list[JsonValue]", [place.code for place in places])
    pairs: list[JsonValue] = [
        {"a": i, "b": j, **comparison_json(found)}
        for (i, j), found in (await _pairs(places)).items()
    ]
    return json_response({"codes": codes, "pairs": pairs})


@router.get("/compare.html")
async def compare_report(service: Service, asked: Query) -> Response:
    """Return the comparison as a page that needs nothing but itself."""
    one, other = (await _places(asked, service))[:2]
    _refuse_wrong([one, other])
    found = await compare_given(one.given, other.given, service)
    sides = [await report_party(place, service) for place in (one, other)]
    headers = {"Content-Disposition": 'attachment; filename="comparison.html"'}
    values = add_sides(found, one.to_dict(), other.to_dict())
    page = comparison_page(found, sides[0], sides[1], values)
    return Response(page, 200, headers, "text/html; charset=utf-8")


@router.get("/compare")
async def compare_page(request: Request, service: Service, asked: Query) -> Response:
    """Show two places to drop something, and how what is there relates."""
    places = await _places(asked, service)
    ready = all(place.is_ready for place in places)
    one, other = places[:2]
    found = matrix = None
    if ready and asked.c:
        pairs = {
            (i, j): (each, _permalink([places[i], places[j]]))
            for (i, j), each in (await _pairs(places)).items()
        }
        matrix = matrix_html([place.label for place in places], pairs)
    elif ready:
        found = await compare_given(one.given, other.given, service)
    return page_response(
        "compare.html",
        title="Compare",
        here=_PATH,
        status=422 if any(place.error for place in places) else 200,
        zones=_zones(places),
        others=[place.code for place in places[2:]],
        links=_links(places) if ready else None,
        pictures=one.picture and other.picture,
        comparison=found and comparison_html(found),
        matrix=matrix,
        further=further(one, other) if found else [],
        equivalents=found and _equivalents(one, other, str(request.base_url)),
        examples=EXAMPLES,
    )


@router.post("/compare")
async def compare_form(request: Request, service: Service) -> Response:
    """Take files, codes and texts, and go to the permalink of their comparison."""
    form = await read_form(request, service)
    places = [await _read_side(form, key, service) for key in ("a", "b")]
    places += [await place_of(code, "", service) for code in form.texts.get("c", [])]
    return see(_permalink(places))


@router.post("/compare/example")
async def compare_example(request: Request, service: Service) -> Response:
    """Take two bundled files or codes."""
    form = await read_form(request, service)
    example = EXAMPLES.get(form.text("example"))
    if example is None:
        raise Problem("invalid-input", "there is no such example")
    places = [await place_of(code, "", service) for code in example.codes]
    for name in example.files:
        upload = await keep_upload(content_of(name), name, request, service)
        places.append(await place_of("", upload.id, service))
    return see(_permalink(places))


async def see_comparison(sources: list[tuple[str, str]], context: Context) -> Response:
    """Go to the comparison of codes and files: pairs of a code and a media id, one is empty."""
    return see(_permalink([await place_of(code, media, context) for code, media in sources]))


async def _read_side(form: Form, key: str, context: Context) -> Place:
    """Return one side of a form: a new file, the file that was there, a code, or a text."""
    text = form.text(key)
    if uploads := form.uploads.get(f"file_{key}"):
        return await place_of("", uploads[0].id, context)
    if form.text(f"{key}m") and text == form.text(f"{key}_was"):
        return await place_of(text, form.text(f"{key}m"), context)
    if not text or codes_in(text):
        return await place_of(text, "", context)
    side = await side_of(Source(text=text), context, f"/{key}")
    return await place_of(side.code, "", context)


async def _pairs(places: list[Place]) -> dict[tuple[int, int], Comparison]:
    return {
        (i, j): await to_thread.run_sync(compare_units, places[i].given, places[j].given)
        for i in range(len(places))
        for j in range(i + 1, len(places))
    }


def _refuse_wrong(places: list[Place]) -> None:
    for key, place in zip("abcdefghijklmnop", places, strict=False):
        if place.problem is not None:
            raise place.problem
        if not place.is_ready:
            raise Problem("invalid-input", f"nothing is given for {key}")


def _permalink(places: list[Place], path: str = _PATH) -> str:
    keys = ["a", "b", *["c"] * (len(places) - 2)]
    codes = [(key, place.code) for key, place in zip(keys, places, strict=False)]
    media = [(f"{key}m", place.media) for key, place in zip(keys, places, strict=False)]
    return address(path, [*codes, *media])


def _links(places: list[Place]) -> dict[str, str]:
    swapped = [places[1], places[0], *places[2:]]
    return {
        "swap": _permalink(swapped),
        "json": _permalink(places, f"{_PATH}.json"),
        "report": "" if len(places) > 2 else _permalink(places, f"{_PATH}.html"),
    }


def _zones(places: list[Place]) -> list[Zone]:
    zones = []
    for number, key in enumerate("ab"):
        place = places[number]
        repaired = [*places[:number], Place(place.repair), *places[number + 1 :]]
        emptied = [*places[:number], Place(), *places[number + 1 :]]
        zones.append(
            Zone(
                key,
                place,
                place.draw(key.upper()),
                _permalink(repaired) if place.repair else "",
                _permalink(emptied) if place.code else "",
            )
        )
    return zones


def _equivalents(a: Place, b: Place, base: str) -> list[tuple[str, str]]:
    """Return how to ask the same elsewhere: what is asked, and the text."""
    names = [place.label if place.record else place.code for place in (a, b)]
    body = json.dumps({"a": {"iscc": a.code}, "b": {"iscc": b.code}})
    return [
        ("Terminal", f"iscc compare {quote(names[0])} {quote(names[1])}"),
        (
            "curl",
            f"curl -H 'Content-Type: application/json' -d {quote(body)} "
            f"{quote(base.rstrip('/') + '/api/v1/compare')}",
        ),
        ("Python", f"iscckit.compare({a.code!r}, {b.code!r})"),
    ]
