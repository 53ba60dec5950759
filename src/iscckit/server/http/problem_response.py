"""A problem as an answer: JSON for programs, a page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from iscckit.server.http.problems import MEDIATYPE
from iscckit.server.http.responses import page_html

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from iscckit.server.http.problems import Problem

__all__ = ["problem_response", "refuse", "wants_page"]


def wants_page(scope: Scope) -> bool:
    """Tell whether the one who asks is a person with a browser at one of the pages."""
    path = scope["path"]
    if path.startswith(("/api/v1/", "/v1/", "/.well-known/", "/indexes")) or path.endswith(".json"):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def problem_response(problem: Problem, scope: Scope) -> Response:
    """Return the answer to a request that cannot be fulfilled."""
    status = problem.kind.status
    if wants_page(scope):
        html = page_html("problem.html", title=problem.kind.title, problem=problem)
        return HTMLResponse(html, status, problem.headers)
    return Response(problem.to_json(), status, problem.headers, MEDIATYPE)


async def refuse(problem: Problem, scope: Scope, send: Send) -> None:
    """Send a problem as the answer, outside of any route."""
    await problem_response(problem, scope)(scope, _nothing, send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
