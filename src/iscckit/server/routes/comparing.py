"""How two codes, files or texts relate."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from iscckit.comparison import compare
from iscckit.server.context import Service
from iscckit.server.sources import Source, side_of
from iscckit.server.views import json_response

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Comparison"])


class Pair(BaseModel):
    """Two things to compare."""

    model_config = ConfigDict(extra="forbid")

    a: Source
    b: Source


@router.post("/compare", operation_id="compare", summary="Compare two things unit by unit")
async def comparison(pair: Pair, service: Service) -> Response:
    """Return verdict, sentence and every unit, as ``iscc compare --json`` prints them."""
    a, b = await side_of(pair.a, service, "/a"), await side_of(pair.b, service, "/b")
    found = compare(a.units, b.units, quality_a=a.flags, quality_b=b.flags)
    return json_response(found.to_dict())
