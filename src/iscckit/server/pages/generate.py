"""The screen that makes records: of one file with everything about it, of many in a table."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Annotated, Any, Final

from anyio import move_on_after
from fastapi import APIRouter, Query
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from iscckit.algorithms.hamming import equal_bits
from iscckit.codec.names import QUESTIONS, unit_name
from iscckit.codec.unit import MainType, Unit
from iscckit.errors import IsccError
from iscckit.json_types import JsonValue
from iscckit.media.metadata.fields import Metadata
from iscckit.records.meta import replace_metadata
from iscckit.records.record import Record
from iscckit.render.bits import bit_svg
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.jobs.tasks import has_picture
from iscckit.server.pages.forms import receive_form, see
from iscckit.server.schemas.requests import Wanted
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.create_service import base_of, embed_into_copy, to_json
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import MediaId, code_of
from iscckit.server.services.semantic_models import kinds_of
from iscckit.server.uploads.body_writer import Upload
from iscckit.server.uploads.file_response import attachment

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_PATIENCE: Final = 20.0  # seconds that a page waits for records
_SHOWN: Final = 1000  # files of one page: their numbers fit into an address of 16 KB


class _Asked(BaseModel):
    """What the address says: files, and other metadata for one of them."""

    model_config = ConfigDict(extra="forbid")

    m: Annotated[list[MediaId], Field(max_length=_SHOWN)] = []
    name: Annotated[str, Field(max_length=1024)] | None = None
    description: Annotated[str, Field(max_length=4096)] | None = None
    meta: Annotated[str, Field(max_length=16_384)] | None = None


Asked = Annotated[_Asked, Query()]


@dataclass(frozen=True, slots=True)
class _Row:
    """One file on the page."""

    id: str
    upload: Upload | None = None
    record: Record | None = None
    problem: Problem | None = None

    @property
    def is_pictured(self) -> bool:
        return self.record is not None and has_picture(self.record.mode, self.record.mediatype)

    @property
    def units(self) -> list[dict[str, str | Markup]]:
        return [] if self.record is None else [_unit_row(unit) for unit in self.record.units]

    @property
    def code(self) -> str:
        """One text with all units: an ISCC-CODE has no place for those of private models."""
        return "" if self.record is None else code_of(self.record.units)

    @property
    def features(self) -> int:
        return sum(len(each.simprints) for each in self.record.features) if self.record else 0

    def to_dict(self, base: str) -> dict[str, JsonValue]:
        if self.record is not None and self.upload is not None:
            return to_json(base, self.upload, self.record)
        fields: dict[str, JsonValue] = {"media_id": self.id}
        return fields | ({"problem": self.problem.to_dict()} if self.problem else {})


def _unit_row(unit: Unit) -> dict[str, str | Markup]:
    """Return what the page shows of a unit."""
    name = unit_name(unit)
    return {
        "name": name,
        "question": QUESTIONS[unit.maintype],
        "code": str(unit),
        "type_id": unit.type_id,
        "drawn": bit_svg(unit.body, unit.body, label=f"{name}: {unit.bits} bits", name=name),
    }


@router.get("/generate")
async def generate_page(
    request: Request,
    service: Service,
    asked: Asked,
) -> Response:
    """Show a place for files, and the records of those in the address."""
    rows = await _rows(service, asked.m)
    edited, problem = _edit_record(rows, asked)
    single = rows[0] if len(rows) == 1 and rows[0].record is not None else None
    fields = {} if single is None else single.to_dict(base_of(request))
    return page_response(
        "generate.html",
        title="Generate",
        here="/generate",
        rows=rows,
        single=single,
        query="&".join(f"m={row.id}" for row in rows),
        is_waiting=any(row.record is None and row.problem is None for row in rows),
        edited=edited,
        change=None if edited is None or single is None else _change(single, edited),
        problem=problem,
        given=asked,
        record_json=json.dumps(fields, ensure_ascii=False, indent=2),
        most=service.settings.allowance.upload_bytes,
        shown=_SHOWN,
        has_models=bool(kinds_of(service.settings.semantic)),
    )


@router.get("/generate.json")
async def generate_json(
    request: Request,
    service: Service,
    asked: Asked,
) -> Response:
    """Return what the page shows."""
    rows = await _rows(service, asked.m)
    edited, problem = _edit_record(rows, asked)
    if problem is not None:
        raise problem
    fields: dict[str, JsonValue] = {"records": [row.to_dict(base_of(request)) for row in rows]}
    if edited is not None:
        fields["edited"] = {"record": edited.to_dict(), "change": _change(rows[0], edited)}
    return json_response(fields)


@router.get("/generate.jsonl")
async def generate_jsonl(request: Request, service: Service, asked: Asked) -> Response:
    """Return the records as a file with one in each line."""
    rows = await _rows(service, asked.m)
    base = base_of(request)
    lines = [json.dumps(row.to_dict(base), ensure_ascii=False) for row in rows if row.record]
    headers = {"Content-Disposition": attachment("records.jsonl")}
    content = "".join(f"{line}\n" for line in lines)
    return Response(content, 200, headers, "application/x-ndjson")


@router.post("/generate")
async def generate_files(request: Request, service: Service) -> Response:
    """Keep the files of the form, start to make their records, and go to where they are shown."""
    got = await receive_form(request, service)
    names = ("bits", "granular", "mixed", "semantic")
    chosen = {key: got.fields[key] for key in names if key in got.fields}
    try:
        options = Wanted.model_validate(chosen).options(service.settings.semantic)
    except ValidationError as error:
        for upload in got.uploads:
            service.spool.remove(upload.id)
        raise Problem("invalid-input", str(error.errors()[0]["msg"])) from error
    for upload in got.uploads:
        service.ask(upload.id, options)
        try:
            service.start(upload, options)
        except Problem:
            break  # the queue is full: the page starts the others when there is room
    return _redirect([upload.id for upload in got.uploads])


@router.post("/generate/embed")
async def generate_copy(request: Request, service: Service) -> Response:
    """Write title, description and meta into a copy, and go to the copy."""
    got = await receive_form(request, service)
    for upload in got.uploads:
        service.spool.remove(upload.id)
    source = service.spool.get(got.fields.get("m", ""))
    fields = {
        key: got.fields[key] for key in ("name", "description", "meta") if got.fields.get(key)
    }
    if not fields:
        raise Problem("invalid-input", "there is nothing to write: fill in a field")
    copy = await embed_into_copy(request, service, source, Metadata(**fields))
    service.ask(copy.id, service.find_options(source.id))
    return _redirect([copy.id])


def _redirect(ids: list[str]) -> Response:
    return see(address("/generate", [("m", number) for number in ids]))


async def _rows(service: Context, ids: list[str]) -> list[_Row]:
    """Return what is known of each file when all are done, or the patience is over."""
    rows = []
    deadline = time.monotonic() + _PATIENCE
    for number in dict.fromkeys(ids):
        try:
            upload = service.spool.get(number)
        except Problem as problem:
            rows.append(_Row(number, problem=problem))
            continue
        record = None
        with move_on_after(max(0.0, deadline - time.monotonic())):
            try:
                record = await service.record_of(number, service.find_options(number))
            except Problem as problem:
                if problem.slug != "queue-full":
                    rows.append(_Row(number, upload, problem=problem))
                    continue
        rows.append(_Row(number, upload, record))
    return rows


def _edit_record(rows: list[_Row], asked: _Asked) -> tuple[Record | None, Problem | None]:
    """Return the record with other metadata, or what is wrong with it."""
    if len(rows) != 1 or rows[0].record is None:
        return None, None
    fields = {"name": asked.name, "description": asked.description, "meta": asked.meta}
    if not any(fields.values()):
        return None, None
    try:
        return replace_metadata(rows[0].record, **fields), None
    except IsccError as error:
        return None, problem_of(error)


def _change(row: _Row, edited: Record) -> dict[str, Any]:
    """Return both Meta-Codes and how many of their bits agree."""
    old, new = (
        next((u for u in each.units if u.maintype == MainType.META), None)
        for each in (row.record, edited)
        if each is not None
    )
    if old is None or new is None:
        return {"before": None, "after": None, "equal": None, "bits": None}
    return {
        "before": str(old),
        "after": str(new),
        "equal": equal_bits(old.body, new.body),
        "bits": old.bits,
    }
