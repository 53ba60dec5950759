"""From a file to its record: the entry points."""

from __future__ import annotations

import io
import os
from collections.abc import Generator
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, cast

from iscckit.media.content_values import Content
from iscckit.media.detect.detect import HEAD_SIZE, detect, needs_whole_file
from iscckit.media.formats.table import is_supported
from iscckit.media.open_file import PeekedStream, spool
from iscckit.records.draft import complete_draft, read_draft, read_stream_draft
from iscckit.records.extract import extract_content
from iscckit.records.finish import finish_records
from iscckit.records.hash_and_detect import identify_file, make_file_facts
from iscckit.records.options import Options
from iscckit.records.record import Record
from iscckit.records.run_context import RunContext
from iscckit.units.sum import hash_stream

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit
    from iscckit.records.partial_results import Draft
    from iscckit.units.sum import Hashes

__all__ = [
    "Progress",
    "create",
    "create_in_steps",
    "create_stream",
    "create_with_content",
    "read_unseekable",
]


def create(path: str | os.PathLike[str], options: Options | None = None) -> Record:
    """Make the record of a file.

    Any readable file has a record. Without a Content-Code (an empty file, a type without decoder,
    a text without letters) the record's code is an ISCC-SUM and ``missing`` has the reason; if
    the decoder of a supported type failed, ``failure`` has its error.

    Args:
        path: Path of a file or of a named pipe.
        options: The caller's choices; None for the defaults.

    Raises:
        UnreadableFile: The file is missing, locked, not a regular file, or changed during the
            reading.
        LimitExceeded: A named pipe is longer than ``options.limits.stream_bytes``.
        InvalidInput: No Meta-Code can be made of a name, description or meta in ``options``.
    """
    return create_with_content(path, options)[0]


def create_with_content(
    path: str | os.PathLike[str], options: Options | None = None, *, filename: str | None = None
) -> tuple[Record, Content | None]:
    """Make the record of a file as ``create`` does, and return the decoded content with it.

    The content is None if nothing was decoded, or if the file was divided into parts.

    Args:
        path: Path of the file.
        options: As for ``create``.
        filename: Replaces the name of a file that is stored under another name.
    """
    options = options or Options()
    draft = read_draft(path, RunContext(options), filename=filename)
    (record,) = finish_records([draft], options)
    return record, draft.content.decoded


def create_stream(
    stream: BinaryIO, options: Options | None = None, *, filename: str = ""
) -> Record:
    """Make the record of a stream, from its current position to its end.

    Args:
        stream: Left open. If its type has a decoder, or cannot be detected from the first bytes
            (archives), the stream is copied to memory, or to a temporary file if it is long.
        options: As for ``create``.
        filename: Name of the stream: its extension helps to detect the type, the rest is the
            title if no other title is given.

    Raises:
        InvalidInput: As for ``create``.
        LimitExceeded: The stream is longer than ``options.limits.stream_bytes``, or endless.
        UnreadableFile: The stream cannot be read, or no room is left for its copy.
    """
    options = options or Options()
    draft = read_unseekable(stream, options, filename=os.path.basename(filename))
    return finish_records([draft], options)[0]


def read_unseekable(stream: BinaryIO, options: Options, *, filename: str) -> Draft:
    """Read a stream once, from its current position to its end; see ``create_stream``.

    Args:
        stream: Left open.
        options: As for ``create``.
        filename: As for ``create_stream``, without folders.
    """
    context = RunContext(options)
    shown = filename or "standard input"
    start = PeekedStream(stream, HEAD_SIZE, shown, options.limits.stream_bytes)
    if (
        options.granular
        or needs_whole_file(start.head)
        or is_supported(detect(start.head, filename).mediatype)
    ):
        with spool(cast("BinaryIO", start), shown, options.limits) as copy:
            return read_stream_draft(copy, context, filename=filename)
    hashes = hash_stream(cast("BinaryIO", start))
    file = make_file_facts(detect(start.head, filename), hashes, options.bits, filename=filename)
    nothing = io.BytesIO()  # no decoder reads such a type
    content = extract_content(nothing, file, context)
    return complete_draft(nothing, file, content, context)


class Progress(NamedTuple):
    """The progress of one record.

    Attributes:
        step: The last completed step: ``hashed`` (type, Data-Code and Instance-Code),
            ``content`` (Content-Code), or ``meta`` (Meta-Code and Semantic-Code).
        mediatype: Detected media type.
        units: The units so far, in the order of the composite.
    """

    step: Literal["hashed", "content", "meta"]
    mediatype: str
    units: tuple[Unit, ...]


def create_in_steps(
    stream: BinaryIO,
    options: Options | None = None,
    *,
    filename: str = "",
    mediatype: str | None = None,
    hashes: Hashes | None = None,
) -> Generator[Progress, None, Record]:
    """Make the record of a file as ``create`` does, and yield its progress after each step.

    Args:
        stream: The file, seekable; it is left open.
        options: As for ``create``.
        filename: As for ``create_stream``.
        mediatype: Media type that replaces detection.
        hashes: Result of ``hash_stream`` for this file, if the caller has it already.

    Raises:
        InvalidInput: As for ``create``.
    """
    options = options or Options()
    context = RunContext(options)
    file = identify_file(
        stream,
        options.bits,
        filename=os.path.basename(filename),
        mediatype=mediatype,
        hashes=hashes,
    )
    yield Progress("hashed", file.mediatype, file.units)
    content = extract_content(stream, file, context)
    coded = file.units if content.unit is None else (content.unit, *file.units)
    yield Progress("content", file.mediatype, coded)
    draft = complete_draft(stream, file, content, context)
    (record,) = finish_records([draft], options)
    yield Progress("meta", file.mediatype, record.units)
    return record
