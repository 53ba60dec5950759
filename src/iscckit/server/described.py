"""Parts of the interface's description that many operations share."""

from __future__ import annotations

from typing import Any, Final

from iscckit.server.problems import KINDS, MEDIATYPE

__all__ = ["JOB", "RECORD", "answers", "problems"]

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
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
        "problem": _PROBLEM,
    },
}


def answers(status: int, schema: dict[str, Any], what: str) -> dict[int | str, dict[str, Any]]:
    """Return the description of an answer in JSON."""
    return {status: {"description": what, "content": {"application/json": {"schema": schema}}}}


def problems(*slugs: str) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of the problems that an operation may answer with."""
    titles: dict[int, list[str]] = {}
    for slug in dict.fromkeys(slugs):
        titles.setdefault(KINDS[slug].status, []).append(KINDS[slug].title)
    return {
        status: {"description": "; ".join(found), "content": {MEDIATYPE: {"schema": _PROBLEM}}}
        for status, found in titles.items()
    }
