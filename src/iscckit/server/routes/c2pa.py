"""Manifests of C2PA by soft binding, for copies that lost theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from iscckit.errors import IsccError
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import answers, problems
from iscckit.server.schemas.requests import NUMBER
from iscckit.server.services.app_context import Service

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.server.services.app_context import Context

__all__ = ["router"]

router = APIRouter(tags=["C2PA"])

_ALGORITHM: Final = "io.iscc.v0"
_MEDIATYPE: Final = "application/c2pa"
_BODY_BYTES: Final = 1 << 16
_MATCHES: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["matches"],
    "properties": {
        "matches": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["manifestId", "endpoint", "similarityScore", "iscc"],
                "properties": {
                    "manifestId": {"type": "string"},
                    "endpoint": {"type": "string", "description": "Address of the manifest."},
                    "similarityScore": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 100,
                        "description": "100 for the same bytes only.",
                    },
                    "iscc": {"type": ["string", "null"], "description": "Of the file that has it."},
                },
            },
        }
    },
}
_ALGORITHMS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["fingerprints", "watermarks"],
    "properties": {
        "fingerprints": {"type": "array", "items": {"type": "object"}},
        "watermarks": {"type": "array", "items": {"type": "object"}},
    },
}
_PLACES: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["endpoint", "algorithms"],
    "properties": {
        "endpoint": {"type": "string"},
        "algorithms": {"type": "array", "items": {"type": "string"}},
    },
}
_FAULTS: Final = ("library", "not-found", "too-large", "invalid-input")

Algorithm = Annotated[
    str,
    Query(
        min_length=1, max_length=100, description="io.iscc.v0 is known.", examples=["io.iscc.v0"]
    ),
]
Value = Annotated[
    str,
    Query(
        min_length=1,
        max_length=4096,
        description="Units of Version 0, base64.",
        examples=["JwAAAAAA"],
    ),
]
Most = Annotated[int, Query(alias="maxResults", ge=1, le=100), NUMBER]


@router.get(
    "/v1/matches/byBinding",
    operation_id="matchesByBinding",
    summary="Find the manifests of a soft binding",
    response_model=None,
    responses={**answers(200, _MATCHES, "The best first."), **problems(*_FAULTS)},
)
async def get_matches(
    request: Request, service: Service, alg: Algorithm, value: Value, most: Most = 10
) -> Response:
    """Look in the library for files like that of the binding whose manifests it keeps."""
    return await _answer(request, service, alg, value, most)


@router.post(
    "/v1/matches/byBinding",
    operation_id="postMatchesByBinding",
    summary="Find the manifests of a soft binding in the query or the body",
    response_model=None,
    responses={**answers(200, _MATCHES, "The best first."), **problems(*_FAULTS)},
)
async def post_matches(
    request: Request,
    service: Service,
    alg: Algorithm | None = None,
    value: Value | None = None,
    most: Most = 10,
) -> Response:
    """Answer as by GET; ``alg`` and ``value`` may be members of a JSON object in the body."""
    if alg is None or value is None:
        alg, value = await _read_body(request)
    return await _answer(request, service, alg, value, most)


@router.get(
    "/v1/manifests/{name}",
    operation_id="getManifest",
    summary="Return a manifest store",
    response_model=None,
    responses={
        200: {
            "description": "The manifest store, as the file had it.",
            "content": {_MEDIATYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems("library", "not-found"),
    },
)
async def get_manifest(
    service: Service,
    name: Annotated[
        str,
        Path(
            min_length=1, max_length=300, description="Its manifestId.", examples=["urn:c2pa:0a6b"]
        ),
    ],
) -> Response:
    """Return the bytes that the file had. Whether the signature holds, readers of C2PA say."""
    from iscckit.trust.declarations.c2pa_resolver import find_store  # slow to import

    store = await to_thread.run_sync(find_store, service.library.folder, name)
    if store is None:
        raise Problem("not-found", "the library keeps no manifest of this name")
    return Response(store, media_type=_MEDIATYPE)


@router.get(
    "/v1/services/supportedAlgorithms",
    operation_id="supportedAlgorithms",
    summary="Name the algorithms of soft bindings that are known",
    response_model=None,
    responses=answers(200, _ALGORITHMS, "By their kind."),
)
async def get_algorithms() -> Response:
    """Return names from the list of C2PA."""
    return json_response({"fingerprints": [{"alg": _ALGORITHM}], "watermarks": []})


@router.get(
    "/.well-known/c2pa-soft-binding-resolution",
    operation_id="softBindingResolution",
    summary="Say where soft bindings are resolved",
    response_model=None,
    responses=answers(200, _PLACES, "The address of the interface."),
)
async def get_place(request: Request) -> Response:
    """Return the base address of the resolver, and the algorithms that it knows."""
    return json_response({"endpoint": f"{request.base_url}v1", "algorithms": [_ALGORITHM]})


async def _answer(request: Request, service: Context, alg: str, value: str, most: int) -> Response:
    from iscckit.trust.declarations.c2pa_resolver import resolve_binding  # slow to import

    if alg != _ALGORITHM:
        raise Problem("invalid-input", f"the algorithm {alg!r} is not known; {_ALGORITHM} is")
    folder = service.library.folder
    try:
        found = await to_thread.run_sync(lambda: resolve_binding(folder, value, limit=most))
    except IsccError as error:
        raise problem_of(error, "/value") from error
    matches: list[JsonValue] = [
        {
            "manifestId": each.name,
            "endpoint": f"{request.base_url}v1/manifests/{quote(each.name, safe='')}",
            "similarityScore": each.score,
            "iscc": each.iscc,
        }
        for each in found
    ]
    return json_response({"matches": matches})


async def _read_body(request: Request) -> tuple[str, str]:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _BODY_BYTES:
            raise Problem("too-large", f"a binding has at most {_BODY_BYTES} bytes")
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Problem("invalid-input", "neither query nor body has alg and value") from error
    found = (given.get("alg"), given.get("value")) if isinstance(given, dict) else (None, None)
    alg, value = found
    if not isinstance(alg, str) or not isinstance(value, str):
        raise Problem("invalid-input", "alg and value are texts")
    return alg, value
