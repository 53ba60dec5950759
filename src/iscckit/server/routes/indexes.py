"""Indexes of ready-made records, for clients of iscc-search 0.3; errors have its form."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from iscckit.json_types import JsonValue
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import answers
from iscckit.server.routes.index_errors import (
    ASSET,
    ENTRY,
    EXAMPLE,
    FOUND,
    INDEX,
    STATUS,
    IndexRoute,
    refusals,
)
from iscckit.server.schemas.asset_requests import (
    IndexName,
    IsccIdText,
    NewIndex,
    SearchQuery,
    iscc_id_of,
)
from iscckit.server.services.app_context import Service
from iscckit.server.services.asset_indexes import index_json
from iscckit.server.services.asset_ingest import BATCH, add_array, add_lines
from iscckit.server.services.paging import Cursor, Limit, cursor_of, number_of

__all__ = ["router"]

router = APIRouter(tags=["Indexes"], route_class=IndexRoute)

Name = Annotated[IndexName, Path()]
Id = Annotated[IsccIdText, Path()]


@router.get(
    "/indexes",
    operation_id="listIndexes",
    summary="List the indexes",
    response_model=None,
    responses={**answers(200, {"type": "array", "items": INDEX}, "All of them."), **refusals(404)},
)
async def list_indexes(service: Service) -> Response:
    """Return all indexes with the number of their assets and their size."""

    def work() -> list[JsonValue]:
        indexes = service.indexes.all
        found: list[JsonValue] = []
        for name in indexes.names():
            index = indexes.open(name)
            if index is not None:
                found.append(index_json(name, index))
        return found

    return json_response(await to_thread.run_sync(work))


@router.post(
    "/indexes",
    operation_id="createIndex",
    summary="Make an index",
    response_model=None,
    status_code=201,
    responses={**answers(201, INDEX, "It is there now."), **refusals(400, 404, 409)},
)
async def create_index(service: Service, wanted: NewIndex) -> Response:
    """Make an empty index."""
    index = await to_thread.run_sync(service.indexes.all.create, wanted.name)
    if index is None:
        raise Problem("conflict", f"there is an index {wanted.name} already")
    return json_response(await to_thread.run_sync(index_json, wanted.name, index), 201)


@router.get(
    "/indexes/{name}",
    operation_id="getIndex",
    summary="Return an index",
    response_model=None,
    responses={**answers(200, INDEX, "The index."), **refusals(404)},
)
async def get_index(service: Service, name: Name) -> Response:
    """Return the number of its assets and its size."""
    return json_response(
        await to_thread.run_sync(lambda: index_json(name, service.indexes.open(name)))
    )


@router.delete(
    "/indexes/{name}",
    operation_id="deleteIndex",
    summary="Delete an index",
    response_model=None,
    status_code=204,
    responses={204: {"description": "It is gone, with all in it."}, **refusals(404)},
)
async def delete_index(service: Service, name: Name) -> Response:
    """Delete the index and all of its assets."""
    if not await to_thread.run_sync(service.indexes.all.remove, name):
        raise Problem("not-found", f"there is no index {name}")
    return Response(status_code=204)


@router.post(
    "/indexes/{name}/assets",
    operation_id="addAssets",
    summary="Add ready-made records",
    response_model=None,
    status_code=201,
    responses={
        **answers(201, {"type": "array", "items": STATUS}, "What became of each."),
        **refusals(400, 404, 413),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "maxItems": BATCH, "items": ASSET},
                    "example": [EXAMPLE],
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    },
)
async def add_assets(request: Request, service: Service, name: Name) -> Response:
    """Add an array of at most 1000, all or none; or a stream of lines of any length.

    A stream is added in steps of at most 1000; those before the one with the first bad line are
    kept.
    """
    index = await to_thread.run_sync(service.indexes.open, name)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    allowance = service.settings.allowance
    if kind == "application/x-ndjson":
        told = await add_lines(request, index, allowance)
        return StreamingResponse(told, 201, media_type=kind)
    if kind != "application/json":
        raise Problem("unsupported-media", "send application/json or application/x-ndjson")
    return json_response(await add_array(request, index, allowance), 201)


@router.get(
    "/indexes/{name}/assets",
    operation_id="listAssets",
    summary="List the assets of an index",
    response_model=None,
    responses={
        **answers(200, {"type": "object", "required": ["items", "next"]}, "Some of them."),
        **refusals(400, 404),
    },
)
async def list_assets(
    service: Service,
    name: Name,
    cursor: Annotated[Cursor, Query()] = "",
    limit: Annotated[Limit, Query()] = 100,
) -> Response:
    """Return a page of assets; ``next`` is the cursor of the next one."""
    index = await to_thread.run_sync(service.indexes.open, name)
    rows = await to_thread.run_sync(index.page, number_of(cursor), limit + 1)
    after = cursor_of(rows[limit - 1].id) if len(rows) > limit else None
    return json_response({"items": [row.entry for row in rows[:limit]], "next": after})


@router.get(
    "/indexes/{name}/assets/{iscc_id}",
    operation_id="getAsset",
    summary="Return an asset",
    response_model=None,
    responses={**answers(200, ENTRY, "As it was given."), **refusals(400, 404)},
)
async def get_asset(service: Service, name: Name, iscc_id: Id) -> Response:
    """Return the record as it was given."""
    index = await to_thread.run_sync(service.indexes.open, name)
    found = await to_thread.run_sync(index.get, iscc_id_of(iscc_id))
    if found is None:
        raise Problem("not-found", f"the index has no {iscc_id}")
    return json_response(found.entry)


@router.delete(
    "/indexes/{name}/assets/{iscc_id}",
    operation_id="deleteAsset",
    summary="Remove an asset",
    response_model=None,
    status_code=204,
    responses={204: {"description": "It is gone."}, **refusals(400, 404)},
)
async def delete_asset(service: Service, name: Name, iscc_id: Id) -> Response:
    """Remove the record from the index."""
    index = await to_thread.run_sync(service.indexes.open, name)
    if not await to_thread.run_sync(index.remove, iscc_id_of(iscc_id)):
        raise Problem("not-found", f"the index has no {iscc_id}")
    return Response(status_code=204)


Least = Annotated[float, Query(ge=0, le=1, description="Score that a match has at least.")]


@router.post(
    "/indexes/{name}/search",
    operation_id="searchIndex",
    summary="Find similar assets",
    response_model=None,
    responses={**answers(200, FOUND, "Whole assets and parts."), **refusals(400, 404)},
)
async def search_index(
    service: Service,
    name: Name,
    query: SearchQuery,
    limit: Annotated[Limit, Query()] = 100,
    min_score: Least = 0.0,
) -> Response:
    """Search exactly by units and by simprints; ``iscc_id`` asks for what is like that asset."""
    index = await to_thread.run_sync(service.indexes.open, name)
    return json_response(await service.indexes.search(index, query, limit=limit, least=min_score))


@router.get(
    "/indexes/{name}/search",
    operation_id="searchIndexByCode",
    summary="Find assets similar to a code",
    response_model=None,
    responses={**answers(200, FOUND, "Whole assets."), **refusals(400, 404)},
)
async def search_index_by_code(
    service: Service,
    name: Name,
    iscc_code: Annotated[
        str,
        Query(
            pattern="^ISCC:[A-Z2-7]{16,}$",
            max_length=400,
            examples=["ISCC:KECYCMZIOY36XXGZ7S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY"],
            json_schema_extra={"format": "iscc"},
        ),
    ],
    limit: Annotated[Limit, Query()] = 100,
    min_score: Least = 0.0,
) -> Response:
    """Search exactly by the units of the code."""
    query = SearchQuery(iscc_code=iscc_code)
    index = await to_thread.run_sync(service.indexes.open, name)
    return json_response(await service.indexes.search(index, query, limit=limit, least=min_score))
