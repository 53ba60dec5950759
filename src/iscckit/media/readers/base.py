"""What a content reader is, and which one reads a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from iscckit.errors import MissingDependency, UnsupportedMedia
from iscckit.media.formats.table import FORMATS, Table, load

if TYPE_CHECKING:
    from iscckit.media.base import Content, Limits, Profile, Source

__all__ = ["Reader", "load_reader"]


class Reader(Protocol):
    """A module that reads some media types."""

    def extract(
        self, source: Source, *, profile: Profile, limits: Limits, granular: bool = False
    ) -> Content:
        """Return the content of ``source``, if ``granular`` with what its features need.

        Raises:
            ExtractionFailed: The file is not what it claims to be, or damaged.
            LimitExceeded: The file would need more than ``limits`` allows.
        """
        ...


def load_reader(mediatype: str, table: Table = FORMATS) -> Reader:
    """Import and return the handler of ``mediatype``.

    Raises:
        UnsupportedMedia: No row of the table reads this media type.
        MissingDependency: The handler's libraries are not installed.
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
