"""From a file to its record: the one place where files, media, units and record meet."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, cast

from iscckit.codec.code import compose
from iscckit.content.extract import with_extracted
from iscckit.errors import ExtractionFailed, IsccError, LimitExceeded
from iscckit.media.base import Content, Source, is_supported
from iscckit.media.detect import HEAD_SIZE, Detection, detect, needs_the_whole
from iscckit.media.mediatypes import mode_of
from iscckit.media.metadata.found import Found
from iscckit.media.metadata.read import find_metadata
from iscckit.media.source import Prefixed, StopReading, opened, spooled
from iscckit.metadata import with_metadata
from iscckit.options import Options
from iscckit.parallel import in_order, jobs_by_default
from iscckit.record import Record
from iscckit.units.sum import Hashes, hash_stream
from iscckit.version import GENERATOR

if TYPE_CHECKING:
    from iscckit.content.semantic import SemanticInput

__all__ = [
    "Result", "create", "create_many", "create_stream", "examine", "finished", "hashed", "in_stages"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of many files: a record or an error, never both.

    A file whose content could not be decoded has a record, and its ``failure`` says why.
    """

    path: str
    record: Record | None = None
    error: IsccError | None = None


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
    path: str | os.PathLike[str], options: Options | None = None
) -> tuple[Record, Content | None]:
    """Make the record of a file as ``create`` does, and return what its code was made of as well.

    The content is None where the file has none, or where it was divided into parts.
    """
    options = options or Options()
    made = _made(path, options, lambda: False)
    return _settled([made], options)[0], made.content


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
            return _settled([_record(copy, options, None, filename)], options)[0]
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
    yield _settled([_finished(record, content, stream, options)], options)[0]


def create_many(
    paths: Iterable[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    jobs: int | None = None,
) -> Iterator[Result]:
    """Make the records of many files in parallel and yield them in the order of ``paths``.

    Decoders and kernels run outside Python's global lock, so threads are enough.

    Args:
        paths: Files. An endless iterable is fine; only a few are taken ahead.
        options: The same for all.
        jobs: How many files at a time; by default as many as the machine has processors.
    """
    chosen = options or Options()

    def one(path: str, stopped: Callable[[], bool]) -> tuple[Result, _Made | None]:
        try:
            made = _made(path, chosen, stopped)
            return Result(path, record=made.record), made
        except StopReading:
            return Result(path), None
        except IsccError as error:
            return Result(path, error=error), None

    names = (os.fspath(path) for path in paths)
    results = in_order(one, names, jobs or jobs_by_default())
    if chosen.semantic is None:
        return (result for result, _ in results)
    return _with_meaning(results, chosen)


@dataclass(frozen=True, slots=True)
class _Made:
    """A record, what it was made of, and what models need for what it still lacks."""

    record: Record
    content: Content | None
    meaning: SemanticInput = None


def _settled(made: Sequence[_Made], options: Options) -> list[Record]:
    """Return the records with the codes of models, which take several files at a time."""
    if options.semantic is None:
        return [each.record for each in made]
    from iscckit.content.semantic import with_semantics  # noqa: PLC0415

    return with_semantics([each.record for each in made], [each.meaning for each in made], options)


def _with_meaning(
    results: Iterator[tuple[Result, _Made | None]], options: Options
) -> Iterator[Result]:
    """Yield the results with the codes of models, as many files at a time as the device likes."""
    from iscckit.models.runtime import rows  # noqa: PLC0415

    assert options.semantic is not None
    while some := list(islice(results, rows(options.semantic.device))):
        records = iter(_settled([made for _, made in some if made is not None], options))
        for result, made in some:
            yield result if made is None else replace(result, record=next(records))


def _made(path: str | os.PathLike[str], options: Options, stopped: Callable[[], bool]) -> _Made:
    with opened(path, stopped=stopped, limits=options.limits) as stream:
        name = os.fspath(path)
        return _record(stream, options, name, os.path.basename(name))


def _record(stream: BinaryIO, options: Options, path: str | None, filename: str) -> _Made:
    head = stream.read(HEAD_SIZE)
    stream.seek(0)
    hashes = hash_stream(stream)
    record = hashed(detect(head, filename, stream), hashes, options, path, filename)
    stream.seek(0)
    return _complete(record, stream, options)


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


def _complete(record: Record, stream: BinaryIO, options: Options) -> _Made:
    record, content = with_extracted(record, stream, options)
    return _finished(record, content, stream, options)


def _finished(record: Record, content: Content | None, stream: BinaryIO, options: Options) -> _Made:
    record = finished(record, _found(record, stream, options), options)
    if options.semantic is None:
        return _Made(record, content)
    from iscckit.content.semantic import semantic_input  # noqa: PLC0415

    return _Made(record, content, semantic_input(record, content, stream, options))


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
    return replace(record, iscc=compose(record.units))


def _found(record: Record, stream: BinaryIO, options: Options) -> Found:
    """Return what the file says about itself; damage costs no code."""
    if not options.extract_meta or record.filesize == 0:
        return Found()
    source = Source(stream, record.path or record.filename or "standard input", record.mediatype)
    try:
        return find_metadata(source, limits=options.limits)
    except ExtractionFailed as error:
        return Found(damage=(error.reason,))
    except LimitExceeded as error:
        return Found(damage=(str(error),))
