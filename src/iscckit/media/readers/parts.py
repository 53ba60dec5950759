"""Divide containers into parts with content: the input of a Mixed-Code.

ISO 24138 leaves the division to the application. The table of formats has the rules; ``iscc formats
--mixed`` prints them and docs/mixed.md explains them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from iscckit.errors import ExtractionFailed, IsccError, LimitExceeded, MissingDependency
from iscckit.errors import UnsupportedMedia as Unsupported
from iscckit.media.archive import open_zip
from iscckit.media.content_values import (
    AudioContent,
    Content,
    ImageContent,
    Limits,
    Profile,
    Source,
)
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.formats.documents import LEAST_SIDE
from iscckit.media.formats.table import division_of, guess_type, load, mode_of
from iscckit.media.readers.locked import PASSWORD, needs_password
from iscckit.media.readers.reader import load_reader
from iscckit.media.readers.tiff_pages import split_pages

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Part",
    "divide",
    "divide_archive",
    "divide_document",
    "divide_pages",
    "divide_pdf",
    "divide_video",
    "read_part",
]

_PREVIEWS: Final = ("docProps/thumbnail", "Thumbnails/")
_HIDDEN: Final = ("__MACOSX", ".")  # starts of names; macOS adds the first one
_SOUND: Final = "sound"  # the name of a part
_REFUSED: Final = (ExtractionFailed, LimitExceeded, Unsupported, MissingDependency)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a container.

    Attributes:
        name: Name of the part: an entry's name, ``page 3 picture 1``, ``sound``.
        mediatype: Detected media type.
        content: Content of the part, or None.
        reason: Why the content is missing or does not count; empty if it counts.
        page: Page of the document, from 1; None if the document has no pages.
        whole: Whether the part is the content of the container itself: the text of a document.
    """

    name: str
    mediatype: str
    content: Content | None
    reason: str = ""
    page: int | None = None
    whole: bool = False


_Divide = Callable[[Source, Profile, Limits], Iterator[Part]]


def divide(
    source: Source,
    *,
    profile: Profile,
    limits: Limits,
    granular: bool = False,
    embedded: bool = False,
) -> Iterator[Part]:
    """Yield the parts of ``source`` in the order of the container, one level deep.

    Args:
        source: The container.
        profile: The profile for each part.
        limits: The limits for each part, and for all unpacked bytes.
        granular: Whether the content of the container itself has the data for its features.
        embedded: Whether to leave out the content of the container itself, such as the text of a
            document.

    Raises:
        UnsupportedMedia: The table of formats has no division for the type.
        ExtractionFailed: The container is damaged. A damaged part has a reason instead.
        LimitExceeded: All parts together are longer than ``limits`` allows.
    """
    division = division_of(source.mediatype)
    if division is None:
        raise Unsupported(f"{source.path}: {source.mediatype} is not divided into parts")
    source.stream.seek(0)
    divide = cast("_Divide", load(division.function))
    if division.whole and not embedded:
        whole = _extract_part(source, profile, limits, name=division.whole, granular=granular)
        if division.kind == "video" and isinstance(whole.content, AudioContent):
            whole = replace(whole, name=_SOUND)  # it has no pictures, and its sound is one part
            yield replace(whole, whole=True)
            source.stream.seek(0)
            yield from (each for each in divide(source, profile, limits) if each.name != _SOUND)
            return
        yield replace(whole, whole=True)
        source.stream.seek(0)
    yield from divide(source, profile, limits)


def read_part(
    stream: BinaryIO, name: str, profile: Profile, limits: Limits, *, page: int | None = None
) -> Part:
    """Return the file in ``stream`` as a part; ``name`` helps to detect its type."""
    mediatype = detect(stream.read(HEAD_SIZE), os.path.basename(name), stream).mediatype
    stream.seek(0)
    return _extract_part(Source(stream, name, mediatype), profile, limits, page=page)


def _extract_part(
    source: Source,
    profile: Profile,
    limits: Limits,
    *,
    name: str = "",
    page: int | None = None,
    granular: bool = False,
) -> Part:
    name = name or source.path
    try:
        content = load_reader(source.mediatype).extract(
            source, profile=profile, limits=limits, granular=granular
        )
    except _REFUSED as error:
        reason = error.reason if isinstance(error, ExtractionFailed) else str(error)
        reason = PASSWORD if needs_password(source) else reason
        return Part(name, source.mediatype, None, reason, page)
    return Part(name, source.mediatype, content, page=page)


def _refuse_small(found: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts; a small picture, mere decoration, becomes a part without content."""
    for part in found:
        content = part.content
        if isinstance(content, ImageContent) and min(content.width, content.height) < LEAST_SIDE:
            size = f"{content.width} x {content.height}"
            reason = f"{size} pixels: both sides must have {LEAST_SIDE}"
            yield Part(part.name, part.mediatype, None, reason, part.page)
        else:
            yield part


def divide_document(source: Source, profile: Profile, limits: Limits) -> Iterator[Part]:
    """Yield the pictures, sounds and videos in an e-book or office document."""
    yield from _refuse_small(_read_entries(source, profile, limits, _is_media))


def divide_archive(source: Source, profile: Profile, limits: Limits) -> Iterator[Part]:
    """Yield the files in an archive, but no hidden ones."""
    yield from _read_entries(source, profile, limits, _is_visible)


def _read_entries(
    source: Source, profile: Profile, limits: Limits, wanted: Callable[[str], bool]
) -> Iterator[Part]:
    with open_zip(source, limits) as archive:
        for name in filter(wanted, archive.names()):
            try:
                data = archive.read(name)
            except ExtractionFailed as error:
                yield Part(name, guess_type(name) or "", None, error.reason)
                continue
            yield read_part(io.BytesIO(data), name, profile, limits)


def _is_media(name: str) -> bool:
    mediatype = guess_type(name)
    mode = mode_of(mediatype) if mediatype else None
    return mode in {"image", "audio", "video"} and not name.startswith(_PREVIEWS)


def _is_visible(name: str) -> bool:
    return not any(part.startswith(_HIDDEN) for part in name.split("/"))


def divide_pages(source: Source, profile: Profile, limits: Limits) -> Iterator[Part]:
    """Yield the pages of a TIFF file."""
    for number, page in enumerate(split_pages(source), 1):
        part = _extract_part(page, profile, limits, name=f"page {number}", page=number)
        if isinstance(part.content, ImageContent):
            part = replace(part, content=replace(part.content, pages=1))
        yield part


def divide_pdf(source: Source, profile: Profile, limits: Limits) -> Iterator[Part]:
    """Yield the pictures on the pages of a PDF."""
    from iscckit.media.readers.pdf import extract_pictures

    for page, number, data in extract_pictures(source, LEAST_SIDE, limits):
        name = f"page {page} picture {number}"
        if isinstance(data, IsccError):
            yield Part(name, "", None, str(data), page)
        else:
            yield read_part(io.BytesIO(data), name, profile, limits, page=page)


def divide_video(source: Source, profile: Profile, limits: Limits) -> Iterator[Part]:
    """Yield the sound and the tracks of subtitles of a video."""
    from iscckit.media.readers import audio, subtitles

    try:
        yield Part(_SOUND, source.mediatype, audio.extract(source, profile=profile, limits=limits))
    except (ExtractionFailed, LimitExceeded) as error:
        reason = error.reason if isinstance(error, ExtractionFailed) else str(error)
        yield Part(_SOUND, source.mediatype, None, reason)
    source.stream.seek(0)
    for number, content in enumerate(subtitles.extract_all(source, limits=limits), 1):
        yield Part(f"subtitles {number}", source.mediatype, content)
