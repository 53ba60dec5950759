"""What a writer of metadata is, and which one writes into a file.

A writer copies the whole file with some fields of its metadata changed. It touches neither the
coded content nor any metadata that it was not asked to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from iscckit.errors import UnsupportedMedia
from iscckit.media.formats.table import FORMATS, Table, load

if TYPE_CHECKING:
    from iscckit.media.base import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["Writer", "load_writer"]


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


def load_writer(mediatype: str, path: str, table: Table = FORMATS) -> Writer:
    """Import and return the writer of ``mediatype``.

    Args:
        mediatype: The type of the file.
        path: What the error calls the file.
        table: The formats that are known.

    Raises:
        UnsupportedMedia: No row of the table writes this media type.
    """
    row = table.by_mediatype.get(mediatype)
    if row is not None and row.writer is not None:
        return cast("Writer", load(row.writer))
    known = ", ".join(name for row in table.rows if row.writer for name in row.extensions)
    raise UnsupportedMedia(
        f"{path}: metadata cannot be written into {mediatype}; it can be into {known}"
    )
