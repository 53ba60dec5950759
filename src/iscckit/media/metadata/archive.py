"""Metadata of documents in ZIP archives: Office Open XML, OpenDocument and EPUB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed
from iscckit.media.archive import open_zip
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose
from iscckit.media.readers.epub import read_book
from iscckit.media.readers.markup import local_name, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

    from iscckit.media.archive import Archive

__all__ = ["PRECEDENCE", "read"]

PRECEDENCE: Final[Precedence] = {
    "name": ("custom iscc_name", "dc:title"),
    "description": ("custom iscc_description", "dc:description"),
    "meta": ("custom iscc_meta",),
    "creator": ("dc:creator", "meta:initial-creator"),
    "license": ("custom iscc_license",),
    "acquire": ("custom iscc_acquire",),
    "rights": ("custom iscc_rights", "dc:rights"),
    "credit": ("custom iscc_credit",),
    "keywords": ("custom iscc_keywords", "meta:keyword", "cp:keywords"),
    "identifier": ("custom iscc_identifier", "dc:identifier"),
    "language": ("dc:language",),
    "iscc": ("custom iscc",),
}

_JOINED: Final = frozenset({"dc:creator", "meta:keyword"})  # the first of other tags counts
_PREFIXES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "urn:oasis:names:tc:opendocument:xmlns:meta:1.0": "meta",
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties": "cp",
}
_BOOKS: Final = frozenset({"application/epub+zip", "application/x-ibooks+zip"})
_AROUND: Final = frozenset({"cp:coreProperties", "meta:keywords"})  # elements around properties
_ODF_NAME: Final = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}name"


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata in the parts of an archive.

    Raises:
        ExtractionFailed: The file is not a ZIP archive, or is damaged.
        LimitExceeded: The archive unpacks to more than ``limits`` allows.
    """
    tags: dict[str, list[str]] = {}
    damage: list[str] = []
    with open_zip(source, limits) as archive:
        for name in _list_parts(archive, source):
            try:
                root = parse_xml(archive.read(name))
            except ExtractionFailed as error:
                damage.append(error.reason)
                continue
            if root is None:
                damage.append(f"{name}: no XML")
            else:
                _gather(root, tags, book=source.mediatype in _BOOKS)
    first = {k: ", ".join(v) if k in _JOINED else v[0] for k, v in tags.items()}
    return choose(first, PRECEDENCE, damage=tuple(damage))


def _list_parts(archive: Archive, source: Source) -> list[str]:
    if source.mediatype in _BOOKS:
        return [read_book(archive, source).package]
    names = ("docProps/core.xml", "docProps/custom.xml", "meta.xml")
    return [name for name in names if name in archive]


def _gather(root: _Element, tags: dict[str, list[str]], *, book: bool) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        local, text = local_name(element), ""
        prefix = _PREFIXES.get(str(element.tag).removesuffix(local).strip("{}"))
        if local == "user-defined":
            name = f"custom {element.get(_ODF_NAME, '')}"
        elif local == "property" and not book:
            name = f"custom {element.get('name', '')}"
        elif local == "meta" and book:
            name = f"custom {element.get('name') or element.get('property') or ''}"
            text = element.get("content") or ""
        elif prefix and f"{prefix}:{local}" not in _AROUND:
            name = f"{prefix}:{local}"
        else:
            waiting.extend(reversed(element))
            continue
        # Nothing is looked for inside a property, or nested ones would be read many times.
        text = text or "".join(str(each) for each in element.itertext()).strip()
        if text:
            tags.setdefault(name, []).append(text)
