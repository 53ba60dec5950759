"""The screen that compares two things."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from iscckit.server.views import page_response

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/compare")
async def compare_page() -> Response:
    """Show two places to drop something."""
    return page_response("compare.html", title="Compare", here="/compare")
