"""The library: scan, look around, search, clusters, verification."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import JOB, answers, problems
from iscckit.server.schemas.requests import NUMBER
from iscckit.server.services.app_context import Service
from iscckit.server.services.cluster_service import (
    FORMATS,
    ClusterPageQuery,
    ClusterQuery,
    Format,
    make_report,
    page_json,
    read_page,
)
from iscckit.server.services.create_service import job_response
from iscckit.server.services.item_pages import ItemsQuery, items_page
from iscckit.server.services.search_service import Sought, answer_json, search
from iscckit.server.uploads.file_response import is_known

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Library"])

_WORK: Final = ("decode-failed", "limit-exceeded", "queue-full", "timeout", "unsupported-media")
_BIG: Final = 1 << 53
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
_OVERVIEW: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["files", "states", "modes", "bytes", "folders", "last_scan", "index"],
    "properties": {
        "files": {"type": "integer"},
        "states": _OBJECT,
        "modes": _OBJECT,
        "bytes": {"type": "integer"},
        "folders": {"type": "array", "items": _OBJECT},
        "last_scan": {"type": ["integer", "null"], "description": "Seconds since 1970."},
        "index": _OBJECT,
        "scan": {"type": ["string", "null"], "description": "The job that is at work."},
    },
}
_PAGE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["items", "next"],
    "properties": {
        "items": {"type": "array", "items": _OBJECT},
        "next": {"type": ["string", "null"], "description": "Cursor of the next page."},
    },
}
_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["matches", "ids", "items", "radius", "false_hits"],
    "properties": {
        "matches": {"type": "array", "items": _OBJECT},
        "ids": {"type": "array", "items": {"type": "integer"}},
        "items": {"type": "integer", "description": "Files of the library."},
        "radius": _OBJECT,
        "false_hits": {"type": "number", "description": "That chance alone gives."},
    },
}

Id = Annotated[int, Path(ge=1, lt=_BIG, description="Of an item.", examples=[1])]


class Places(BaseModel):
    """Folders or files below the roots of the service."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"paths": ["."]}})

    paths: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=4096)]],
        Field(min_length=1, max_length=100, description="Absolute, or relative to a root."),
    ]


class Scan(Places):
    """What is to be scanned, and how."""

    verify: Annotated[bool, Field(strict=True, description="Read unchanged files as well.")] = False


class Check(BaseModel):
    """Which files are to be read again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"paths": []}})

    paths: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=4096)]],
        Field(max_length=100, description="None takes all."),
    ] = []


class Unrelated(BaseModel):
    """Two items that are not the same, whatever their codes say."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"a": 1, "b": 2}})

    a: Annotated[int, Field(ge=1, lt=_BIG), NUMBER]
    b: Annotated[int, Field(ge=1, lt=_BIG), NUMBER]


@router.get(
    "/library",
    operation_id="getLibrary",
    summary="Say what is in the library",
    response_model=None,
    responses={**answers(200, _OVERVIEW, "Its numbers."), **problems("library")},
)
async def get_library(service: Service) -> Response:
    """Return numbers of files by state and kind, their folders, and when they were scanned."""
    found = await service.library.overview()
    job = service.library.running_scan
    return json_response({**found.to_dict(), "scan": None if job is None else job.id})


@router.post(
    "/library/scan",
    operation_id="scanLibrary",
    summary="Bring the library up to date with folders",
    response_model=None,
    status_code=202,
    responses={
        **answers(202, JOB, "The job that does it; Location says where."),
        **problems("not-found", "path-not-allowed", "conflict", "invalid-input"),
    },
)
async def scan_library(service: Service, asked: Scan) -> Response:
    """Read what is new or changed; one scan at a time."""
    return job_response(service.library.scan(asked.paths, verify=asked.verify))


@router.post(
    "/library/verify",
    operation_id="verifyLibrary",
    summary="Read all files again and say which have changed",
    response_model=None,
    status_code=202,
    responses={
        **answers(202, JOB, "The job that does it; its result has the findings."),
        **problems("not-found", "path-not-allowed", "conflict", "invalid-input"),
    },
)
async def verify_library(service: Service, asked: Check) -> Response:
    """Change nothing; the findings are those that ``iscc verify --json`` prints.

    One verification at a time.
    """
    return job_response(service.library.verify(asked.paths))


@router.get(
    "/library/items",
    operation_id="listItems",
    summary="List the files of the library",
    response_model=None,
    responses={**answers(200, _PAGE, "Some of them."), **problems("library", "invalid-input")},
)
async def list_items(service: Service, asked: Annotated[ItemsQuery, Query()]) -> Response:
    """Return a page of items; ``next`` is the cursor of the next one."""
    return json_response(await items_page(service, asked))


@router.get(
    "/library/items/{number}",
    operation_id="getItem",
    summary="Return a file of the library with its record",
    response_model=None,
    responses={**answers(200, _OBJECT, "The item."), **problems("not-found", "library")},
)
async def get_item(service: Service, number: Id) -> Response:
    """Return what the library knows of a file; ``record`` is what ``iscc create --json`` prints."""
    item, record = await service.library.item(number)
    return json_response({**item.to_dict(), "record": json.loads(record) if record else None})


@router.get(
    "/library/items/{number}/thumbnail",
    operation_id="getItemThumbnail",
    summary="Return a small picture of a file of the library",
    response_model=None,
    responses={
        200: {"description": "The picture.", "content": {"image/webp": {}}},
        304: {"description": "The client has it."},
        **problems("not-found", "media-gone", *_WORK),
    },
)
async def get_item_thumbnail(
    request: Request,
    service: Service,
    number: Id,
    size: Annotated[int, Query(ge=16, le=1024, description="Longer side, pixels.")] = 256,
) -> Response:
    """Return the picture as WebP; its ETag is the hash of the file."""
    item, _ = await service.library.item(number)
    etag = f'"{(item.datahash or b"").hex()}-{size}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(await service.library.thumbnail(item, size), 200, headers, "image/webp")


@router.post(
    "/search",
    operation_id="search",
    summary="Find what has something to do with a file, a code or a text",
    response_model=None,
    responses={
        **answers(200, _ANSWER, "The matches, the best first."),
        **problems("path-not-allowed", "media-gone", "library", "invalid-iscc", *_WORK),
    },
)
async def search_library(service: Service, sought: Sought) -> Response:
    """Return matches as ``iscc search --json`` prints them, and within which radius."""
    _, answer = await search(sought, service)
    return json_response(answer_json(answer))


@router.get(
    "/library/clusters",
    operation_id="listClusters",
    summary="List what belongs together",
    response_model=None,
    responses={**answers(200, _PAGE, "Some clusters."), **problems("library", "invalid-input")},
)
async def list_clusters(service: Service, asked: Annotated[ClusterPageQuery, Query()]) -> Response:
    """Return clusters as ``iscc dupes --json`` prints them, totals, and which copies could go."""
    return json_response(page_json(await read_page(asked, service)))


@router.post(
    "/library/unrelated",
    operation_id="markUnrelated",
    summary="Note that two files are not the same",
    response_model=None,
    status_code=204,
    responses={
        204: {"description": "They will not be joined any more."},
        **problems("not-found", "conflict", "library", "invalid-input"),
    },
)
async def mark_unrelated(service: Service, pair: Unrelated) -> Response:
    """Keep two files apart in all clusters, also after further scans."""
    await service.library.mark_unrelated(pair.a, pair.b)
    return Response(status_code=204)


@router.post(
    "/library/related",
    operation_id="unmarkUnrelated",
    summary="Take back that two files are not the same",
    response_model=None,
    status_code=204,
    responses={
        204: {"description": "They may be joined again."},
        **problems("not-found", "conflict", "library", "invalid-input"),
    },
)
async def unmark_unrelated(service: Service, pair: Unrelated) -> Response:
    """Let two files be in one cluster again if their codes say so."""
    await service.library.mark_unrelated(pair.a, pair.b, is_marked=False)
    return Response(status_code=204)


@router.get(
    "/library/duplicates.{form}",
    operation_id="reportDuplicates",
    summary="Report duplicates as a page, a table, JSON or a shell script",
    response_model=None,
    responses={
        200: {
            "description": "The report, for download. The script prints what it would do.",
            "content": {
                mediatype.partition(";")[0]: {
                    "schema": {"type": "string"} if name != "json" else _OBJECT
                }
                for name, mediatype in FORMATS.items()
            },
        },
        **problems("not-found", "library", "invalid-input"),
    },
)
async def report_duplicates(
    service: Service,
    form: Annotated[Format, Path(examples=["csv"])],
    asked: Annotated[ClusterQuery, Query()],
) -> Response:
    """Write about all clusters that are asked for. The service itself deletes nothing, ever."""
    content = await make_report(asked, form, service)
    headers = {"Content-Disposition": f'attachment; filename="duplicates.{form}"'}
    return Response(content, 200, headers, FORMATS[form])
