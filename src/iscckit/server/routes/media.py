"""Files: uploading them, their records, their metadata, their pictures."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from iscckit.json_types import JsonValue
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response
from iscckit.server.jobs.tasks import read_metadata
from iscckit.server.openapi.app import JOB, RECORD, answers, problems
from iscckit.server.schemas.requests import Inline, Text, Wanted
from iscckit.server.services.app_context import Service
from iscckit.server.services.create_service import (
    base_of,
    embed_into_copy,
    generate,
    receive_file,
    to_json,
)
from iscckit.server.services.request_sources import MediaId
from iscckit.server.uploads.file_response import is_known, media_response
from iscckit.server.uploads.multipart import client_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Media"])

_UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file, under its name in X-Upload-Filename or Content-Disposition.",
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "additionalProperties": False,
                }
            },
        },
    },
    "parameters": [
        {
            "name": "X-Upload-Filename",
            "in": "header",
            "description": "Name of the file: base64 of its UTF-8 form.",
            "schema": {"type": "string", "maxLength": 8192, "format": "base64-utf8"},
            "example": "cGhvdG8uanBn",
        },
        {
            "name": "Prefer",
            "in": "header",
            "description": "respond-async: answer with a job at once; wait=N: after N seconds.",
            "schema": {"type": "string", "maxLength": 1 << 16},
            "example": "wait=20",
        },
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A name for this request; sent again it gets the same answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
    ],
}
_KEPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["content", "media_id", "iscc_sum", "datahash", "filesize", "mediatype"],
    "properties": {
        "content": {"type": "string", "description": "Address of the file."},
        "media_id": {"type": "string", "pattern": "^[a-v0-9]{13}$"},
        "iscc_sum": {"type": "string"},
        "datahash": {"type": "string"},
        "filename": {"type": "string"},
        "filesize": {"type": "integer"},
        "mediatype": {"type": "string"},
    },
}
_BODY: Final = ("malformed", "stalled", "too-large", "rate-limit", "queue-full", "storage-full")
_WORK: Final = ("decode-failed", "limit-exceeded", "queue-full", "timeout")
Id = Annotated[MediaId, Path(description="Of an uploaded file.", examples=["06a9v3q1kd2ng"])]


@router.post(
    "/iscc",
    operation_id="generate",
    summary="Upload a file and make its record",
    response_model=None,
    responses={
        **answers(201, RECORD, "The record, with the address of the file."),
        **answers(202, JOB, "The job that makes it; Location says where."),
        **problems(*_BODY, *_WORK, "conflict", "invalid-input"),
    },
    openapi_extra=_UPLOAD,
)
async def create_iscc(
    request: Request, service: Service, wanted: Annotated[Wanted, Query()]
) -> Response:
    """Return the record as ``iscc create --json`` prints it, with ``media_id`` and ``content``.

    A file that cannot be decoded has a record as well: an ISCC-SUM, and the reason why it is no
    more under ``properties.missing``.
    """
    options = wanted.options(service.settings.semantic)

    async def make() -> Response:
        return await generate(request, service, await receive_file(request, service), options)

    return await service.answers.once(request, make)


@router.post(
    "/iscc/text",
    operation_id="generateText",
    summary="Make the record of a text",
    response_model=None,
    responses={
        **answers(201, RECORD, "The record; its file is the text in UTF-8."),
        **problems("too-large", *_WORK, "conflict", "invalid-input", "storage-full"),
    },
)
async def create_iscc_of_text(request: Request, service: Service, text: Text) -> Response:
    """Return the record of the text, kept as a file of type text/plain."""
    options = text.options(service.settings.semantic)

    async def make() -> Response:
        spool = service.spool
        async with spool.incoming("", client_of(request), "text/plain") as incoming:
            await incoming.write(text.text.encode("utf-8", "replace"))
            upload = await incoming.finish()
        return await generate(request, service, upload, options)

    return await service.answers.once(request, make)


@router.get(
    "/iscc/{media_id}",
    operation_id="getIscc",
    summary="Return the record of an uploaded file",
    response_model=None,
    responses={**answers(200, RECORD, "The record."), **problems("media-gone", *_WORK)},
)
async def get_iscc(request: Request, service: Service, media_id: Id) -> Response:
    """Return the record with the options it was made with; it is made if there is none yet."""
    record = await service.record_of(media_id, service.find_options(media_id))
    return json_response(to_json(base_of(request), service.spool.get(media_id), record))


@router.post(
    "/media",
    operation_id="uploadMedia",
    summary="Upload a file",
    response_model=None,
    responses={
        **answers(201, _KEPT, "Its address, and what was computed while it arrived."),
        **problems(*_BODY, "conflict"),
    },
    openapi_extra=_UPLOAD,
)
async def create_media(request: Request, service: Service) -> Response:
    """Keep a file without decoding it. Its ISCC-SUM is ready with its last byte."""

    async def make() -> Response:
        upload = await receive_file(request, service)
        path = f"/api/v1/media/{upload.id}"
        fields: dict[str, JsonValue] = {
            "content": base_of(request) + path,
            "media_id": upload.id,
            "iscc_sum": upload.iscc_sum,
            "datahash": upload.datahash,
            "filename": upload.filename,
            "filesize": upload.size,
            "mediatype": upload.mediatype,
        }
        return json_response(fields, 201, {"Location": path})

    return await service.answers.once(request, make)


_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {"*/*": {}}},
    206: {"description": "A part of it.", "content": {"*/*": {}}},
    304: {"description": "The client has it."},
    **problems("media-gone", "range"),
}


@router.get(
    "/media/{media_id}",
    operation_id="getMedia",
    summary="Download an uploaded file",
    response_model=None,
    responses=_FILE,
)
@router.head(
    "/media/{media_id}",
    operation_id="headMedia",
    summary="Say how long an uploaded file is",
    response_model=None,
    responses=_FILE,
)
async def get_media(request: Request, service: Service, media_id: Id) -> Response:
    """Return the file as an attachment; ranges of bytes can be asked for."""
    return media_response(request, service.spool.get(media_id))


@router.delete(
    "/media/{media_id}",
    operation_id="deleteMedia",
    summary="Delete an uploaded file",
    response_model=None,
    status_code=204,
    responses={204: {"description": "It is gone."}, **problems("media-gone")},
)
async def delete_media(service: Service, media_id: Id) -> Response:
    """Delete the file; others need not wait until it expires."""
    service.spool.remove(media_id)
    return Response(status_code=204)


@router.get(
    "/media/{media_id}/thumbnail",
    operation_id="getThumbnail",
    summary="Return a small picture of an uploaded file",
    response_model=None,
    responses={
        200: {"description": "The picture.", "content": {"image/webp": {}}},
        304: {"description": "The client has it."},
        **problems("media-gone", "unsupported-media", *_WORK),
    },
)
async def get_thumbnail(
    request: Request,
    service: Service,
    media_id: Id,
    size: Annotated[int, Query(ge=16, le=1024, description="Longer side, pixels.")] = 256,
) -> Response:
    """Return the picture as WebP; its ETag is the hash of the file."""
    etag = f'"{service.spool.get(media_id).datahash}-{size}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(await service.thumbnail_of(media_id, size), 200, headers, "image/webp")


@router.get(
    "/metadata/{media_id}",
    operation_id="getMetadata",
    summary="Return what an uploaded file says about itself",
    response_model=None,
    responses={
        **answers(200, Inline.model_json_schema(), "The fields that it has."),
        **problems("media-gone", *_WORK),
    },
)
async def get_metadata(service: Service, media_id: Id) -> Response:
    """Return the metadata that is embedded in the file."""
    with service.spool.pin(media_id) as upload:
        found = await service.jobs.run(read_metadata, (upload.path,))
    return json_response({key: value for key, value in found.items() if key in Inline.model_fields})


@router.post(
    "/metadata/{media_id}",
    operation_id="embedMetadata",
    summary="Write metadata into a copy of an uploaded file",
    response_model=None,
    responses={
        **answers(201, RECORD, "The record of the copy, which is a new upload."),
        **problems("media-gone", "unsupported-media", "verification-failed", "conflict", *_WORK),
    },
)
async def create_metadata(
    request: Request, service: Service, media_id: Id, metadata: Inline
) -> Response:
    """Return the record of the copy; the upload itself stays as it is."""
    changes = metadata.metadata()
    if not changes.as_dict():
        raise Problem("invalid-input", "there is nothing to write: name a field and its value")

    async def make() -> Response:
        upload = service.spool.get(media_id)
        copy = await embed_into_copy(request, service, upload, changes)
        return await generate(request, service, copy, service.find_options(media_id))

    return await service.answers.once(request, make)
