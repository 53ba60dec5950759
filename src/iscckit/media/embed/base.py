"""Who writes metadata into which format: a table of modules, each with a function ``write``.

A writer copies the whole file with some fields of its metadata changed. It touches neither the
coded content nor any metadata that it was not asked to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from iscckit.errors import UnsupportedMedia
from iscckit.media.mediatypes import EXTENSIONS

if TYPE_CHECKING:
    from iscckit.media.base import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["WRITERS", "Writer", "WriterRow", "writer_for"]


class Writer(Protocol):
    """A module that writes some media types."""

    def write(self, source: Source, target: BinaryIO, changes: Metadata) -> None:
        """Copy ``source`` to ``target`` with the fields of ``changes`` that are not None.

        Args:
            source: Its stream is seekable and stands at 0.
            target: An empty file, open for writing and reading.
            changes: Plain values, as ``media.metadata.fields.sanitize`` leaves them.

        Raises:
            ExtractionFailed: The file is damaged, so that it cannot be copied with care.
            LimitExceeded: The format has no room for so much.
            UnsupportedMedia: This kind of file of the type cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class WriterRow:
    """One row of the table."""

    module: str
    mediatypes: frozenset[str]


def _types(names: str) -> frozenset[str]:
    return frozenset(names.split())


WRITERS: Final[tuple[WriterRow, ...]] = (
    WriterRow("iscckit.media.embed.jpeg", _types("image/jpeg")),
    WriterRow("iscckit.media.embed.png", _types("image/png")),
    WriterRow("iscckit.media.embed.webp", _types("image/webp")),
    WriterRow("iscckit.media.embed.gif", _types("image/gif")),
    WriterRow("iscckit.media.embed.tiff", _types("image/tiff")),
    WriterRow("iscckit.media.embed.svg", _types("image/svg+xml")),
    WriterRow("iscckit.media.embed.html", _types("text/html application/xhtml+xml")),
    WriterRow("iscckit.media.embed.wav", _types("audio/wav")),
    WriterRow("iscckit.media.embed.matroska", _types("video/x-matroska audio/x-matroska")),
    WriterRow("iscckit.media.embed.pdf", _types("application/pdf")),
    WriterRow(
        "iscckit.media.embed.av",
        _types(
            "audio/mpeg audio/ogg audio/opus audio/x-flac audio/x-wavpack audio/aiff audio/mp4 "
            "audio/webm video/mp4 video/x-m4v video/quicktime video/webm"
        ),
    ),
    WriterRow(
        "iscckit.media.embed.archive",
        _types(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
            "application/vnd.openxmlformats-officedocument.presentationml.presentation "
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
            "application/vnd.oasis.opendocument.text "
            "application/vnd.oasis.opendocument.spreadsheet "
            "application/vnd.oasis.opendocument.presentation "
            "application/epub+zip"
        ),
    ),
)


def writer_for(mediatype: str, path: str) -> Writer:
    """Import and return the writer of ``mediatype``.

    Raises:
        UnsupportedMedia: No row of WRITERS names this media type.
    """
    for row in WRITERS:
        if mediatype in row.mediatypes:
            return cast("Writer", import_module(row.module))
    types = frozenset().union(*(row.mediatypes for row in WRITERS))
    known = ", ".join(name for name, mediatype in EXTENSIONS.items() if mediatype in types)
    raise UnsupportedMedia(
        f"{path}: metadata cannot be written into {mediatype}; it can be into {known}"
    )
