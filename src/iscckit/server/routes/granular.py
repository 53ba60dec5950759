"""Chunks of a content, and how two contents lie over each other."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import problems
from iscckit.server.schemas.requests import NUMBER
from iscckit.server.services.app_context import Service
from iscckit.server.services.chunk_service import align, chunks_json, clamp, cut_source
from iscckit.server.services.request_sources import Source

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Granular"])

_FAULTS: Final = (
    *("path-not-allowed", "media-gone", "gone", "unsupported-media", "invalid-input"),
    *("decode-failed", "limit-exceeded", "missing-dependency", "queue-full", "library", "timeout"),
)
_SPEECH: Final = "Four score and seven years ago our fathers brought forth a new nation."
_PLACE: Final = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_CHUNKS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "In order. By wording and bytes without gaps, a last short one left out; by "
        "meaning they overlap.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["kind", "scale", "average", "stats", "chunks"],
                    "properties": {
                        "kind": {"enum": ["text", "data", "semantic"]},
                        "scale": {"enum": ["character", "byte"]},
                        "average": {"type": ["integer", "null"]},
                        "model": {"type": "string", "description": "That gave the meaning."},
                        "stats": {"type": "object"},
                        "chunks": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}
_ALIGNMENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The segments that agree, by their places in A.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["scale", "size", "coverage", "offset", "segments"],
                    "properties": {
                        "scale": {"enum": ["character", "byte", "second"]},
                        "size": {"type": "object"},
                        "coverage": {"type": "object"},
                        "offset": {"type": ["number", "null"]},
                        "segments": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["a", "b", "percent"],
                                "properties": {
                                    "a": _PLACE,
                                    "b": _PLACE,
                                    "percent": {"type": "number", "minimum": 0, "maximum": 100},
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}


_KIND: Final = Field(
    description="What counts: wording, bytes, or meaning, for which the service needs a model.",
)


class ToCut(BaseModel):
    """What is to be cut, by what, and how long the chunks are to be on average."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"source": {"text": _SPEECH}, "kind": "text"}},
    )

    source: Source
    kind: Annotated[Literal["text", "data", "semantic"], _KIND] = "text"
    average: Annotated[
        int | None,
        Field(ge=64, le=1 << 20, description="Characters (64 to 4096) or bytes (256 to 1048576)."),
        NUMBER,
    ] = None


class ToAlign(BaseModel):
    """Two contents, by what they are aligned, and what counts as agreement."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"a": {"text": _SPEECH}, "b": {"text": _SPEECH}}},
    )

    a: Source
    b: Source
    kind: Annotated[Literal["text", "data", "semantic", "time"], _KIND] = "text"
    average: Annotated[int | None, Field(ge=64, le=1 << 20), NUMBER] = None
    threshold: Annotated[
        float | None,
        Field(
            ge=50,
            le=100,
            description="Percent of equal bits of chunks; without it 80, of meaning 75.",
        ),
        NUMBER,
    ] = None


@router.post(
    "/chunks",
    operation_id="chunks",
    summary="Cut a content where its content says so",
    responses={**_CHUNKS, **problems(*_FAULTS)},
)
async def chunks(asked: ToCut, service: Service) -> Response:
    """Return content-defined chunks with their simprints.

    An insertion changes the chunks around it and no others. Of kind `semantic`, chunks are the
    passages that the service's model for texts reads; they overlap, and have no average length.
    """
    average = clamp(asked.kind, asked.average)
    found = await cut_source(asked.source, asked.kind, average, service, "/source")
    return json_response(chunks_json(found, average))


@router.post(
    "/align",
    operation_id="align",
    summary="Say which parts of two contents agree",
    responses={**_ALIGNMENT, **problems(*_FAULTS)},
)
async def alignment(asked: ToAlign, service: Service) -> Response:
    """Return segments: a place in A, a place in B, and how well they agree.

    Texts and bytes are aligned by their chunks, sound and moving pictures by their times. Of kind
    `semantic`, passages of texts agree that mean the same, as far as the service's model can tell.
    """
    found, _ = await align(
        (asked.a, asked.b),
        asked.kind,
        service,
        average=asked.average,
        threshold=asked.threshold,
    )
    return json_response(found.to_dict())
