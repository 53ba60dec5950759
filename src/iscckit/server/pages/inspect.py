"""The screen that takes a code apart."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from iscckit.codec import legacy
from iscckit.codec.code import decompose
from iscckit.codec.explain import explain
from iscckit.errors import InvalidCode
from iscckit.render.dissection import dissection_html, error_html
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.samples import CODES
from iscckit.server.services.inspection import inspect_code
from iscckit.server.services.permalinks import address

if TYPE_CHECKING:
    from iscckit.codec.explain import Explanation

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_PATH: Final = "/inspect"
Given = Annotated[str, Query(max_length=20_000)]


@router.get("/inspect.json")
async def inspect_json(code: Given = "") -> Response:
    """Return what a code holds, as the REST interface does."""
    return json_response(inspect_code(code))


@router.get("/inspect")
async def inspect_page(request: Request, code: Given = "") -> Response:
    """Show what a code holds, or where it is wrong."""
    code = code.strip()
    error = _error_in(code) if code else None
    found: Explanation | None = None
    if code:
        try:
            found = explain(code)
        except InvalidCode as problem:
            error = problem
    suggestion = None if error is None else error.suggestion
    return page_response(
        "inspect.html",
        title="Inspect",
        here=_PATH,
        status=422 if error is not None else 200,
        code=code,
        error=None if error is None else error_html(error),
        repair=suggestion and (suggestion, address(_PATH, [("code", suggestion)])),
        dissection=None if found is None else dissection_html(found),
        equivalents=[] if found is None else _equivalents(code, request),
        links=None if found is None else _links(code),
        examples=[(name, address(_PATH, [("code", each)])) for name, each in CODES],
    )


def _error_in(code: str) -> InvalidCode | None:
    """Return what is wrong with a code even if it can be read."""
    try:
        if legacy.looks_legacy(code):
            return next(iter(legacy.parse(code).problems), None)
        decompose(code)
    except InvalidCode as error:
        return error
    return None


def _links(code: str) -> dict[str, str]:
    return {
        "compare": address("/compare", [("a", code)]),
        "json": address(f"{_PATH}.json", [("code", code)]),
    }


def _equivalents(code: str, request: Request) -> list[tuple[str, str]]:
    place = str(request.base_url).rstrip("/")
    return [
        ("Terminal", f"iscc inspect {quote(code)}"),
        ("curl", f"curl {quote(f'{place}/api/v1/inspect/{code}')}"),
        ("Python", f"iscckit.explain({code!r})"),
    ]
