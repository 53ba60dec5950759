"""From a request with a file to its record: what the REST interface and the screen share."""

from __future__ import annotations

import asyncio
import os
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from iscckit.media.metadata.fields import Metadata
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response
from iscckit.server.jobs.tasks import embed_metadata, has_picture
from iscckit.server.uploads.multipart import client_of, receive_files

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from iscckit.json_types import JsonValue
    from iscckit.records.options import Options
    from iscckit.records.record import Record
    from iscckit.server.jobs.job import Job
    from iscckit.server.services.app_context import Context
    from iscckit.server.uploads.body_writer import Upload

__all__ = [
    "base_of",
    "embed_into_copy",
    "generate",
    "job_response",
    "parse_wait",
    "receive_file",
    "to_json",
]

_CONTEXT: Final = "http://purl.org/iscc/context/0.8.0.jsonld"
_WAIT: Final = re.compile(r"wait\s*=\s*(\d{1,4})")


def base_of(request: Request) -> str:
    """Return the address of the service as the client knows it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def to_json(base: str, upload: Upload, record: Record) -> dict[str, JsonValue]:
    """Return a record as the interface shows it: with the addresses of its file.

    Args:
        base: Address of the service.
        upload: The file.
        record: Its record.
    """
    fields: dict[str, JsonValue] = {"@context": _CONTEXT, **record.to_dict()}
    fields["media_id"] = upload.id
    fields["content"] = f"{base}/api/v1/media/{upload.id}"
    if has_picture(record.mode, record.mediatype):
        fields["thumbnail"] = f"{base}/api/v1/media/{upload.id}/thumbnail"
    return fields


async def receive_file(request: Request, context: Context) -> Upload:
    """Keep the file of a request.

    Raises:
        Problem: As for ``receive_files``, or it is none or several, or the form has other fields.
    """
    got = await receive_files(request, context.spool, context.settings.allowance)
    fault = ""
    if len(got.uploads) != 1:
        fault = f"the form has {len(got.uploads)} files, it must have one"
    elif got.pairs:
        names = ", ".join(sorted({name for name, _ in got.pairs}))
        fault = f"the form has further fields: {names}. Options stand in the query of the address"
    if fault:
        for upload in got.uploads:
            context.spool.remove(upload.id)
        raise Problem("malformed", fault)
    return got.uploads[0]


async def generate(
    request: Request, context: Context, upload: Upload, options: Options
) -> Response:
    """Make the record of a new upload and answer with it, or with the job that makes it.

    Raises:
        Problem: There is no record. The upload is not kept then.
    """
    present = partial(to_json, base_of(request), upload)
    try:
        job = context.start(upload, options, shown=present, is_bound=True)
    except Problem:
        context.spool.remove(upload.id)
        raise
    context.ask(upload.id, options)
    seconds = parse_wait(request)
    if not await _is_over(request, context, job, seconds):
        return job_response(job)
    if job.problem is not None:
        raise job.problem
    location = f"/api/v1/media/{upload.id}"
    return json_response(present(job.result), 201, {"Location": location})


def job_response(job: Job) -> Response:
    """Return the answer that says where to ask for a job."""
    headers = {"Location": f"/api/v1/jobs/{job.id}", "Retry-After": "1"}
    return json_response(job.to_dict(), 202, headers)


def parse_wait(request: Request) -> float | None:
    """Return for how many seconds the client waits: None for as long as it takes.

    Source:
        RFC 7240: Prefer.
    """
    wanted = ",".join(request.headers.getlist("prefer")).lower()
    found = _WAIT.search(wanted)
    if found:
        return float(found[1])
    return 0.0 if "respond-async" in wanted else None


async def _is_over(request: Request, context: Context, job: Job, seconds: float | None) -> bool:
    """Wait for a job; it is cancelled if the client goes away meanwhile."""
    done = asyncio.ensure_future(job.finished.wait())
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({done, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if gone.done() and not job.is_over:
            context.jobs.cancel(job)
            await job.finished.wait()
    except asyncio.CancelledError:
        if not job.is_over:
            context.jobs.cancel(job)
        raise
    finally:
        done.cancel()
        gone.cancel()
    return job.is_over


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def embed_into_copy(
    request: Request, context: Context, upload: Upload, changes: Metadata
) -> Upload:
    """Write metadata into a copy of an upload and keep the copy.

    Raises:
        Problem: It cannot be written into such a file, or there is no room.
    """
    with context.spool.pin(upload.id), context.spool.make_scratch() as folder:
        out = os.path.join(folder, f"copy{os.path.splitext(upload.filename)[1][:16]}")
        await context.jobs.run(embed_metadata, (upload.path, out, changes), scratch=folder)
        return await context.spool.adopt(out, upload.filename, client_of(request))
