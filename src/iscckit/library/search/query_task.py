"""What is looked for of a file that a worker process decodes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from iscckit.library.partitions.store import UNIT_BITS
from iscckit.library.search.query import (
    Query,
    QueryKind,
    Series,
    Variant,
    build_query,
    query_of_file,
    series_of,
    variants_of,
)
from iscckit.media.content_values import ImageContent
from iscckit.media.formats.table import UNKNOWN, guess_type
from iscckit.media.open_file import open_handed_file
from iscckit.media.picture_grid import Grid
from iscckit.records.draft_task import DraftTask, draft_of, error_of, failure_of
from iscckit.records.file_workers import FileWorkers, models_of
from iscckit.records.finish import finish_records
from iscckit.records.options import Options
from iscckit.records.partial_results import Draft
from iscckit.records.probe import source_of
from iscckit.workers.supervisor import Broken
from iscckit.workers.wire import HandedFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.records.options import Semantics
    from iscckit.workers.limits import Quota
    from iscckit.workers.sandbox_mode import Sandbox

__all__ = ["LookTask", "Looked", "look_at", "query_apart", "read_query"]

_LOOK: Final = "iscckit.library.search.query_task:look_at"


class LookTask(NamedTuple):
    """A file, and how it is looked at.

    Attributes:
        file: The file.
        options: Options of its record.
        manifest: Whether its manifest of C2PA is read, too.
    """

    file: HandedFile
    options: Options
    manifest: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search needs of a file, as plain values.

    Attributes:
        draft: Without its decoded content.
        variants: Variants of a picture.
        grid: Picture in grey; None for other content.
        kind: Kind of its series; empty if there is none.
        codes: Codes of the series, 64 bits each in the machine's order.
        places: Places of the series, as packed integers.
        signals: What its manifest says of its use.
    """

    draft: Draft
    variants: tuple[Variant, ...]
    grid: Grid | None
    kind: Literal["", "text", "sound", "frame"]
    codes: bytes
    places: bytes
    signals: tuple[tuple[str, str], ...] = ()


def look_at(task: LookTask) -> Looked:
    """Return what a search needs of a file."""
    signals = _read_manifest(task.file) if task.manifest else ()
    filename = os.path.basename(task.file.path)
    draft = draft_of(DraftTask(task.file, filename, task.options, {}))
    content = draft.content.decoded
    series = series_of(content)
    return Looked(
        draft._replace(content=draft.content._replace(decoded=None)),
        variants_of(content),
        content.grid if isinstance(content, ImageContent) else None,
        "" if series is None else series.kind,
        b"" if series is None else series.codes.astype(np.uint64).tobytes(),
        b"" if series is None else series.places.astype(np.int64).tobytes(),
        signals,
    )


def _read_manifest(file: HandedFile) -> tuple[tuple[str, str], ...]:
    from iscckit.media.metadata.c2pa_store import find_c2pa_signals  # rarely needed

    number = file.descriptor
    again = file._replace(descriptor=None if number is None else os.dup(number))
    with open_handed_file(again) as stream:
        if not stream.seekable():
            return ()
        return find_c2pa_signals(source_of(stream, file.path))[0]


def query_apart(
    given: str,
    kind: QueryKind = "auto",
    semantic: Semantics | None = None,
    *,
    quota: Quota | None = None,
    sandbox: Sandbox = "auto",
) -> Query:
    """Return what to look for as ``build_query`` does; a file is decoded in a worker process.

    Raises:
        IsccError: As ``build_query``; ExtractionFailed or LimitExceeded if the process died.
    """
    if not given.strip() or not (kind == "file" or (kind == "auto" and os.path.exists(given))):
        return build_query(given, kind, semantic)
    options = Options(bits=UNIT_BITS, granular=True, semantic=semantic)
    with FileWorkers(quota, sandbox) as workers:
        return read_query(workers, given, options)


def read_query(
    workers: FileWorkers,
    path: str,
    options: Options,
    stopped: Callable[[], bool] = lambda: False,
    *,
    manifest: bool = False,
) -> Query:
    """Return what to look for of a file that one of ``workers`` decodes.

    Args:
        workers: Worker processes.
        path: The file.
        options: Options of its record, with units of 256 bits and features.
        stopped: Asked now and then; once it says yes, the process is killed.
        manifest: Whether signals of its manifest of C2PA are among those of the query.

    Raises:
        IsccError: As ``build_query``; ExtractionFailed or LimitExceeded if the process died.
        StopReading: ``stopped`` said yes.
    """
    try:
        found: Looked = workers.read(
            _LOOK,
            path,
            lambda file: LookTask(file, options, manifest),
            stopped=stopped,
            readable=models_of(options),
        )
    except Broken as broken:
        raise error_of(failure_of(broken), path, guess_type(path) or UNKNOWN) from broken
    (record,) = finish_records([found.draft], options)
    series = None
    if found.kind:
        codes, places = np.frombuffer(found.codes, np.uint64), np.frombuffer(found.places, np.int64)
        series = Series(found.kind, codes, places)
    query = query_of_file(path, record, found.variants, found.grid, series)
    return replace(query, signals=(*found.draft.metadata.signals, *found.signals))
