"""From an open file to its Content-Code: the decoder of its type is called here."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from iscckit.errors import ExtractionFailed, LimitExceeded, MissingDependency, UnsupportedMedia
from iscckit.media.content_values import ImageContent, Source
from iscckit.media.formats.table import UNKNOWN, division_of, mode_of
from iscckit.media.readers.reader import load_reader
from iscckit.media.readers.tiff_pages import has_pages
from iscckit.records.content import SDK, code_content
from iscckit.records.partial_results import ContentFacts

if TYPE_CHECKING:
    from iscckit.records.partial_results import FileFacts
    from iscckit.records.record import FeatureSet
    from iscckit.records.run_context import RunContext

__all__ = ["extract_content"]


def extract_content(stream: BinaryIO, file: FileFacts, context: RunContext) -> ContentFacts:
    """Decode a file and make its Content-Code, or give the reason why there is none.

    Args:
        stream: The file, at position 0.
        file: Its type and size.
        context: The options; and how decoders are called.
    """
    if file.filesize == 0:
        return ContentFacts(missing={"content": "the file is empty"})
    source = Source(stream, file.label, file.mediatype)
    try:
        return _code_source(source, context)
    except UnsupportedMedia as error:
        from iscckit.media.readers.locked import PASSWORD, needs_password  # not for pictures

        if needs_password(source):
            locked = ExtractionFailed(source.path, source.mediatype, PASSWORD)
            return ContentFacts(missing={"content": PASSWORD}, failure=locked)
        unknown = f"unknown type of content: {file.detected}"
        return ContentFacts(
            missing={"content": unknown if file.mediatype == UNKNOWN else str(error)},
            undivided=not context.options.mixed and _is_divisible(source),
        )
    except (ExtractionFailed, LimitExceeded, MissingDependency) as error:
        reason = error.reason if isinstance(error, ExtractionFailed) else str(error)
        return ContentFacts(missing={"content": reason}, failure=error)


def _code_source(source: Source, context: RunContext) -> ContentFacts:
    options = context.options
    divided = ContentFacts()
    if options.mixed and _is_divisible(source):
        divided = _code_parts(source, context)
        if divided.mode is not None:
            return divided
        source.stream.seek(0)
    try:
        reader = load_reader(source.mediatype)
    except UnsupportedMedia as error:
        if not divided.missing:
            raise
        return divided._replace(missing={"content": str(error), **divided.missing})
    content = context.run(
        reader.extract,
        source,
        profile=options.profile,
        limits=options.limits,
        granular=options.granular,
    )
    facts = code_content(content, options)
    paged = isinstance(content, ImageContent) and content.pages > 1
    if paged and not options.mixed:
        source.stream.seek(0)
        divided = ContentFacts(parts=_code_parts(source, context).parts)
    pictures: tuple[FeatureSet, ...] = ()
    if options.granular and (paged or facts.mode == "text") and options.profile != SDK:
        pictures = _picture_features(source, context)
    return facts._replace(
        features=(*facts.features, *pictures),
        parts=divided.parts,
        missing=facts.missing or divided.missing,
    )


# Modules for containers are imported only if a caller asks for parts: their import is slow.


def _is_divisible(source: Source) -> bool:
    if division_of(source.mediatype) is None:
        return False
    return mode_of(source.mediatype) != "image" or has_pages(source)


def _code_parts(source: Source, context: RunContext) -> ContentFacts:
    from iscckit.media.readers.parts import divide
    from iscckit.records.mixed import code_parts

    options = context.options
    found = context.run(
        divide,
        source,
        profile=options.profile,
        limits=options.limits,
        granular=options.granular,
    )
    return code_parts(found, options)


def _picture_features(source: Source, context: RunContext) -> tuple[FeatureSet, ...]:
    """Return the features of the pictures in a document."""
    if not _is_divisible(source):
        return ()
    from iscckit.media.readers.parts import divide
    from iscckit.records.mixed import code_pictures

    options = context.options
    found = context.run(
        divide, source, profile=options.profile, limits=options.limits, embedded=True
    )
    return code_pictures(found, options)
