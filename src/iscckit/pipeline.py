"""From a file to its record: the one place where files, media, units and record meet."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from iscckit.codec.code import compose
from iscckit.content.extract import with_extracted
from iscckit.errors import (
    ExtractionFailed,
    IsccError,
    LimitExceeded,
)
from iscckit.media.base import (
    Content,
    Limits,
    Source,
    handler_for,
    is_supported,
)
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

__all__ = [
    "Result",
    "contained",
    "create",
    "create_many",
    "create_stream",
    "described",
    "examine",
    "finished",
    "hashed",
    "in_stages",
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
        InvalidInput: A name, description or meta from which no Meta-Code can be made.
    """
    return _create(path, options or Options(), lambda: False)


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
    return _examined(path, options or Options(), lambda: False, filename)


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
    """
    options = options or Options()
    filename = os.path.basename(filename)
    start = Prefixed(stream, HEAD_SIZE)
    if (
        options.granular
        or needs_the_whole(start.head)
        or is_supported(detect(start.head, filename).mediatype)
    ):
        with spooled(cast("BinaryIO", start)) as copy:
            return _record(copy, options, None, filename)[0]
    hashes = hash_stream(cast("BinaryIO", start))
    record = hashed(detect(start.head, filename), hashes, options, None, filename)
    return _complete(record, io.BytesIO(), options)[0]


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
    Meta-Code and the composite, which is empty before. The last one is what ``create`` makes.

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
    record, _ = with_extracted(record, stream, options)
    yield record
    yield finished(record, _found(record, stream, options), options)


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

    def one(path: str, stopped: Callable[[], bool]) -> Result:
        try:
            return Result(path, record=_create(path, chosen, stopped))
        except StopReading:
            return Result(path)
        except IsccError as error:
            return Result(path, error=error)

    names = (os.fspath(path) for path in paths)
    return in_order(one, names, jobs or jobs_by_default())


def contained(stream: BinaryIO, limits: Limits | None = None, *, filename: str = "") -> Content:
    """Return the content of a file, decoded, without any code of it.

    Args:
        stream: Seekable, at position 0.
        limits: What decoding may use up.
        filename: Of the file; its extension helps to find the type.

    Raises:
        UnsupportedMedia: There is no decoder for such a file.
        ExtractionFailed: It is damaged.
        LimitExceeded: It would need more than ``limits`` allows.
    """
    source = _source(stream, filename)
    handler = handler_for(source.mediatype)
    return handler.extract(source, profile="iscckit-1", limits=limits or Limits())


def described(path: str | os.PathLike[str], limits: Limits | None = None) -> Found:
    """Return what a file says about itself, and where; nothing for a type without metadata.

    Raises:
        UnreadableFile: As for ``create``.
        ExtractionFailed: The file is damaged so that none of its metadata can be found.
        LimitExceeded: Its metadata would need more than ``limits`` allows.
    """
    with opened(path) as stream:
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

    with opened(path) as stream:
        return thumbnail(_source(stream, os.fspath(path)), side=side, limits=limits)


def _source(stream: BinaryIO, path: str) -> Source:
    """Return the open file with its media type."""
    mediatype = detect(stream.read(HEAD_SIZE), os.path.basename(path), stream).mediatype
    stream.seek(0)
    return Source(stream, path, mediatype)


def _create(path: str | os.PathLike[str], options: Options, stopped: Callable[[], bool]) -> Record:
    return _examined(path, options, stopped)[0]


def _examined(
    path: str | os.PathLike[str],
    options: Options,
    stopped: Callable[[], bool],
    filename: str | None = None,
) -> tuple[Record, Content | None]:
    with opened(path, stopped=stopped) as stream:
        name = os.fspath(path)
        return _record(stream, options, name, os.path.basename(filename or name))


def _record(
    stream: BinaryIO, options: Options, path: str | None, filename: str
) -> tuple[Record, Content | None]:
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


def _complete(record: Record, stream: BinaryIO, options: Options) -> tuple[Record, Content | None]:
    record, content = with_extracted(record, stream, options)
    return finished(record, _found(record, stream, options), options), content


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
