"""The description of the interface: OpenAPI 3.1, with what all operations have in common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI

from iscckit.server.http.problems import KINDS, MEDIATYPE, Problem
from iscckit.server.openapi.examples import examples

if TYPE_CHECKING:
    from pydantic import BaseModel

    from iscckit.json_types import JsonValue

__all__ = [
    "ABOUT",
    "JOB",
    "PROBLEM",
    "RECORD",
    "Described",
    "answers",
    "describe_code_answer",
    "problems",
]

ABOUT: Final = (
    "Codes of ISO 24138:2024, made, taken apart, compared and searched. Everything answers in the "
    "JSON that the command line prints with --json. Errors are those of RFC 9457; each type is a "
    "page that explains it."
)

_TAGS: Final = {
    "System": "Is the service up, what is it, and what does it allow?",
    "Codes": "Take codes apart and put them together. No files are needed.",
    "Algorithms": "One unit each, from the input of its algorithm.",
    "Comparison": "How codes, files and texts relate.",
    "Media": "Upload files, generate their codes, read and write their metadata.",
    "Jobs": "Work that goes on.",
    "Granular": "Parts of files, and how those of two files belong together.",
    "Library": "A catalogue of your files: scan, search, clusters, verification.",
    "C2PA": "Manifests of C2PA for copies that lost theirs.",
    "Declarations": "Proofs, claims, reservations; nothing of it is part of ISO 24138.",
    "Indexes": "Indexes as clients of iscc-search know them.",
}

# The schema of every answer that tells a problem.
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z-]+$", "maxLength": 100},
        "title": {"type": "string", "maxLength": 200},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "maxLength": 100_000},
        "instance": {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$", "maxLength": 45},
        "errors": {
            "type": "array",
            "maxItems": 20,
            "description": "The fields that are wrong.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer"},
                    "detail": {"type": "string"},
                },
            },
        },
        "position": {"type": ["integer", "null"], "description": "First wrong character, from 0"},
        "suggestion": {"type": ["string", "null"], "description": "The one plausible repair"},
        "limit": {"type": "string", "description": "Which limit"},
        "value": {"type": "integer", "description": "The value of the limit"},
    },
}


RECORD: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["@context", "@type", "$schema", "iscc", "media_id", "content"],
    "properties": {
        "@context": {"type": "string"},
        "@type": {"type": "string"},
        "$schema": {"type": "string"},
        "iscc": {"type": "string"},
        "media_id": {"type": "string", "pattern": "^[a-v0-9]{13}$"},
        "content": {"type": "string"},
        "units": {"type": "array", "items": {"type": "string"}},
    },
}

JOB: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "status", "stage", "progress", "partial"],
    "properties": {
        "id": {"type": "string"},
        "status": {"enum": ["queued", "running", "done", "failed", "cancelled"]},
        "stage": {"type": "string"},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "partial": {"type": "object"},
        "result": {"type": "object"},
        "problem": {"$ref": "#/components/schemas/Problem"},
    },
}


def answers(status: int, schema: dict[str, Any], what: str) -> dict[int | str, dict[str, Any]]:
    """Return the description of an answer in JSON."""
    return {status: {"description": what, "content": {"application/json": {"schema": schema}}}}


def problems(*slugs: str) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of the problems that an operation may answer with."""
    found: dict[int | str, list[str]] = {}
    for slug in dict.fromkeys(slugs):
        found.setdefault(KINDS[slug].status, []).append(slug)
    return {status: _answer(names) for status, names in found.items()}


def describe_code_answer(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return what ``responses`` says of an answer with a code, which may then be taken apart."""
    link = {
        "operationId": "inspect",
        "parameters": {"iscc": "$response.body#/iscc"},
        "description": "Take the code apart.",
    }
    return {200: {"model": model, "links": {"inspect": link}}}


def _answer(slugs: list[str]) -> dict[str, Any]:
    example = Problem(slugs[0], KINDS[slugs[0]].remedy)
    example.instance = "urn:uuid:00000000-0000-4000-8000-000000000000"
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {MEDIATYPE: {"schema": schema, "example": example.to_dict()}}
    title = "; ".join(KINDS[slug].title for slug in slugs)
    return {"description": title, "content": content, "x-problems": slugs}


class Described(FastAPI):
    """An application whose description names all problems and has examples."""

    _described: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        """Return the description; it is made once."""
        if self._described is None:
            self.openapi_schema = None
            described = _with_published_names(super().openapi())
            described["servers"] = [{"url": "/", "description": "this service"}]
            components = described.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schemas["Problem"] = PROBLEM
            secured = self.state.settings.token is not None
            if secured:
                components["securitySchemes"] = _SCHEMES
            known = examples()
            used = set()
            for path, operations in described["paths"].items():
                for operation in operations.values():
                    used.update(operation.get("tags", []))
                    _complete(
                        operation, known, is_open=path in {"/healthz", "/readyz"}, secured=secured
                    )
            described["tags"] = [
                {"name": name, "description": _TAGS[name]} for name in _TAGS if name in used
            ]
            self._described = described
        return self._described


# FastAPI names a schema after its module where two have one name. Clients were generated from this
# name, so it outlives the module that it was made of.
_PUBLISHED: Final = {
    "iscckit__server__schemas__requests__Text": "iscckit__server__models__Text",
}


def _with_published_names(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description in which schemas have the names under which they were published."""
    text = json.dumps(description)
    for ours, published in _PUBLISHED.items():
        text = text.replace(ours, published)
    named: dict[str, Any] = json.loads(text)
    schemas = named["components"]["schemas"]
    named["components"]["schemas"] = dict(sorted(schemas.items()))  # FastAPI sorted other names
    return named


_SCHEMES: Final = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def _complete(
    operation: dict[str, Any], known: dict[str, JsonValue], *, is_open: bool, secured: bool
) -> None:
    """Add to one operation what holds of all."""
    slugs = ["foreign-page", "headers-too-large", "internal"]
    has_body = "requestBody" in operation
    if has_body:
        slugs += ["malformed", "request-timeout", "too-large", "unsupported-media"]
    if has_body or operation.get("parameters"):
        slugs.append("invalid-input")
    if not is_open:
        slugs.append("rate-limit")
        if secured:
            slugs.append("token-missing")
            operation["security"] = [{name: []} for name in _SCHEMES]
    responses = operation["responses"]
    _drop_fastapis(responses)
    for status, answer in problems(*slugs).items():
        responses.setdefault(str(status), answer)
    example = known.get(operation.get("operationId", ""))
    if example is not None:
        for status, answer in responses.items():
            media = answer.get("content", {}).get("application/json")
            if status.startswith("2") and media is not None:
                media.setdefault("example", example)
    operation["responses"] = dict(sorted(responses.items()))


def _drop_fastapis(responses: dict[str, Any]) -> None:
    """Drop what FastAPI adds by itself: a form of errors, and an answer 200 of any JSON."""
    content = responses.get("422", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if reference.endswith("/HTTPValidationError"):
        del responses["422"]
    for status in [each for each in responses if each.startswith("2")]:
        content = responses[status].get("content", {})
        if content.get("application/json", {}).get("schema") == {}:
            del content["application/json"]
        others = [each for each in responses if each.startswith("2") and each != status]
        if not content and others and responses[status]["description"] == "Successful Response":
            del responses[status]
