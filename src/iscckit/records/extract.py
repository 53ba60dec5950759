"""From an open file to its content: the handler of its type, and what a record keeps of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from iscckit.errors import ExtractionFailed, LimitExceeded, MissingDependency, UnsupportedMedia
from iscckit.media.base import Content, Source
from iscckit.media.formats.table import UNKNOWN, division_of, is_isolated
from iscckit.media.isolation.pool import Run, run_here
from iscckit.media.readers.base import handler_for
from iscckit.records.content import SDK, with_content

if TYPE_CHECKING:
    from iscckit.records.options import Options
    from iscckit.records.record import Record

__all__ = ["with_extracted"]


def with_extracted(
    record: Record, stream: BinaryIO, options: Options, run: Run = run_here
) -> tuple[Record, Content | None]:
    """Return ``record`` with Content-Code and features, or the reason for none, and the content.

    Args:
        record: With its Data- and Instance-Code.
        stream: The file.
        options: As the caller of the pipeline chose.
        run: How a decoder is called that ``is_isolated`` tells.
    """
    if record.filesize == 0:
        return replace(record, missing={"content": "the file is empty"}), None
    source = Source(stream, record.path or record.filename or "standard input", record.mediatype)
    content = None
    try:
        record, content = _with_code(record, source, options, run)
    except UnsupportedMedia as error:
        unknown = f"unknown type of content: {record.detected}"
        why = unknown if record.mediatype == UNKNOWN else str(error)
        if division_of(record.mediatype):
            why += "; --mixed makes a code of what it holds"
        record = replace(record, missing={**record.missing, "content": why})
    except (ExtractionFailed, LimitExceeded, MissingDependency) as error:
        reason = error.reason if isinstance(error, ExtractionFailed) else str(error)
        record = replace(record, missing={**record.missing, "content": reason}, failure=error)
    if options.granular and options.profile != SDK:
        from iscckit.records.features import data_features  # noqa: PLC0415

        stream.seek(0)
        record = replace(record, features=(*record.features, data_features(stream)))
    return record, content


def _with_code(
    record: Record, source: Source, options: Options, run: Run
) -> tuple[Record, Content | None]:
    run = run if is_isolated(record.mediatype, "content") else run_here
    if options.mixed:
        record = _with_mixed(record, source, options, run)
        if record.mode is not None:
            return record, None
        source.stream.seek(0)
    profile, limits = options.profile, options.limits
    extract = handler_for(record.mediatype).extract
    content = run(extract, source, profile=profile, limits=limits, granular=options.granular)
    record = with_content(
        replace(record, extractor=content.extractor),
        content,
        options.bits,
        granular=options.granular,
        byte_offsets=options.byte_offsets,
    )
    if options.granular and record.mode == "text" and profile != SDK:
        record = _with_pictures(record, source, options, run)
    return record, content


# The modules for containers are imported for those who ask for parts only: they are slow to.


def _with_mixed(record: Record, source: Source, options: Options, run: Run) -> Record:
    from iscckit.media.readers.container import parts  # noqa: PLC0415
    from iscckit.records.mixed import with_parts  # noqa: PLC0415

    if division_of(record.mediatype) is None:
        return record
    profile, limits = options.profile, options.limits
    found = run(parts, source, profile=profile, limits=limits, granular=options.granular)
    return with_parts(record, found, options)


def _with_pictures(record: Record, source: Source, options: Options, run: Run) -> Record:
    from iscckit.media.readers.container import parts  # noqa: PLC0415
    from iscckit.records.mixed import with_pictures  # noqa: PLC0415

    if division_of(record.mediatype) is None:
        return record
    limits = options.limits
    found = run(parts, source, profile=options.profile, limits=limits, embedded=True)
    return with_pictures(record, found)
