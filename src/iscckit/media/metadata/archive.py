"""Metadata of documents in ZIP archives: Office Open XML, OpenDocument and EPUB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed
from iscckit.media.archive import open_zip
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose
from iscckit.media.metadata.xmp import OTHER_NAMES
from iscckit.media.readers.epub import read_book
from iscckit.media.readers.markup import local_name, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

    from iscckit.media.archive import Archive

__all__ = ["PRECEDENCE", "parse_prefixes", "read"]

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
    "tdm_reservation": ("custom tdm:reservation",),
    "tdm_policy": ("custom tdm:policy",),
}

_JOINED: Final = frozenset({"dc:creator", "meta:keyword"})  # the first of other tags counts
_SIGNALS: Final = ("custom tdm:reservation", "custom tdm:policy")
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
    signals = [(name, value) for name in _SIGNALS for value in tags.get(name, ())]
    return choose(first, PRECEDENCE, damage=tuple(damage), signals=signals)


def _list_parts(archive: Archive, source: Source) -> list[str]:
    if source.mediatype in _BOOKS:
        return [read_book(archive, source).package]
    names = ("docProps/core.xml", "docProps/custom.xml", "meta.xml")
    return [name for name in names if name in archive]


def _gather(root: _Element, tags: dict[str, list[str]], *, book: bool) -> None:
    waiting = [root]
    prefixes = parse_prefixes(root.get("prefix", "")) if book else {}
    while waiting:
        element = waiting.pop()
        local, text = local_name(element), ""
        prefix = _PREFIXES.get(str(element.tag).removesuffix(local).strip("{}"))
        if local == "user-defined":
            name = f"custom {element.get(_ODF_NAME, '')}"
        elif local == "property" and not book:
            name = f"custom {element.get('name', '')}"
        elif local == "meta" and book:
            name = f"custom {_name_meta(element, prefixes)}"
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


def parse_prefixes(declared: str) -> dict[str, str]:
    """Return the vocabularies of the attribute ``prefix`` of a package document, by prefix."""
    words = declared.split()
    return {name.removesuffix(":"): url for name, url in zip(words[::2], words[1::2], strict=False)}


def _name_meta(element: _Element, prefixes: dict[str, str]) -> str:
    """Return the name of an element ``meta``; a property of TDMRep has the prefix ``tdm``.

    Books that leave out the declaration of ``tdm`` mean TDMRep.
    """
    name = element.get("name") or element.get("property") or ""
    prefix, colon, local = name.partition(":")
    if colon and OTHER_NAMES.get(prefixes.get(prefix, "")) == "tdm":
        return f"tdm:{local}"
    return name if prefix != "tdm" or prefix not in prefixes else f"other:{local}"
