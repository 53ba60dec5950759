"""EPUB: the package document of an e-book, its documents in reading order, and its cover."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from iscckit.errors import ExtractionFailed
from iscckit.media.archive import open_zip
from iscckit.media.readers.markup import extract_html_text, local_name, parse_html, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

    from iscckit.media.archive import Archive
    from iscckit.media.content_values import Limits, Source

__all__ = ["Book", "Item", "extract_book_text", "read_book"]

_CONTAINER: Final = "META-INF/container.xml"


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book.

    Attributes:
        identifier: Identifier of the file in the package document.
        name: Name of the file in the archive.
        mediatype: Media type that the package document states.
        properties: Properties of the file, for example ``cover-image`` or ``nav``.
    """

    identifier: str
    name: str
    mediatype: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """The content of the package document.

    Attributes:
        package: Name of the package document in the archive.
        items: All files of the book.
        spine: The documents in reading order.
        cover: The picture of the cover; None if the book does not name one.
        fixed: Whether the pages have a fixed layout, as in comics and picture books.
    """

    package: str
    items: tuple[Item, ...]
    spine: tuple[Item, ...]
    cover: Item | None
    fixed: bool


def read_book(archive: Archive, source: Source) -> Book:
    """Return the content of the package document of an e-book.

    Raises:
        ExtractionFailed: The package document is missing.
    """
    package = _find_package(archive)
    root = parse_xml(archive.read(package)) if package in archive else None
    if root is None:
        raise ExtractionFailed(source.path, source.mediatype, "it has no package document")
    items = _read_items(root, posixpath.dirname(package), archive)
    by_identifier = {item.identifier: item for item in items}
    spine = tuple(
        by_identifier[reference]
        for each in root.iter()
        if local_name(each) == "itemref" and (reference := each.get("idref", "")) in by_identifier
    )
    metas = [each for each in root.iter() if local_name(each) == "meta"]
    return Book(package, items, spine, _find_cover(items, metas), _is_fixed(metas))


def _find_package(archive: Archive) -> str:
    root = parse_xml(archive.read(_CONTAINER)) if _CONTAINER in archive else None
    for each in () if root is None else root.iter():
        if local_name(each) == "rootfile" and each.get("full-path"):
            return each.get("full-path", "")
    return next((name for name in archive.names() if name.endswith(".opf")), "")


def _read_items(root: _Element, folder: str, archive: Archive) -> tuple[Item, ...]:
    names = archive.names()
    # Names in UTF-8 without the flag for UTF-8 were read as code page 437.
    recoded = {_recode(name): name for name in names}
    items = []
    for each in root.iter():
        if local_name(each) != "item" or not each.get("href"):
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(each.get("href", ""))))
        items.append(
            Item(
                each.get("id", ""),
                path if path in archive else recoded.get(path, path),
                each.get("media-type", ""),
                tuple(each.get("properties", "").split()),
            )
        )
    return tuple(items)


def _recode(name: str) -> str:
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _find_cover(items: tuple[Item, ...], metas: list[_Element]) -> Item | None:
    named = {each.get("content") for each in metas if each.get("name") == "cover"}
    pictures = [item for item in items if item.mediatype.startswith("image/")]
    for item in pictures:
        if item.identifier in named:
            return item
    for item in pictures:
        if "cover-image" in item.properties:
            return item
    return next((item for item in pictures if "cover" in item.name.lower()), None)


def _is_fixed(metas: list[_Element]) -> bool:
    for each in metas:
        if each.get("property") == "rendition:layout" and each.text == "pre-paginated":
            return True
        if each.get("name") == "fixed-layout" and each.get("content") in ("true", "yes"):
            return True
    return False


def extract_book_text(source: Source, limits: Limits) -> str:
    """Return the text of the documents of an e-book in reading order.

    Raises:
        ExtractionFailed: The archive is damaged or has no package document.
        LimitExceeded: The archive unpacks to more than the limits allow.
    """
    pieces: list[str] = []
    texts: dict[str, str | None] = {}  # a book may name a chapter many times
    length = 0
    with open_zip(source, limits) as archive:
        for item in read_book(archive, source).spine:
            if item.name not in texts:
                texts[item.name] = _read_chapter(archive, item.name)
            text = texts[item.name]
            if text is not None:
                pieces.append(text)
                length += len(text) + 1
            if length > limits.characters + 1:
                break
    return "\n".join(pieces)


def _read_chapter(archive: Archive, name: str) -> str | None:
    root = parse_html(archive.read(name)) if name in archive else None
    return None if root is None else extract_html_text(root)
