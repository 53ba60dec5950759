"""Text of Office Open XML and OpenDocument files, read directly from their XML.

The text has the same characters as that of Apache Tika, apart from white space and markup;
docs/documents.md lists the known differences.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed
from iscckit.media.archive import open_zip
from iscckit.media.formats.documents import ODF, OOXML
from iscckit.media.readers.markup import local_name, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

    from iscckit.media.archive import Archive
    from iscckit.media.content_values import Limits, Source

__all__ = ["OFFICE", "extract_office_text", "holds_deleted_text"]

_WORD_NOTES: Final = ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SLIDE: Final = re.compile(r"ppt/slides/slide(\d{1,9})\.xml")
# White space by the name of an element: in WordprocessingML, in DrawingML, and in ODF.
_WORD_SPACES: Final = {"tab": "\t", "p": "\n", "br": "\n", "cr": "\n"}
_DRAWING_SPACES: Final = {"p": "\n", "br": "\n"}
_TRACKED: Final = "tracked-changes"  # element with what was deleted
_DELETED: Final = (b":deletion", b":previous")  # in texts, and in cells
_ODF_SPACES: Final = {"p": "\n", "h": "\n", "s": " ", "tab": "\t", "line-break": "\n"}


def extract_office_text(source: Source, limits: Limits) -> str:
    """Return the text of an office document.

    Args:
        source: A file of a media type in OFFICE.
        limits: Limits for unpacking the archive.

    Raises:
        ExtractionFailed: The archive is damaged, or its main part is missing.
        LimitExceeded: The archive unpacks to more than the limits allow.
    """
    with open_zip(source, limits) as archive:
        text = OFFICE[source.mediatype](archive, limits.characters)
    if text is None:
        raise ExtractionFailed(source.path, source.mediatype, "its main part is missing or damaged")
    return text


def holds_deleted_text(archive: Archive, mediatype: str) -> bool:
    """Tell whether an OpenDocument file keeps text that was deleted under tracked changes."""
    if not mediatype.startswith(ODF) or "content.xml" not in archive:
        return False
    content = archive.read("content.xml")
    return b"tracked-changes" in content and any(mark in content for mark in _DELETED)


def _read_word(archive: Archive, _: int) -> str | None:
    names = archive.names()
    headers = sorted(name for name in names if re.fullmatch(r"word/header\d*\.xml", name))
    footers = sorted(name for name in names if re.fullmatch(r"word/footer\d*\.xml", name))
    notes = [name for name in names if name in _WORD_NOTES]
    if "word/document.xml" not in archive:
        return None
    parts = (*headers, "word/document.xml", *footers, *notes)
    return "\n".join(_read_runs(archive, name, _WORD_SPACES) for name in parts)


def _read_slides(archive: Archive, _: int) -> str | None:
    found = [match for name in archive.names() if (match := _SLIDE.fullmatch(name))]
    slides = sorted(found, key=lambda match: int(match[1]))
    return "\n".join(_read_runs(archive, slide[0], _DRAWING_SPACES) for slide in slides) or None


def _read_runs(archive: Archive, name: str, spaces: Mapping[str, str]) -> str:
    """Return the text of the runs (elements ``t``) of one part."""
    root = parse_xml(archive.read(name))
    pieces: list[str] = []
    for element in () if root is None else root.iter():
        tag = local_name(element)
        if tag == "t":
            pieces.append(element.text or "")
        elif tag in spaces:
            pieces.append(spaces[tag])
    return "".join(pieces)


def _read_sheets(archive: Archive, most: int) -> str | None:
    if "xl/workbook.xml" not in archive:
        return None
    book = parse_xml(archive.read("xl/workbook.xml"))
    if book is None:
        return None
    targets = _read_relations(archive, "xl/_rels/workbook.xml.rels", "xl")
    shared = _read_shared_strings(archive)
    pieces: list[str] = []
    left = most  # any number of cells may hold a shared string
    for sheet in book.iter():
        if local_name(sheet) != "sheet" or left < 0:
            continue
        pieces.append(sheet.get("name", ""))
        target = targets.get(sheet.get(_RELATION, ""), "")
        root = parse_xml(archive.read(target)) if target in archive else None
        for text in () if root is None else _read_cells(root, shared):
            pieces.append(text)
            left -= len(text) + 1
            if left < 0:
                break
    return "\n".join(pieces)


def _read_relations(archive: Archive, name: str, folder: str) -> dict[str, str]:
    """Return the names of the parts that a part refers to, by the identifiers of the relations."""
    root = parse_xml(archive.read(name)) if name in archive else None
    if root is None:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(
            posixpath.join("/" + folder, each.get("Target", ""))
        ).lstrip("/")
        for each in root
        if isinstance(each.tag, str)
    }


def _read_shared_strings(archive: Archive) -> list[str]:
    name = "xl/sharedStrings.xml"
    root = parse_xml(archive.read(name)) if name in archive else None
    if root is None:
        return []
    return [_join_texts(item) for item in root if local_name(item) == "si"]


def _join_texts(element: _Element) -> str:
    """Return the text of a string item without phonetic runs (reading aids)."""
    return "".join(
        each.text or ""
        for each in element.iter()
        if local_name(each) == "t" and local_name(_get_parent(each)) != "rPh"
    )


def _get_parent(element: _Element) -> _Element:
    parent = element.getparent()
    return element if parent is None else parent


def _read_cells(root: _Element, shared: list[str]) -> Iterable[str]:
    for cell in root.iter():
        if local_name(cell) != "c":
            continue
        if cell.get("t") == "inlineStr":
            yield _join_texts(cell)
            continue
        value = next((each.text or "" for each in cell if local_name(each) == "v"), "")
        if cell.get("t") != "s":
            yield value
        elif len(value) < 10 and value.isdecimal() and int(value) < len(shared):
            yield shared[int(value)]


def _read_open_document(archive: Archive, _: int) -> str | None:
    root = parse_xml(archive.read("content.xml")) if "content.xml" in archive else None
    if root is None:
        return None
    body = next((each for each in root.iter() if local_name(each) == "body"), None)
    return None if body is None else _join_with_spaces(body, _ODF_SPACES)


def _join_with_spaces(body: _Element, spaces: Mapping[str, str]) -> str:
    """Return all text below ``body``; ``spaces`` has the text in front of an element, by name."""
    from lxml import etree  # slow to import

    pieces: list[str] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            name = local_name(element)
            if name == _TRACKED:
                walk.skip_subtree()
                continue
            pieces.append(spaces.get(name, ""))
            pieces.append((element.text or "") if name else "")
        elif element is not body:
            pieces.append(element.tail or "")
    return "".join(pieces)


# Media type: the function that reads the text. Its second argument is the number of characters
# after which it may stop. It returns None for a damaged file.
OFFICE: Final[dict[str, Callable[[Archive, int], str | None]]] = {
    f"{OOXML}.wordprocessingml.document": _read_word,
    f"{OOXML}.presentationml.presentation": _read_slides,
    f"{OOXML}.spreadsheetml.sheet": _read_sheets,
    f"{ODF}.text": _read_open_document,
    f"{ODF}.spreadsheet": _read_open_document,
    f"{ODF}.presentation": _read_open_document,
}
