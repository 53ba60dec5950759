"""The screen that follows a scan or a verification."""

from __future__ import annotations

from typing import Annotated, Final

import fastapi
from starlette.requests import Request
from starlette.responses import Response

from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import read_form, see
from iscckit.server.services.app_context import Service

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/library"
Id = Annotated[str, fastapi.Path(max_length=64, pattern="^[A-Za-z0-9_-]+$")]


@router.post("/library/scan")
async def scan_form(request: Request, service: Service) -> Response:
    """Start a scan or a verification below a root, and go to where it is followed."""
    form = await read_form(request, service)
    place = form.text("path") or form.text("root")
    if not place:
        raise Problem("invalid-input", "name a folder")
    if form.text("what") == "verify":
        job = service.library.verify([place])
    else:
        job = service.library.scan([place], verify=bool(form.text("again")))
    return see(f"{_PATH}/jobs/{job.id}")


@router.get("/library/jobs/{number}.json")
async def working_json(service: Service, number: Id) -> Response:
    """Return the job as the interface does."""
    return json_response(service.jobs.get(number).to_dict())


@router.get("/library/jobs/{number}")
async def working_page(service: Service, number: Id) -> Response:
    """Show how far it is; without JavaScript the page asks again by itself."""
    job = service.jobs.get(number)
    result = job.result if job.status == "done" and isinstance(job.result, dict) else {}
    return page_response(
        "working.html",
        title="Library",
        here=_PATH,
        job=job,
        counts=result.get("counts") or dict(job.stage.counts),
        files=result.get("files"),
        failures=result.get("failures", []),
        findings=result.get("findings", []),
    )


@router.post("/library/jobs/{number}/cancel")
async def working_cancel(service: Service, number: Id) -> Response:
    """Stop it; what was done stays done."""
    job = service.jobs.get(number)
    if not job.is_over:
        service.jobs.cancel(job)
        await job.finished.wait()
    return see(f"{_PATH}/jobs/{job.id}")
