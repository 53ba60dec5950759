"""What a request can be about: a code, an uploaded file, a text, or a file named by its path."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field, model_validator

from iscckit.codec.bases import Base, encode
from iscckit.codec.code import decompose
from iscckit.codec.legacy import looks_legacy, parse
from iscckit.codec.sequence import encode_sequence
from iscckit.errors import IsccError
from iscckit.render.comparison_json import side_values
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.jobs.tasks import make_record
from iscckit.server.services.allowed_paths import resolve_file
from iscckit.server.services.app_context import FULL
from iscckit.server.services.compare_files import Given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.codec.unit import Unit
    from iscckit.comparison.verdict import Comparable
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record
    from iscckit.server.services.app_context import Context
    from iscckit.units.quality import Flag

__all__ = [
    "Code",
    "MaybeMediaId",
    "MediaId",
    "Side",
    "Source",
    "code_of",
    "side_of",
]

_SHORT: Final = 10_000  # characters that cost less than a change of threads

# A code in any spelling; ``format`` tells test generators how to make one.
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=20_000,
        json_schema_extra={"format": "iscc"},
        examples=["ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI"],
    ),
]
MediaId = Annotated[str, Field(pattern="^[a-v0-9]{13}$", json_schema_extra={"format": "media-id"})]
MaybeMediaId = Annotated[str, Field(pattern="^([a-v0-9]{13})?$")]  # of a page that can be empty


def _exactly_one(schema: dict[str, Any]) -> None:
    """Say in the schema what the validator demands; null stands for nothing in a request."""
    for field in schema["properties"].values():
        (kind, _) = field.pop("anyOf")
        field.update(kind)
        field.pop("default", None)
    schema.update(minProperties=1, maxProperties=1)


class Source(BaseModel):
    """Exactly one of: a code in any spelling, an uploaded file, a text, a file below a root."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_exactly_one)

    iscc: Code | None = None
    media_id: MediaId | None = None
    text: Annotated[str, Field(max_length=1_000_000)] | None = None
    path: Annotated[str, Field(min_length=1, max_length=4096)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one(cls, values: object) -> object:
        if isinstance(values, dict) and (len(values) != 1 or None in values.values()):
            raise ValueError("give exactly one of iscc, media_id, text and path")
        return values


@dataclass(frozen=True, slots=True)
class Side:
    """What a source stands for in a comparison.

    Attributes:
        label: What people call it.
        units: Its units; those of files have 256 bits; components of 2019 have none.
        code: One text that names all of the units, for permalinks.
        flags: Quality flags.
        record: Record of a file or text; None for a code.
        media_id: Identifier of an uploaded file.
        path: Path of a file of the service; empty if it is none.
    """

    label: str
    units: tuple[Unit, ...]
    code: str
    flags: tuple[Flag, ...] = ()
    record: Record | None = None
    media_id: str | None = None
    path: str = ""

    @property
    def given(self) -> Given:
        """What a comparison takes."""
        return Given(self.comparable, self.flags, self.record, self.media_id or "", self.path)

    @property
    def comparable(self) -> Comparable:
        """What a comparison takes: of a code the text itself, which may be one of 2019."""
        return self.units or self.code

    def to_dict(self) -> dict[str, JsonValue]:
        """Return it as comparisons have it in JSON."""
        return side_values(self.label, self.record)


async def side_of(source: Source, context: Context, pointer: str = "") -> Side:
    """Return what ``source`` stands for.

    Args:
        source: What the request names.
        context: Context of the service.
        pointer: Where in the request it stands, as JSON pointer.

    Raises:
        Problem: It is not a code, is not kept any more, or may not be named.
    """
    if source.iscc is not None:
        return _of_code(source.iscc, f"{pointer}/iscc")
    if source.media_id is not None:
        record = await context.record_of(source.media_id, context.full_of(source.media_id))
        name = context.spool.get(source.media_id).filename
        return _of_record(record, name or source.media_id, source.media_id)
    if source.path is not None:
        path = resolve_file(source.path, context.settings.roots)
        record = await context.jobs.run(make_record, (path, os.path.basename(path), FULL))
        return replace(_of_record(record, source.path, None), path=path)
    from iscckit.units.text import text_code

    text = source.text or ""
    most = context.settings.allowance.text_characters
    if len(text) > most:
        raise Problem("too-large", f"a text may have {most} characters")
    if len(text) > _SHORT:
        unit = await to_thread.run_sync(partial(text_code, text, bits=256))
    else:
        unit = text_code(text, bits=256)
    return Side("text", (unit,), str(unit), ("short-text",) if len(text) < 128 else ())


def _of_code(code: str, pointer: str) -> Side:
    try:
        if not looks_legacy(code):
            return Side(code, tuple(decompose(code)), code)
        components, faults = parse(code)
    except IsccError as error:
        raise problem_of(error, pointer) from error
    if not components:
        raise problem_of(faults[0], pointer)
    return Side(code, (), code)


def _of_record(record: Record, label: str, media_id: str | None) -> Side:
    return Side(label, record.units, code_of(record.units), record.flags, record, media_id)


def code_of(units: Sequence[Unit]) -> str:
    """Return one text that names all units, for permalinks; empty of none."""
    return f"ISCC:{encode(encode_sequence(units), Base.BASE32)}" if units else ""
