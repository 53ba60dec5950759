"""The interface of metadata writers, and the choice of the writer for a media type.

A writer copies the whole file and changes some metadata fields. It changes neither the coded
content nor any other metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from iscckit.errors import ExtractionFailed, IsccError, UnsupportedMedia
from iscckit.media.formats.table import FORMATS, Table, load
from iscckit.media.metadata.fields import RIGHTS_FIELDS

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["Writer", "list_rights_fields", "load_writer", "write_metadata"]

_TDMREP: Final = ("tdm_reservation", "tdm_policy")
# Media types with a place for what a rightsholder reserves: in XMP, or in elements of markup.
_RIGHTS: Final[dict[str, tuple[str, ...]]] = {
    "application/pdf": ("data_mining", *_TDMREP),
    "application/epub+zip": _TDMREP,
    "text/html": _TDMREP,
    "application/xhtml+xml": _TDMREP,
    **dict.fromkeys(
        (
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/tiff",
            "image/webp",
            "image/svg+xml",
        ),
        ("data_mining",),
    ),
}


class Writer(Protocol):
    """A module that writes metadata into files of some media types."""

    def write(self, source: Source, target: BinaryIO, changes: Metadata) -> None:
        """Copy ``source`` to ``target`` with the fields of ``changes`` that are not None.

        Args:
            source: The file; its stream is seekable and at position 0.
            target: An empty file, open for writing and reading.
            changes: Plain values, as ``media.metadata.fields.sanitize`` returns them; those of
                name and description as ``clean_lines`` does.

        Raises:
            ExtractionFailed: The file is damaged and cannot be copied safely.
            LimitExceeded: The values do not fit into the format.
            UnsupportedMedia: The writer does not support this variant of the format.
        """
        ...


def load_writer(mediatype: str, path: str, table: Table = FORMATS) -> Writer:
    """Import and return the metadata writer of ``mediatype``.

    Args:
        mediatype: The media type of the file.
        path: Name of the file in the error message.
        table: The known formats.

    Raises:
        UnsupportedMedia: The table has no metadata writer for this media type.
    """
    row = table.by_mediatype.get(mediatype)
    if row is not None and row.writer is not None:
        return cast("Writer", load(row.writer))
    known = ", ".join(name for row in table.rows if row.writer for name in row.extensions)
    raise UnsupportedMedia(
        f"{path}: metadata cannot be written into {mediatype}; it can be into {known}"
    )


def list_rights_fields(mediatype: str) -> tuple[str, ...]:
    """Return which of the fields ``RIGHTS_FIELDS`` can be written into files of a media type."""
    return _RIGHTS.get(mediatype, ())


def write_metadata(
    source: Source, target: BinaryIO, changes: Metadata, table: Table = FORMATS
) -> None:
    """Copy ``source`` to ``target`` with ``changes``, with the writer of its media type.

    This is the one place where writers are called: whatever a damaged file makes a decoder raise
    is here an error that names the file.

    Raises:
        ExtractionFailed: The file is damaged.
        LimitExceeded: The values do not fit into the format.
        UnsupportedMedia: No writer supports the type, or this variant of it.
        OSError: The target cannot be written.
        MemoryError: There is not enough memory.
    """
    writer = load_writer(source.mediatype, source.path, table)
    placed = list_rights_fields(source.mediatype)
    for field in RIGHTS_FIELDS:
        if getattr(changes, field) is not None and field not in placed:
            raise UnsupportedMedia(f"{source.path}: {source.mediatype} has no place for {field}")
    try:
        writer.write(source, target, changes)
    except (IsccError, OSError, MemoryError):
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
