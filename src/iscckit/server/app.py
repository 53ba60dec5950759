"""The application: routes, errors and what they share. Nothing exists before ``create_app``."""

from __future__ import annotations

import gzip
from asyncio import create_task
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from iscckit.errors import IsccError
from iscckit.server.http.access import AccessMiddleware, fault
from iscckit.server.http.access_log import Observer
from iscckit.server.http.json_body import JsonBodies
from iscckit.server.http.metrics import Metrics
from iscckit.server.http.problem_response import problem_response
from iscckit.server.http.problems import Problem, pointer, problem_of
from iscckit.server.http.route_table import RouteTable
from iscckit.server.http.static_files import assets
from iscckit.server.hub.hub_app import HubApp, mount_below
from iscckit.server.jobs.queue import Jobs
from iscckit.server.openapi.app import ABOUT, Described
from iscckit.server.services.app_context import Context
from iscckit.server.uploads.spool import Spool
from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from fastapi import APIRouter, FastAPI
    from starlette.types import ASGIApp

    from iscckit.server.http.static_files import Asset
    from iscckit.server.settings import Settings
    from iscckit.trust.log.hub import Hub

__all__ = ["ROUTES", "create_app"]

# Modules with a ``router``; those of screens give pages, the others the REST interface.
ROUTES: Final = (
    "routes.system",
    "routes.codes",
    "routes.algorithms",
    "routes.comparisons",
    "routes.media",
    "routes.jobs",
    "routes.granular",
    "routes.library",
    "routes.claims",
    "routes.indexes",
    "routes.compat_web",
    "routes.monitoring",
    "routes.c2pa",
    "pages.home",
    "pages.compare",
    "pages.generate",
    "pages.inspect",
    "pages.chunker",
    "pages.timeline",
    "pages.search",
    "pages.library",
    "pages.verify",
    "pages.resolve",
    "pages.reference",
)

_FIELDS: Final = 20  # of a request's mistakes; more are not told

_SLUG_OF_STATUS: Final = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media",
}


def create_app(settings: Settings, hub: Hub | None = None) -> ASGIApp:
    """Return the service as an ASGI application.

    Args:
        settings: What whoever starts it has chosen.
        hub: A hub to serve below ``/hub``; who opened it closes it.
    """
    app = Described(
        title="iscckit",
        version=VERSION,
        summary="ISO 24138:2024 International Standard Content Code",
        description=ABOUT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url="/api/openapi.json",
        docs_url=None,  # these load scripts from elsewhere; screens.reference stands in
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.hub = hub
    app.state.metrics = Metrics()
    # Flat, not router within router: then a request is matched in a third of the time.
    for name in ROUTES:
        router = cast("APIRouter", import_module(f"iscckit.server.{name}").router)
        app.router.routes.extend(router.routes)
    app.state.table = RouteTable(app.router.routes)
    for asset in assets().values():
        app.add_api_route(asset.path, _sender(asset), include_in_schema=False)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(IsccError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_fault)
    inner: ASGIApp = JsonBodies(app, app.state.table, settings.allowance)
    if hub is not None:
        inner = mount_below("/hub", HubApp(hub), inner)
    guarded = AccessMiddleware(inner, settings)
    return Observer(guarded, app.state.metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    spool = Spool(settings.spool, settings.allowance)
    jobs = Jobs(settings, spool)
    app.state.context = Context(settings, spool, jobs)
    sweeper = create_task(spool.sweep())
    try:
        yield
    finally:
        sweeper.cancel()
        await jobs.close()
        spool.close()


def _sender(asset: Asset) -> Callable[[Request], Awaitable[Response]]:
    packed = gzip.compress(asset.content, mtime=0)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}

    async def send(request: Request) -> Response:
        if "gzip" in request.headers.get("accept-encoding", ""):
            encoded = headers | {"Content-Encoding": "gzip"}
            return Response(packed, headers=encoded, media_type=asset.mediatype)
        return Response(asset.content, headers=headers, media_type=asset.mediatype)

    return send


async def _on_problem(request: Request, error: Exception) -> Response:
    return problem_response(cast("Problem", error), request.scope)


async def _on_error(request: Request, error: Exception) -> Response:
    return problem_response(problem_of(cast("IsccError", error)), request.scope)


async def _on_invalid(request: Request, error: Exception) -> Response:
    fields = []
    slug = "invalid-input"
    for each in cast("RequestValidationError", error).errors()[:_FIELDS]:
        if each["type"] == "json_invalid":
            slug = "malformed"
        fields.append((pointer(each["loc"]), str(each["msg"])))
    detail = "; ".join(f"{at}: {why}".removeprefix(": ") for at, why in fields[:3])
    return problem_response(Problem(slug, detail, errors=fields), request.scope)


async def _on_http(request: Request, error: Exception) -> Response:
    failure = cast("HTTPException", error)
    slug = _SLUG_OF_STATUS.get(failure.status_code, "internal")
    headers = dict(failure.headers or {})
    if slug == "method-not-allowed":
        headers["Allow"] = request.app.state.table.format_allow(request.scope["path"])
    return problem_response(Problem(slug, str(failure.detail), headers=headers), request.scope)


async def _on_fault(request: Request, error: Exception) -> Response:
    return problem_response(fault(request.scope), request.scope)
