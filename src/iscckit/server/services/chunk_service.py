"""Chunks and alignments of what requests are about: the same for pages and for the interface."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal

from anyio import to_thread

from iscckit.comparison.alignment import Alignment, align_chunks, align_times
from iscckit.errors import IsccError
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.jobs.chunk_tasks import (
    Chunked,
    ChunkKind,
    ChunkTask,
    MeaningTask,
    TimeTask,
    chunk,
    chunk_meaning,
    chunk_text,
    time_codes,
)
from iscckit.server.services.allowed_paths import resolve_file
from iscckit.server.services.request_sources import Source

if TYPE_CHECKING:
    from iscckit.comparison.alignment import TimeSeries
    from iscckit.json_types import JsonValue
    from iscckit.server.services.app_context import Context
    from iscckit.units.simprint import Simprint

__all__ = ["AVERAGES", "THRESHOLDS", "align", "chunks_json", "clamp", "cut_source"]

AlignKind = Literal["text", "data", "semantic", "time"]
# Least, most and usual length of chunks. Passages are as long as the model has them.
AVERAGES: Final = {
    "text": (64, 4096, 512),
    "data": (256, 1 << 20, 1 << 16),
    "semantic": (64, 4096, 512),
}
# Percent of equal bits from which chunks agree, unless the request says another number.
THRESHOLDS: Final[dict[AlignKind, float]] = {"text": 80.0, "data": 80.0, "semantic": 75.0}
_CHUNKS: Final = 20_000  # in one answer


def clamp(kind: ChunkKind, average: int | None) -> int:
    """Return a wanted length within what is offered for ``kind``."""
    least, most, usual = AVERAGES[kind]
    return usual if average is None else min(max(average, least), most)


async def cut_source(
    source: Source, kind: ChunkKind, average: int, context: Context, pointer: str = ""
) -> Chunked:
    """Return the chunks of what ``source`` stands for.

    Raises:
        Problem: It is a code, which has no chunks, or cannot be cut.
    """
    try:
        if kind == "semantic":
            found = await _by_meaning(source, context, pointer)
        elif source.text is not None:
            found = await to_thread.run_sync(_of_text, source.text, kind, average)
        else:
            path, filename = _place(source, context, pointer)
            found = await context.jobs.run(chunk, ChunkTask(path, filename, kind, average))
    except IsccError as error:
        raise problem_of(error, pointer) from error
    except Problem as problem:
        raise _at(problem, pointer) from problem
    if len(found.chunks) > _CHUNKS:
        detail = f"{len(found.chunks):,} chunks are more than {_CHUNKS:,}; ask for longer ones"
        raise Problem("limit-exceeded", detail, errors=[(pointer or "/average", detail)])
    return found


async def align(
    pair: tuple[Source, Source],
    kind: AlignKind,
    context: Context,
    *,
    average: int | None = None,
    threshold: float | None = None,
) -> tuple[Alignment, tuple[Chunked, Chunked] | None]:
    """Return how two contents lie over each other, and their chunks if they have some.

    Raises:
        Problem: As for ``cut_source``, or a side has no timeline.
    """
    if kind == "time":
        one_, other_ = [
            await _series(each, context, at) for each, at in zip(pair, ("/a", "/b"), strict=True)
        ]
        try:
            return await to_thread.run_sync(align_times, one_, other_), None
        except IsccError as error:
            raise problem_of(error) from error
    wanted = clamp(kind, average)
    least = THRESHOLDS[kind] if threshold is None else threshold
    one = await cut_source(pair[0], kind, wanted, context, "/a")
    other = await cut_source(pair[1], kind, wanted, context, "/b")

    def work() -> Alignment:
        return align_chunks(one.chunks, other.chunks, one.scale, threshold=least)

    return await to_thread.run_sync(work), (one, other)


async def _by_meaning(source: Source, context: Context, pointer: str) -> Chunked:
    models = context.settings.semantic
    path, filename = "", ""
    if source.text is None:
        path, filename = _place(source, context, pointer)
    task = MeaningTask(path, filename, source.text, models)
    reads = [each for each in (os.path.realpath(path) if path else "", models.models) if each]
    return await context.jobs.run(chunk_meaning, task, reads=reads)


def chunks_json(found: Chunked, average: int) -> dict[str, JsonValue]:
    """Return chunks in JSON types; those of a text with their text."""
    chunks: list[JsonValue] = [_chunk_json(each, found.text) for each in found.chunks]
    sizes = [each.size for each in found.chunks]
    return {
        "kind": found.kind,
        "scale": found.scale,
        "average": None if found.model else average,
        "stats": {
            "count": len(sizes),
            "mean": round(sum(sizes) / len(sizes), 2) if sizes else 0,
            "min": min(sizes, default=0),
            "max": max(sizes, default=0),
        },
        "chunks": chunks,
        **({"model": found.model} if found.model else {}),
    }


def _chunk_json(each: Simprint, text: str | None) -> JsonValue:
    fields: dict[str, JsonValue] = {
        "offset": each.offset,
        "size": each.size,
        "simprint": each.text,
    }
    if text is not None:
        fields["text"] = text[each.offset : each.offset + each.size]
    return fields


def _of_text(text: str, kind: ChunkKind, average: int) -> Chunked:
    if kind == "text":
        return chunk_text(text, average)
    import io

    from iscckit.units.data import data_simprints

    data = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    return Chunked("data", "byte", list(data_simprints(data, average=average)), None)


async def _series(source: Source, context: Context, pointer: str) -> TimeSeries:
    path, filename = _place(source, context, pointer)
    try:
        return (await context.jobs.run(time_codes, TimeTask(path, filename))).series()
    except Problem as problem:
        raise _at(problem, pointer) from problem


def _at(problem: Problem, pointer: str) -> Problem:
    """Return a problem of a worker with the field that it is about."""
    fields = problem.errors or ([(pointer, problem.detail)] if pointer else [])
    return Problem(
        problem.slug, problem.detail, errors=fields, headers=problem.headers, more=problem.more
    )


def _place(source: Source, context: Context, pointer: str) -> tuple[str, str]:
    """Return path and name of the file of a source."""
    if source.media_id is not None:
        upload = context.spool.get(source.media_id)
        return upload.path, upload.filename
    if source.path is not None:
        path = resolve_file(source.path, context.settings.roots)
        return path, os.path.basename(path)
    detail = "a code alone has no parts; give the file or the text"
    raise Problem("invalid-input", detail, errors=[(pointer, detail)])
