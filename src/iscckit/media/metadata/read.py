"""The table of who reads the metadata of which media type, and reading through it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.base import Limits, Source
from iscckit.media.metadata.found import Found

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.media.metadata.fields import Metadata
    from iscckit.media.metadata.found import Precedence

__all__ = [
    "READERS",
    "Reader",
    "find_metadata",
    "found_or_damage",
    "read_metadata",
]


class _Module(Protocol):
    PRECEDENCE: Precedence

    def read(self, source: Source, *, limits: Limits) -> Found: ...


class Reader(NamedTuple):
    """One row of the table: who reads what."""

    module: str
    mediatypes: frozenset[str]


READERS: Final[tuple[Reader, ...]] = (
    Reader(
        "iscckit.media.metadata.image",
        frozenset(
            {
                "image/jpeg",
                "image/png",
                "image/webp",
                "image/gif",
                "image/tiff",
                "image/avif",
                "image/heic",
                "image/vnd.adobe.photoshop",
                "image/x-adobe-dng",
                "image/x-canon-cr2",
                "image/x-nikon-nef",
                "image/x-sony-arw",
            }
        ),
    ),
    Reader(
        "iscckit.media.metadata.av",
        frozenset(
            {
                # sound: only what TagLib knows too, as the reference SDK reads tags with that
                "audio/mpeg",
                "audio/wav",
                "audio/ogg",
                "audio/opus",
                "audio/aiff",
                "audio/x-flac",
                "audio/x-wavpack",
                "audio/mp4",
                "audio/aac",
                "audio/x-ape",
                "audio/x-ms-wma",
                "audio/x-matroska",
                "audio/webm",
                # video
                "video/mp4",
                "video/x-m4v",
                "video/quicktime",
                "video/3gpp",
                "video/3gpp2",
                "video/x-matroska",
                "video/webm",
                "video/avi",
                "video/mpeg",
                "video/mp2t",
                "video/ogg",
                "video/x-flv",
                "video/x-ms-asf",
                "video/x-ms-wmv",
            }
        ),
    ),
    Reader("iscckit.media.metadata.svg", frozenset({"image/svg+xml"})),
    Reader("iscckit.media.metadata.pdf", frozenset({"application/pdf"})),
    Reader(
        "iscckit.media.metadata.markup",
        frozenset({"text/html", "application/xhtml+xml"}),
    ),
    Reader(
        "iscckit.media.metadata.archive",
        frozenset(
            {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.spreadsheet",
                "application/vnd.oasis.opendocument.presentation",
                "application/epub+zip",
                "application/x-ibooks+zip",
            }
        ),
    ),
    Reader("iscckit.media.metadata.mobi", frozenset({"application/x-mobipocket-ebook"})),
    Reader(
        "iscckit.media.metadata.tika",
        frozenset(
            {
                "application/msword",
                "application/vnd.ms-powerpoint",
                "application/vnd.ms-excel",
                "application/rtf",
            }
        ),
    ),
)


def find_metadata(source: Source, *, limits: Limits) -> Found:
    """Return what ``source`` says about itself, and where it says so.

    A type that no row names has no metadata. A damaged block costs only itself; ``Found.damage``
    says why.

    Args:
        source: The stream is read from its beginning, wherever it stands.
        limits: As for content.

    Raises:
        ExtractionFailed: The file is damaged so that none of its metadata can be found.
        LimitExceeded: Its metadata would need more than ``limits`` allows.
    """
    for row in READERS:
        if source.mediatype in row.mediatypes:
            source.stream.seek(0)
            return cast("_Module", import_module(row.module)).read(source, limits=limits)
    return Found()


def found_or_damage(
    source: Source, *, limits: Limits, find: Callable[..., Found] = find_metadata
) -> Found:
    """Return what ``find``, called as ``find_metadata``, finds, or why nothing can be found."""
    try:
        return find(source, limits=limits)
    except ExtractionFailed as error:
        return Found(damage=(error.reason,))
    except LimitExceeded as error:
        return Found(damage=(str(error),))


def read_metadata(source: Source, *, limits: Limits) -> Metadata:
    """Return the fields that ``source`` fills; see ``find_metadata``.

    Raises:
        ExtractionFailed: As ``find_metadata``.
        LimitExceeded: As ``find_metadata``.
    """
    return find_metadata(source, limits=limits).metadata
