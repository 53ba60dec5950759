"""From a file to its record: the one place where files, media, units and record meet."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from iscckit.codec.code import compose
from iscckit.content.extract import with_extracted
from iscckit.errors import (
    ExtractionFailed,
    IsccError,
    LimitExceeded,
)
from iscckit.isolation.pool import Isolation, Run, run_here
from iscckit.media.base import (
    Content,
    Limits,
    Source,
    is_supported,
)
from iscckit.media.detect import HEAD_SIZE, Detection, detect, needs_the_whole
from iscckit.media.metadata.found import Found
from iscckit.media.metadata.read import find_metadata, is_isolated
from iscckit.media.source import Prefixed, StopReading, opened, spooled
from iscckit.metadata import with_metadata
from iscckit.options import Options
from iscckit.parallel import in_order, jobs_by_default
from iscckit.record import Record
from iscckit.units.sum import Hashes, hash_stream
from iscckit.version import GENERATOR

if TYPE_CHECKING:
    from iscckit.workers import Quota

__all__ = [
    "Result",
    "create",
    "create_many",
    "create_stream",
    "described",
    "examine",
    "finished",
    "hashed",
    "pictured",
]


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
    return _create(path, options or Options(), lambda: False)


def examine(
    path: str | os.PathLike[str], options: Options | None = None
) -> tuple[Record, Content | None]:
    """Make the record of a file as ``create`` does, and return what its code was made of as well.

    The content is None where the file has none, or where it was divided into parts.
    """
    return _examined(path, options or Options(), lambda: False)


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
            return _record(copy, options, None, filename)[0]
    hashes = hash_stream(cast("BinaryIO", start))
    record = hashed(detect(start.head, filename), hashes, options, None, filename)
    return _complete(record, io.BytesIO(), options)[0]


def create_many(
    paths: Iterable[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    jobs: int | None = None,
    quota: Quota | None = None,
) -> Iterator[Result]:
    """Make the records of many files in parallel and yield them in the order of ``paths``.

    Decoders and kernels run outside Python's global lock, so threads are enough; but those of
    documents run in processes of their own, as they hold that lock, or end their process where
    memory runs out. A single file is not worth such a process.

    Args:
        paths: Files. An endless iterable is fine; only a few are taken ahead.
        options: The same for all.
        jobs: How many files at a time; by default as many as the machine has processors.
        quota: What a process for documents may use up on one of them.
    """
    chosen = options or Options()
    alone = isinstance(paths, Sized) and len(paths) < 2

    def one(path: str, stopped: Callable[[], bool]) -> Result:
        try:
            run = run_here if alone else partial(isolation.run, stopped)
            return Result(path, record=_create(path, chosen, stopped, run))
        except StopReading:
            return Result(path)
        except IsccError as error:
            return Result(path, error=error)

    names = (os.fspath(path) for path in paths)
    with Isolation(quota) as isolation:
        yield from in_order(one, names, jobs or jobs_by_default())


def described(path: str | os.PathLike[str], limits: Limits | None = None) -> Found:
    """Return what a file says about itself, and where; nothing for a type without metadata.

    Raises:
        UnreadableFile: As for ``create``.
        ExtractionFailed: The file is damaged so that none of its metadata can be found.
        LimitExceeded: Its metadata would need more than ``limits`` allows.
    """
    with opened(path, limits=limits) as stream:
        return find_metadata(_source(stream, os.fspath(path)), limits=limits or Limits())


def pictured(path: str | os.PathLike[str], side: int, limits: Limits | None = None) -> bytes:
    """Return a small picture of a file, at most ``side`` pixels wide and high, as WebP.

    Raises:
        UnreadableFile: As for ``create``.
        UnsupportedMedia: There is nothing to show of such a file.
        ExtractionFailed: It is damaged.
        LimitExceeded: It would need more than ``limits`` allows.
    """
    from iscckit.media.thumbnail import thumbnail  # noqa: PLC0415

    with opened(path, limits=limits) as stream:
        return thumbnail(_source(stream, os.fspath(path)), side=side, limits=limits)


def _source(stream: BinaryIO, path: str) -> Source:
    """Return the open file with its media type."""
    mediatype = detect(stream.read(HEAD_SIZE), os.path.basename(path), stream).mediatype
    stream.seek(0)
    return Source(stream, path, mediatype)


def _create(
    path: str | os.PathLike[str], options: Options, stopped: Callable[[], bool], run: Run = run_here
) -> Record:
    return _examined(path, options, stopped, run)[0]


def _examined(
    path: str | os.PathLike[str], options: Options, stopped: Callable[[], bool], run: Run = run_here
) -> tuple[Record, Content | None]:
    with opened(path, stopped=stopped, limits=options.limits) as stream:
        name = os.fspath(path)
        return _record(stream, options, name, os.path.basename(name), run)


def _record(
    stream: BinaryIO, options: Options, path: str | None, filename: str, run: Run = run_here
) -> tuple[Record, Content | None]:
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


def _complete(
    record: Record, stream: BinaryIO, options: Options, run: Run = run_here
) -> tuple[Record, Content | None]:
    record, content = with_extracted(record, stream, options, run)
    return finished(record, _found(record, stream, options, run), options), content


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


def _found(record: Record, stream: BinaryIO, options: Options, run: Run) -> Found:
    """Return what the file says about itself; damage costs no code."""
    if not options.extract_meta or record.filesize == 0:
        return Found()
    source = Source(stream, record.path or record.filename or "standard input", record.mediatype)
    try:
        run = run if is_isolated(record.mediatype) else run_here
        return run(find_metadata, source, limits=options.limits)
    except ExtractionFailed as error:
        return Found(damage=(error.reason,))
    except LimitExceeded as error:
        return Found(damage=(str(error),))
