"""The reference of the REST interface: offline, made from its own description."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import page_response
from iscckit.server.openapi.reference import Manual, Operation, manual_of
from iscckit.server.openapi.snippets import curl, python

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/api")
async def reference(request: Request) -> Response:
    """List all operations by their tags."""
    manual = _manual(request)
    return page_response("reference.html", title="REST API", here="/api", manual=manual)


@router.get("/api/try/{operation_id}")
async def attempt(operation_id: Annotated[str, Path(max_length=100)], request: Request) -> Response:
    """Put the fields of a form into the address of an operation, and go there."""
    operation = _operation(_manual(request), operation_id)
    if operation.method != "GET":
        raise Problem("not-found", "only GET can be tried without a script")
    return RedirectResponse(operation.address(dict(request.query_params)), 303)


@router.get("/api/{operation_id}")
async def operation_page(
    operation_id: Annotated[str, Path(max_length=100)], request: Request
) -> Response:
    """Show one operation: parameters, body, answers, and how to call it."""
    manual = _manual(request)
    operation = _operation(manual, operation_id)
    return page_response(
        "operation.html",
        title=operation.summary,
        here="/api",
        manual=manual,
        operation=operation,
        curl=curl(operation, manual.server + operation.example, token=manual.secured),
        python=python(operation, manual.server + operation.example, token=manual.secured),
    )


def _manual(request: Request) -> Manual:
    described = cast("dict[str, Any]", request.app.openapi())
    secured = request.app.state.settings.token is not None
    return manual_of(described, str(request.base_url).rstrip("/"), secured)


def _operation(manual: Manual, operation_id: str) -> Operation:
    for operation in manual.operations:
        if operation.id == operation_id:
            return operation
    raise Problem("not-found", "there is no operation of this name")
