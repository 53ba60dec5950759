"""Reading the metadata of a file by the module that the table of formats names for its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.base import Limits, Source
from iscckit.media.formats.table import FORMATS, Table, load
from iscckit.media.metadata.sources import FileMetadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.media.metadata.fields import Metadata

__all__ = ["find_metadata", "find_or_report_damage", "read_metadata"]


def find_metadata(source: Source, *, limits: Limits, table: Table = FORMATS) -> FileMetadata:
    """Return what ``source`` says about itself, and where it says so.

    A type whose row names no reader of metadata has none. A damaged block costs only itself;
    ``Found.damage`` says why.

    Args:
        source: The stream is read from its beginning, wherever it stands.
        limits: As for content.
        table: The formats that are known.

    Raises:
        ExtractionFailed: The file is damaged so that none of its metadata can be found.
        LimitExceeded: Its metadata would need more than ``limits`` allows.
    """
    row = table.by_mediatype.get(source.mediatype)
    if row is None or row.metadata is None:
        return FileMetadata()
    source.stream.seek(0)
    read = cast("Callable[..., FileMetadata]", load(f"{row.metadata}:read"))
    return read(source, limits=limits)


def find_or_report_damage(
    source: Source, *, limits: Limits, find: Callable[..., FileMetadata] = find_metadata
) -> FileMetadata:
    """Return what ``find``, called as ``find_metadata``, finds, or why nothing can be found."""
    try:
        return find(source, limits=limits)
    except ExtractionFailed as error:
        return FileMetadata(damage=(error.reason,))
    except LimitExceeded as error:
        return FileMetadata(damage=(str(error),))


def read_metadata(source: Source, *, limits: Limits) -> Metadata:
    """Return the fields that ``source`` fills; see ``find_metadata``.

    Raises:
        ExtractionFailed: As ``find_metadata``.
        LimitExceeded: As ``find_metadata``.
    """
    return find_metadata(source, limits=limits).metadata
