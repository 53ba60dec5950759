"""The first page, and what this service is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> Response:
    """Go to the comparison, which shows best what codes are for."""
    return RedirectResponse("/compare", 303)
