"""Codes without files: dissect, compose, decompose."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, cast

from fastapi import APIRouter, Path
from starlette.responses import Response

from iscckit.codec.explain import explain
from iscckit.record import JsonValue
from iscckit.server.views import json_response

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Codes"])


@router.get("/inspect/{iscc}", operation_id="inspect", summary="Take a code apart")
async def inspect(iscc: Annotated[str, Path(min_length=1, max_length=20_000)]) -> Response:
    """Return what a code in any spelling holds."""
    return json_response(cast("dict[str, JsonValue]", asdict(explain(iscc))))
