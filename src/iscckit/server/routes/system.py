"""Is the service up, and what is it?"""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from iscckit.json_types import JsonValue
from iscckit.server.http.problems import KINDS, Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.schemas import responses
from iscckit.server.services.about import about_values
from iscckit.server.services.app_context import Service

__all__ = ["router"]

router = APIRouter(tags=["System"])


@router.get(
    "/healthz",
    operation_id="health",
    summary="Is the process alive?",
    responses={200: {"model": responses.Health}},
)
async def health() -> Response:
    """Answer as long as the process does."""
    return json_response({"status": "ok"})


@router.get(
    "/api/v1/about",
    operation_id="about",
    summary="What is this service?",
    responses={200: {"model": responses.About}},
)
async def about(service: Service) -> Response:
    """Return versions, decoders, limits, and what confines the workers."""
    return json_response(about_values(service))


@router.get(
    "/api/v1/formats",
    operation_id="formats",
    summary="Which formats are read?",
    responses={200: {"model": responses.Formats}},
)
async def formats() -> Response:
    """Return what is read, described, written and divided, as `iscc formats --json` prints it.

    Every other file gets an ISCC-SUM.
    """
    from iscckit.records import format_list as listing  # the tables of all formats

    return json_response(
        {
            "formats": cast("list[JsonValue]", listing.formats()),
            "mixed": cast("list[JsonValue]", listing.divisions()),
        }
    )


@router.get("/problems/{slug}", include_in_schema=False)
async def problem(slug: str, request: Request) -> Response:
    """Explain a kind of problem."""
    if slug not in KINDS:
        raise Problem("not-found", f"there is no problem {slug}")
    return page_response("about_problem.html", title=KINDS[slug].title, kind=KINDS[slug])
