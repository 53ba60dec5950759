"""Metadata of Mobipocket and Kindle books: the title, and the tags of the extended header."""

from __future__ import annotations

from typing import Final

from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose
from iscckit.media.readers.mobi import open_book

__all__ = ["PRECEDENCE", "read"]

_TAGS: Final = {
    "EXTH title": 503,
    "EXTH author": 100,
    "EXTH description": 103,
    "EXTH ISBN": 104,
    "EXTH subject": 105,
    "EXTH rights": 109,
    "EXTH source": 112,
    "EXTH language": 524,
}
PRECEDENCE: Final[Precedence] = {
    "name": ("EXTH title", "MOBI title"),
    "description": ("EXTH description",),
    "creator": ("EXTH author",),
    "rights": ("EXTH rights",),
    "keywords": ("EXTH subject",),
    "identifier": ("EXTH ISBN", "EXTH source"),
    "language": ("EXTH language",),
}


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata in the headers of a book.

    Raises:
        ExtractionFailed: The book is damaged, or has DRM.
        LimitExceeded: The book is too long.
    """
    book = open_book(source)
    tags = {name: book.tag(number) for name, number in _TAGS.items()}
    return choose(tags | {"MOBI title": book.title}, PRECEDENCE)
