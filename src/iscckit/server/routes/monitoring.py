"""For those who run the service: is it ready, and what does it do?"""

from __future__ import annotations

import os
import shutil
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from iscckit.server.http.metrics import MEDIATYPE
from iscckit.server.http.responses import json_response
from iscckit.server.openapi.app import answers
from iscckit.server.services.app_context import Context, Service

__all__ = ["router"]

router = APIRouter(tags=["System"])

_READY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"type": "string"},
        "checks": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


@router.get(
    "/readyz",
    operation_id="ready",
    summary="Is the service ready for work?",
    response_model=None,
    responses={
        **answers(200, _READY, "It is."),
        **answers(503, _READY, "It is not: the checks say why."),
    },
)
async def ready(service: Service) -> Response:
    """Look at the queue, the disk and the library; ``iscc serve`` behind a balancer uses it."""
    checks = await to_thread.run_sync(_checks, service)
    is_ready = all(value == "ok" for value in checks.values())
    status = "ok" if is_ready else "not ready"
    return json_response({"status": status, "checks": {**checks}}, 200 if is_ready else 503)


def _checks(service: Context) -> dict[str, str]:
    allowed = service.settings.allowance
    free = shutil.disk_usage(service.spool.folder).free
    library = service.settings.library
    return {
        "workers": "ok" if service.jobs.queued < allowed.queue else "the queue is full",
        "disk": "ok" if free > allowed.disk_reserve else "the disk is full",
        "library": "ok" if not library or _is_usable(library) else "it cannot be read",
    }


def _is_usable(library: str) -> bool:
    """Tell whether a library can be read; a missing one can: the first scan makes it."""
    return not os.path.exists(library) or os.access(library, os.R_OK | os.X_OK)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Counts and durations for Prometheus",
    response_model=None,
    responses={200: {"description": "Its text format.", "content": {"text/plain": {}}}},
)
async def metrics(request: Request, service: Service) -> Response:
    """Return what was counted since the start, and the values of the moment."""
    jobs, spool = service.jobs, service.spool
    gauges = {
        "iscc_jobs_queued": ("Files that wait for a worker.", float(jobs.queued)),
        "iscc_jobs_running": ("Files that are worked on.", float(jobs.running)),
        "iscc_workers_crashed": ("Workers that a file broke.", float(jobs.crashed)),
        "iscc_spool_files": ("Uploads that are kept.", float(spool.count)),
        "iscc_spool_bytes": ("Their bytes.", float(spool.size)),
        "iscc_uploads_arriving": ("Uploads that are arriving.", float(spool.arriving)),
    }
    return Response(request.app.state.metrics.text(gauges), media_type=MEDIATYPE)
