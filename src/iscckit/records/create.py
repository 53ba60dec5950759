"""From a file to its record: the one place where files, media, units and record meet."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from iscckit.codec.code import composite
from iscckit.media.base import Content, Source
from iscckit.media.detect.detect import HEAD_SIZE, Detection, detect, needs_the_whole
from iscckit.media.formats.table import is_isolated, is_supported, mode_of
from iscckit.media.isolation.pool import Run, run_here
from iscckit.media.metadata.found import Found
from iscckit.media.metadata.read import find_metadata, found_or_damage
from iscckit.media.source import Prefixed, opened, spooled
from iscckit.records.extract import with_extracted
from iscckit.records.meta import with_metadata
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.units.sum import Hashes, hash_stream
from iscckit.version import GENERATOR

if TYPE_CHECKING:
    from iscckit.records.semantic import SemanticInput

__all__ = [
    "Made",
    "create",
    "create_stream",
    "examine",
    "finished",
    "hashed",
    "in_stages",
    "made",
    "settled",
]


def create(path: str | os.PathLike[str], options: Options | None = None) -> Record:
    """Make the record of a file.

    Any readable file has a record. Where no Content-Code can be made (an empty file, a type
    without decoder, a text without letters) the record's code is an ISCC-SUM and ``missing`` says
    why; where a decoder of that type failed, ``failure`` holds its error as well.

    Raises:
        UnreadableFile: The file is missing, locked, no file, or changed while it was read.
        LimitExceeded: It is a named pipe longer than ``options.limits.stream_bytes``.
        InvalidInput: A name, description or meta from which no Meta-Code can be made.
    """
    return examine(path, options)[0]


def examine(
    path: str | os.PathLike[str], options: Options | None = None, *, filename: str | None = None
) -> tuple[Record, Content | None]:
    """Make the record of a file as ``create`` does, and return what its code was made of as well.

    The content is None where the file has none, or where it was divided into parts.

    Args:
        path: Of the file.
        options: As for ``create``.
        filename: Stands in for its name, where it is kept under another one.
    """
    options = options or Options()
    whole = made(path, options, filename=filename)
    return settled([whole], options)[0], whole.content


def create_stream(
    stream: BinaryIO, options: Options | None = None, *, filename: str = ""
) -> Record:
    """Make the record of what ``stream`` holds from where it stands.

    Args:
        stream: Read to its end and left open. Where its type has a decoder, or stands further
            inside (archives), it is copied to memory, and to a temporary file if it is long.
        options: As for ``create``.
        filename: Stands in for the name of a file: its extension helps to find the type, the rest
            is the title where no other is given.

    Raises:
        InvalidInput: As for ``create``.
        LimitExceeded: It is longer than ``options.limits.stream_bytes``, or has no end.
        UnreadableFile: It cannot be read, or there is no room for its copy.
    """
    options = options or Options()
    filename = os.path.basename(filename)
    shown = filename or "standard input"
    start = Prefixed(stream, HEAD_SIZE, shown, options.limits.stream_bytes)
    if (
        options.granular
        or needs_the_whole(start.head)
        or is_supported(detect(start.head, filename).mediatype)
    ):
        with spooled(cast("BinaryIO", start), shown, options.limits) as copy:
            return settled([_record(copy, options, None, filename)], options)[0]
    hashes = hash_stream(cast("BinaryIO", start))
    record = hashed(detect(start.head, filename), hashes, options, None, filename)
    return _complete(record, io.BytesIO(), options).record


def in_stages(
    stream: BinaryIO,
    options: Options | None = None,
    *,
    filename: str = "",
    mediatype: str | None = None,
    hashes: Hashes | None = None,
) -> Iterator[Record]:
    """Yield the record of a file each time it knows more: three times.

    First it has the type and the Data- and Instance-Code, then the Content-Code, last the
    Meta-Code, the Semantic-Code if it is wanted, and the composite, which is empty before. The
    last one is what ``create`` makes.

    Args:
        stream: The file, seekable; it is left open.
        options: As for ``create``.
        filename: As for ``create_stream``.
        mediatype: What it is taken for whatever it looks like; by default what it looks like.
        hashes: What ``hash_stream`` gives for it, from those who know it already.

    Raises:
        InvalidInput: As for ``create``.
    """
    options = options or Options()
    filename = os.path.basename(filename)
    if hashes is None:
        stream.seek(0)
        hashes = hash_stream(stream)
    stream.seek(0)
    if mediatype is None:
        detection = detect(stream.read(HEAD_SIZE), filename, stream)
    else:
        detection = Detection(mediatype, mode_of(mediatype), "given")
    record = hashed(detection, hashes, options, None, filename)
    yield record
    stream.seek(0)
    record, content = with_extracted(record, stream, options)
    yield record
    yield settled([_finished(record, content, stream, options)], options)[0]


@dataclass(frozen=True, slots=True)
class Made:
    """A record, what it was made of, and what models need for what it still lacks."""

    record: Record
    content: Content | None
    meaning: SemanticInput = None


def settled(several: Sequence[Made], options: Options) -> list[Record]:
    """Return the records with the codes of models, which take several files at a time."""
    if options.semantic is None:
        return [each.record for each in several]
    from iscckit.records.semantic import with_semantics  # noqa: PLC0415

    return with_semantics(
        [each.record for each in several], [each.meaning for each in several], options
    )


def made(
    path: str | os.PathLike[str],
    options: Options,
    stopped: Callable[[], bool] = lambda: False,
    *,
    run: Run = run_here,
    filename: str | None = None,
) -> Made:
    """Make the record of a file, as far as it can be made without models.

    Args:
        path: Of the file.
        options: As for ``create``.
        stopped: Whether nobody waits for it any more; then ``StopReading`` is raised.
        run: Calls what decodes a document: here, or in a process of its own.
        filename: Stands in for its name, where it is kept under another one.
    """
    with opened(path, stopped=stopped, limits=options.limits) as stream:
        name = os.fspath(path)
        return _record(stream, options, name, os.path.basename(filename or name), run)


def _record(
    stream: BinaryIO, options: Options, path: str | None, filename: str, run: Run = run_here
) -> Made:
    head = stream.read(HEAD_SIZE)
    stream.seek(0)
    hashes = hash_stream(stream)
    record = hashed(detect(head, filename, stream), hashes, options, path, filename)
    stream.seek(0)
    return _complete(record, stream, options, run)


def hashed(
    detection: Detection, hashes: Hashes, options: Options, path: str | None, filename: str
) -> Record:
    """Return the record of what is known without decoding; its code is still to be made."""
    return Record(
        iscc="",
        units=(hashes.data_unit(options.bits), hashes.instance_unit(options.bits)),
        mediatype=detection.mediatype,
        detected=detection.reason,
        filesize=hashes.filesize,
        datahash=hashes.datahash,
        profile=options.profile,
        generator=GENERATOR,
        filename=filename or None,
        path=path,
        show_units=options.units,
    )


def _complete(record: Record, stream: BinaryIO, options: Options, run: Run = run_here) -> Made:
    record, content = with_extracted(record, stream, options, run)
    return _finished(record, content, stream, options, run)


def _finished(
    record: Record,
    content: Content | None,
    stream: BinaryIO,
    options: Options,
    run: Run = run_here,
) -> Made:
    record = finished(record, _found(record, stream, options, run), options)
    if options.semantic is None:
        return Made(record, content)
    from iscckit.records.semantic import semantic_input  # noqa: PLC0415

    return Made(record, content, semantic_input(record, content, stream, options))


def finished(record: Record, found: Found, options: Options) -> Record:
    """Return ``record`` with its Meta-Code and the composite.

    Args:
        record: With all other units.
        found: What the content says about itself.
        options: What its maker says.

    Raises:
        InvalidInput: As for ``create``.
    """
    record = with_metadata(
        record,
        found,
        name=options.name,
        description=options.description,
        meta=options.meta,
        bits=options.bits,
    )
    return replace(record, iscc=composite(record.units))


def _found(record: Record, stream: BinaryIO, options: Options, run: Run = run_here) -> Found:
    """Return what the file says about itself; damage costs no code."""
    if not options.extract_meta or record.filesize == 0:
        return Found()
    source = Source(stream, record.path or record.filename or "standard input", record.mediatype)
    find = partial(run if is_isolated(record.mediatype, "metadata") else run_here, find_metadata)
    return found_or_damage(source, limits=options.limits, find=find)
