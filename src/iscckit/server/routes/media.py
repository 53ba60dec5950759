"""Uploaded files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from iscckit.server.context import Service
from iscckit.server.tasks import make_thumbnail

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Media"])


@router.get("/media/{media_id}/thumbnail", operation_id="thumbnail", summary="A small picture")
async def get_thumbnail(
    media_id: Annotated[str, Path(pattern="^[a-v0-9]{13}$")],
    service: Service,
    size: Annotated[int, Query(ge=16, le=1024)] = 128,
) -> Response:
    """Return a small picture of an uploaded file as WebP."""
    path = service.spool.get(media_id).path
    return Response(await service.jobs.run(make_thumbnail, (path, size)), media_type="image/webp")
