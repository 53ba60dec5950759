"""Is the service up, and what is it?"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from iscckit.server.context import Service
from iscckit.server.problems import KINDS, Problem
from iscckit.server.views import json_response, page_response
from iscckit.version import VERSION

__all__ = ["router"]

router = APIRouter(tags=["System"])


@router.get("/healthz", operation_id="health", summary="Is the process alive?")
async def health() -> Response:
    """Answer as long as the process does."""
    return json_response({"status": "ok"})


@router.get("/api/v1/about", operation_id="about", summary="What is this service?")
async def about(service: Service) -> Response:
    """Return version and limits."""
    return json_response({"version": VERSION, "iso": "24138:2024"})


@router.get("/problems/{slug}", include_in_schema=False)
async def problem(slug: str, request: Request) -> Response:
    """Explain a kind of problem."""
    if slug not in KINDS:
        raise Problem("not-found", f"there is no problem {slug}")
    return page_response("about_problem.html", title=KINDS[slug].title, kind=KINDS[slug])
