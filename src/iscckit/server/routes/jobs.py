"""Work that takes longer: how far it is, its result, and an end to it."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Header, Path
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import JOB, answers, problems
from iscckit.server.services.app_context import Service
from iscckit.server.services.create_service import parse_wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from iscckit.server.jobs.job import Job

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["Jobs"])

_HEARTBEAT: Final = 15.0  # seconds

Id = Annotated[
    str,
    Path(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$", examples=["Qx3w_0pPzv2mXyAa"]),
]


@router.get(
    "/jobs/{job_id}",
    operation_id="getJob",
    summary="Say how far a job is",
    response_model=None,
    responses={**answers(200, JOB, "The job."), **problems("not-found", "gone")},
)
async def get_job(
    request: Request,
    service: Service,
    job_id: Id,
    prefer: Annotated[str | None, Header(max_length=100, examples=["wait=20"])] = None,
) -> Response:
    """Return the job; with ``Prefer: wait=N`` once it is over, or after N seconds."""
    job = service.jobs.get(job_id)
    seconds = parse_wait(request)
    if prefer is not None and seconds:
        with suppress(TimeoutError):  # it goes on
            await asyncio.wait_for(job.finished.wait(), seconds)
    return json_response(job.to_dict())


@router.get(
    "/jobs/{job_id}/events",
    operation_id="followJob",
    summary="Follow a job",
    response_model=None,
    responses={
        200: {"description": "Events as they happen.", "content": {"text/event-stream": {}}},
        **problems("not-found", "gone"),
    },
)
async def follow_job(
    service: Service,
    job_id: Id,
    last_event_id: Annotated[
        str | None, Header(max_length=20, description="The last event that was seen.")
    ] = None,
) -> Response:
    """Send ``progress``, ``unit``, and at the end ``done`` or ``problem`` as server-sent events.

    Each has the job as its data; ``unit`` has one unit. Only the latest ``progress`` is kept for
    those who come later. The stream ends with the job.
    """
    job = service.jobs.get(job_id)
    known = last_event_id or ""
    seen = int(known) if re.fullmatch(r"[0-9]{1,9}", known) else 0
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(job, seen), 200, headers, "text/event-stream")


async def _events(job: Job, seen: int) -> AsyncIterator[bytes]:
    """Yield what comes after the event of number ``seen``."""
    yield b"retry: 1000\n\n"
    while True:
        changed = job.changed
        while event := job.after(seen):
            seen = event.number
            data = json.dumps(event.data, ensure_ascii=False)
            yield f"id: {seen}\nevent: {event.kind}\ndata: {data}\n\n".encode()
        if job.finished.is_set():
            return
        try:
            await asyncio.wait_for(changed.wait(), _HEARTBEAT)
        except TimeoutError:
            yield b": still there\n\n"


@router.delete(
    "/jobs/{job_id}",
    operation_id="cancelJob",
    summary="Cancel a job",
    response_model=None,
    status_code=202,
    responses={
        **answers(202, JOB, "It is cancelled: its process is killed, its file is deleted."),
        **problems("not-found", "gone", "conflict"),
    },
)
async def cancel_job(service: Service, job_id: Id) -> Response:
    """Stop the work and free what it used."""
    job = service.jobs.get(job_id)
    service.jobs.cancel(job)
    await job.finished.wait()
    return json_response(job.to_dict(), 202)
