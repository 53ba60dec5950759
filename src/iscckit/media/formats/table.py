"""The table of formats, and what follows from it. A new format is a module and a row.

Functions that look something up take the table as an argument, by default ``FORMATS``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, cast

from iscckit.media.formats import archives, audio, documents, image, text, video

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iscckit.media.base import Mode
    from iscckit.media.formats.format import Division, Format, Signature

__all__ = [
    "FORMATS",
    "UNKNOWN",
    "Table",
    "division_of",
    "from_name",
    "is_supported",
    "load",
    "make_table",
    "mode_of",
    "signatures",
]

UNKNOWN: Final = "application/octet-stream"

Kind = TypeVar("Kind", bound="Signature")


class Table(NamedTuple):
    """The rows of a table, and the same rows by what they are looked up by.

    Attributes:
        rows: All formats. Signatures of one kind are tested in this order.
        by_mediatype: The row of each media type.
        by_extension: The row of each extension of file names.
        families: The types that a file name may choose in each family of look-alike types.
        by_kind: Media type and signature of all signatures of one class.
    """

    rows: tuple[Format, ...]
    by_mediatype: Mapping[str, Format]
    by_extension: Mapping[str, Format]
    families: Mapping[str, frozenset[str]]
    by_kind: Mapping[type, tuple[tuple[str, Signature], ...]]


def make_table(rows: Iterable[Format]) -> Table:
    """Return the table of ``rows``.

    Raises:
        ValueError: Two rows have the same media type or the same extension.
    """
    rows = tuple(rows)
    by_mediatype: dict[str, Format] = {}
    by_extension: dict[str, Format] = {}
    families: dict[str, list[str]] = {}
    by_kind: dict[type, list[tuple[str, Signature]]] = {}
    for row in rows:
        if by_mediatype.setdefault(row.mediatype, row) is not row:
            raise ValueError(f"two rows of the table of formats name {row.mediatype}")
        for extension in row.extensions:
            if by_extension.setdefault(extension, row) is not row:
                raise ValueError(f"two rows of the table of formats name the extension {extension}")
        for family in row.families:
            families.setdefault(family, []).append(row.mediatype)
        for signature in row.signatures:
            by_kind.setdefault(type(signature), []).append((row.mediatype, signature))
    return Table(
        rows,
        by_mediatype,
        by_extension,
        {family: frozenset(mediatypes) for family, mediatypes in families.items()},
        {kind: tuple(pairs) for kind, pairs in by_kind.items()},
    )


FORMATS: Final = make_table(
    (*text.ROWS, *documents.ROWS, *image.ROWS, *audio.ROWS, *video.ROWS, *archives.ROWS)
)


def signatures(table: Table, kind: type[Kind]) -> tuple[tuple[str, Kind], ...]:
    """Return the signatures of one class, each with its media type, in the order of the table."""
    return cast("tuple[tuple[str, Kind], ...]", table.by_kind.get(kind, ()))


def from_name(filename: str, table: Table = FORMATS) -> str | None:
    """Return the media type that the extension of ``filename`` stands for, or None."""
    stem, dot, extension = filename.rpartition(".")
    row = table.by_extension.get(extension.lower()) if stem and dot else None
    return row.mediatype if row else None


def mode_of(mediatype: str, table: Table = FORMATS) -> Mode | None:
    """Return the mode of ``mediatype``, or None where no Content-Code exists for it.

    A type without a row has the mode that its top-level type names.
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
