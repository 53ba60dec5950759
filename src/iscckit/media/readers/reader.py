"""The interface of content readers, and the choice of the reader for a media type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from iscckit.errors import MissingDependency, UnsupportedMedia
from iscckit.media.formats.table import FORMATS, Table, load

if TYPE_CHECKING:
    from iscckit.media.content_values import Content, Limits, Profile, Source

__all__ = ["Reader", "load_reader"]


class Reader(Protocol):
    """A module that reads the content of some media types."""

    def extract(
        self, source: Source, *, profile: Profile, limits: Limits, granular: bool = False
    ) -> Content:
        """Return the content of ``source``; if ``granular``, with the data for its features.

        Raises:
            ExtractionFailed: The file has another type, or is damaged.
            LimitExceeded: The file needs more than ``limits`` allows.
        """
        ...


def load_reader(mediatype: str, table: Table = FORMATS) -> Reader:
    """Import and return the content reader of ``mediatype``.

    Raises:
        UnsupportedMedia: The table has no content reader for this media type.
        MissingDependency: A library of the reader is not installed.
    """
    row = table.by_mediatype.get(mediatype)
    if row is None or row.content is None:
        raise UnsupportedMedia(f"no content decoder for {mediatype}")
    try:
        return cast("Reader", load(row.content))
    except ModuleNotFoundError as error:
        if row.extra is None:
            raise
        raise MissingDependency(
            f"{mediatype} needs {error.name}, which the extra {row.extra!r} installs",
            reason_code="extra-missing",
            package=error.name,
            extra=row.extra,
        ) from error
