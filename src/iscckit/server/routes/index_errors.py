"""The form of what is answered about indexes, which is that of iscc-search: also of errors."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from iscckit.errors import IsccError
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.http.responses import json_response

__all__ = ["ASSET", "ENTRY", "EXAMPLE", "FOUND", "INDEX", "STATUS", "IndexRoute", "refusals"]

_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"type": "string"}},
}
INDEX: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["name", "assets", "size", "sizes"],
    "properties": {
        "name": {"type": "string"},
        "assets": {"type": "integer"},
        "size": {"type": "integer", "description": "Megabytes."},
        "sizes": {"type": "object"},
    },
}
STATUS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["iscc_id", "status"],
    "properties": {"iscc_id": {"type": "string"}, "status": {"enum": ["created", "updated"]}},
}
ENTRY: Final[dict[str, Any]] = {"type": "object", "required": ["iscc_id"]}
EXAMPLE: Final = {
    "iscc_id": "ISCC:MAIGIIFJRDGEQQAA",
    "iscc_code": "ISCC:KECYCMZIOY36XXGZ7S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY",
    "metadata": {"name": "The Cat"},
}
ASSET: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["iscc_id"],
    "additionalProperties": False,
    "properties": {
        "iscc_id": {"type": "string", "pattern": "^ISCC:[A-Z2-7]{16}$"},
        "iscc_code": {"type": "string", "maxLength": 400, "format": "iscc"},
        "units": {
            "type": "array",
            "minItems": 2,
            "maxItems": 16,
            "items": {"type": "string", "maxLength": 100},
        },
        "simprints": {"type": "object", "maxProperties": 16},
        "metadata": {"type": "object", "maxProperties": 256},
    },
}
FOUND: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["query", "global_matches", "chunk_matches"],
    "properties": {
        "query": {"type": "object"},
        "global_matches": {"type": "array", "items": ENTRY},
        "chunk_matches": {"type": "array", "items": ENTRY},
    },
}
_SLUGS: Final = {"invalid-input": 400, "invalid-iscc": 400}


class IndexRoute(APIRoute):
    """A route whose errors are ``{"detail": …}``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with errors in this form."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                first = error.errors()[0]
                place = "/".join(str(part) for part in first["loc"])
                return _make_refusal(422, f"{place}: {first['msg']}")
            except Problem as problem:
                status = _SLUGS.get(problem.slug, problem.kind.status)
                return _make_refusal(status, problem.detail)
            except IsccError as error:
                return _make_refusal(_SLUGS.get(problem_of(error).slug, 503), str(error))

        return handler


def _make_refusal(status: int, detail: str) -> Response:
    return json_response({"detail": detail}, status)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of answers with these statuses, and of 422."""
    words = {400: "Not usable.", 404: "Not there.", 409: "There is one already.", 413: "Too much."}
    return {
        status: {
            "description": words.get(status, "The values do not fit."),
            # What is not JSON at all is refused before the route is asked.
            "content": {
                mediatype: {"schema": _ERROR}
                for mediatype in ("application/json", "application/problem+json")
            },
        }
        for status in (*statuses, 422)
    }
