"""The table of formats, and lookups in it. A new format is one module and one row.

Each lookup takes the table as an argument; the default is ``FORMATS``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeVar, cast

from iscckit.media.formats import archives, audio, documents, image, text, video
from iscckit.media.formats.format import Container, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iscckit.media.content_values import Mode
    from iscckit.media.formats.format import ContainerKind, Division, Format

__all__ = [
    "FORMATS",
    "UNKNOWN",
    "Table",
    "division_of",
    "guess_type",
    "is_supported",
    "load",
    "mode_of",
    "select_containers",
    "select_signatures",
]

UNKNOWN: Final = "application/octet-stream"

Kind = TypeVar("Kind", bound=Signature)


class Table:
    """The rows of a table and their indexes.

    Args:
        rows: The formats. Signatures of one kind are tested in the order of the rows.

    Attributes:
        rows: The formats.
        by_mediatype: The row of each media type.
        by_extension: The row of each extension of file names.
        families: The types that a file name may choose in each family of look-alike types.
        by_kind: The signatures of each class, with their media types.

    Raises:
        ValueError: Two rows have the same media type or the same extension.
    """

    def __init__(self, rows: Iterable[Format]) -> None:
        self.rows: Final = tuple(rows)
        self.by_mediatype: Final[dict[str, Format]] = {}
        self.by_extension: Final[dict[str, Format]] = {}
        self.families: Final[dict[str, set[str]]] = {}
        self.by_kind: Final[dict[type, list[tuple[str, Signature]]]] = {}
        for row in self.rows:
            mediatype = row.mediatype
            if self.by_mediatype.setdefault(mediatype, row) is not row:
                raise ValueError(f"two rows of the table of formats name {mediatype}")
            for name in row.extensions:
                if self.by_extension.setdefault(name, row) is not row:
                    raise ValueError(f"two rows of the table of formats name the extension {name}")
            for family in row.families:
                self.families.setdefault(family, set()).add(mediatype)
            for signature in row.signatures:
                self.by_kind.setdefault(type(signature), []).append((mediatype, signature))


FORMATS: Final = Table(
    (*text.ROWS, *documents.ROWS, *image.ROWS, *audio.ROWS, *video.ROWS, *archives.ROWS)
)


def select_signatures(table: Table, kind: type[Kind]) -> Sequence[tuple[str, Kind]]:
    """Return the signatures of one class, each with its media type, in the order of the table."""
    return cast("Sequence[tuple[str, Kind]]", table.by_kind.get(kind, ()))


def select_containers(table: Table, kind: ContainerKind) -> Iterator[tuple[str, Container]]:
    """Return the types inside one kind of container, each with its media type, in that order."""
    return (pair for pair in select_signatures(table, Container) if pair[1].kind == kind)


def guess_type(filename: str, table: Table = FORMATS) -> str | None:
    """Return the media type of the extension of ``filename``, or None."""
    stem, dot, extension = filename.rpartition(".")
    row = table.by_extension.get(extension.lower()) if stem and dot else None
    return row.mediatype if row else None


def mode_of(mediatype: str, table: Table = FORMATS) -> Mode | None:
    """Return the mode of ``mediatype``, or None if it has no Content-Code.

    A type without a row has the mode of its top-level type.
    """
    row = table.by_mediatype.get(mediatype)
    if row:
        return row.mode
    top_level = mediatype.partition("/")[0]
    return cast("Mode", top_level) if top_level in {"text", "image", "audio", "video"} else None


def is_supported(mediatype: str, table: Table = FORMATS) -> bool:
    """Tell whether there is a content reader for ``mediatype``."""
    row = table.by_mediatype.get(mediatype)
    return row is not None and row.content is not None


def division_of(mediatype: str, table: Table = FORMATS) -> Division | None:
    """Return how a file of ``mediatype`` is divided into parts, or None if it is not."""
    row = table.by_mediatype.get(mediatype)
    return row.division if row else None


@cache
def load(name: str) -> object:
    """Import and return what a row names: ``package.module`` or ``package.module:function``."""
    module, _, function = name.partition(":")
    found: object = import_module(module)
    return getattr(found, function) if function else found
