"""Read the metadata of a file with the module that the table of formats names."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from iscckit.errors import ExtractionFailed, IsccError, LimitExceeded
from iscckit.media.content_values import Limits, Source
from iscckit.media.formats.table import FORMATS, Table, load
from iscckit.media.metadata.precedence import FileMetadata
from iscckit.media.open_file import StopReading

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.media.metadata.fields import Metadata

__all__ = ["find_metadata", "find_or_report_damage", "read_metadata"]


def find_metadata(source: Source, *, limits: Limits, table: Table = FORMATS) -> FileMetadata:
    """Return the metadata of ``source``, and where it was found.

    A type without a metadata reader has no metadata. A damaged block does not affect the others;
    ``FileMetadata.damage`` has the reason.

    Args:
        source: The file; it is read from its start.
        limits: Limits, as for content.
        table: The known formats.

    Raises:
        ExtractionFailed: The damage of the file prevents reading any metadata.
        LimitExceeded: The metadata needs more than ``limits`` allows.
    """
    row = table.by_mediatype.get(source.mediatype)
    if row is None or row.metadata is None:
        return FileMetadata()
    source.stream.seek(0)
    read = cast("Callable[..., FileMetadata]", load(f"{row.metadata}:read"))
    try:
        return read(source, limits=limits)
    except (IsccError, OSError, MemoryError, StopReading):
        raise
    except Exception as error:  # whatever a damaged file makes a decoder raise
        reason = f"metadata: {str(error) or type(error).__name__}"
        raise ExtractionFailed(source.path, source.mediatype, reason) from error


def find_or_report_damage(
    source: Source, *, limits: Limits, find: Callable[..., FileMetadata] = find_metadata
) -> FileMetadata:
    """Return what ``find``, called like ``find_metadata``, returns, or its error as damage."""
    try:
        return find(source, limits=limits)
    except ExtractionFailed as error:
        return FileMetadata(damage=(error.reason,))
    except LimitExceeded as error:
        return FileMetadata(damage=(str(error),))


def read_metadata(source: Source, *, limits: Limits) -> Metadata:
    """Return the metadata fields of ``source``; see ``find_metadata``.

    Raises:
        ExtractionFailed: See ``find_metadata``.
        LimitExceeded: See ``find_metadata``.
    """
    return find_metadata(source, limits=limits).metadata
