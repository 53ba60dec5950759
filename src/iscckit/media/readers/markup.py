"""Text of XML and HTML, parsed without entities, document types and network.

The text has the same characters as that of Apache Tika, with which the reference SDK reads such
files.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.encoding.declared import find_declared, find_xml_declared, has_wrong_label
from iscckit.media.encoding.decode import Decoded, decode, find_mark
from iscckit.media.encoding.guess import name_detector
from iscckit.media.encoding.labels import find_codec_exactly
from iscckit.media.encoding.sdk import decode_page_as_sdk
from iscckit.media.encoding.windows_1252 import WINDOWS_1252
from iscckit.media.readers.text import apply_profile
from iscckit.media.xml_tree import parse_html_tree, parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "declares_falsely",
    "extract",
    "extract_html_text",
    "extract_xml_text",
    "is_guessed",
    "local_name",
    "parse_html",
    "parse_xml",
    "restate_xml",
]

_SDK: Final = "sdk-0.9.7"
_BYTES: Final = 1 << 26  # of a document; its tree takes many times as much memory
_XML_DECLARATION: Final = re.compile(r"\s*<\?xml[ \t\r\n][^>]{0,1000}\?>")
_XHTML: Final = b"http://www.w3.org/1999/xhtml"
_C1: Final = re.compile(rb"[\x80-\x9f]")
_HIDDEN: Final = frozenset({"script", "style", "noscript", "head", "title", "template"})
_BREAKS: Final = frozenset(
    "p div h1 h2 h3 h4 h5 h6 li tr td th br table ul ol pre blockquote".split()  # noqa: SIM905
)


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of an XML or HTML file.

    Raises:
        ExtractionFailed: The file has no element.
        LimitExceeded: The file is longer than 64 MiB.
    """
    data = source.stream.read(_BYTES + 1)
    if len(data) > _BYTES:
        raise LimitExceeded(source.path, "bytes of markup", _BYTES)
    if source.mediatype == "text/xml":
        content = _extract_xml(data, profile)
    else:
        page = _decode_page(data, profile)
        body = _parse_page(page.text)
        content = None if body is None else (extract_html_text(body), page.encoding, page.guessed)
    if content is None:
        raise ExtractionFailed(source.path, source.mediatype, "there is no element in it")
    found, encoding, guessed = content
    text = apply_profile(found, profile)
    return TextContent(
        text[: limits.characters],
        encoding.lower() if encoding else None,
        {"lxml": version("lxml")} | (name_detector() if guessed else {}),
        cut=len(text) > limits.characters,
        guessed=guessed,
    )


def _extract_xml(data: bytes, profile: Profile) -> tuple[str, str | None, bool] | None:
    """Return text, encoding and whether that was guessed; None if there is no element."""
    other = None if profile == _SDK else _decode_as_lxml_does_not(data)
    root = _parse_xml_bytes(data) if other is None else _parse_xml_text(other.text)
    if root is None:
        return None
    text = extract_xml_text(root)
    if other is not None:
        return text, other.encoding, other.guessed
    return text, root.getroottree().docinfo.encoding, False


def _decode_page(data: bytes, profile: Profile) -> Decoded:
    return decode_page_as_sdk(data) if profile == _SDK else _decode_page_as_declared(data)


def _decode_page_as_declared(data: bytes) -> Decoded:
    """Return the source of a page; XHTML that declares UTF-8 falsely counts as undeclared.

    An XML parser would refuse it; in other pages malformed bytes become U+FFFD, as in browsers.
    """
    declared = find_declared(data)
    is_xhtml = data[:64].lstrip().startswith(b"<?xml") or _XHTML in data[:2048]
    if has_wrong_label(data) or (declared == "utf-8" and is_xhtml and not _is_utf_8(data)):
        declared = None
    return decode(data, declared=declared)


def parse_xml(data: bytes) -> _Element | None:
    """Return the root of an XML document, or None if it has none.

    A damaged document is read as far as possible. Entities stay unresolved. The encoding is that
    of the byte order mark or of the declaration, by the labels of the Encoding Standard; else
    that of ``media.encoding.decode``.

    Raises:
        LimitExceeded: An element has too many attributes.
    """
    other = _decode_as_lxml_does_not(data)
    return _parse_xml_bytes(data) if other is None else _parse_xml_text(other.text)


def _decode_as_lxml_does_not(data: bytes) -> Decoded | None:
    """Return the source of a document whose encoding lxml reads in another way, else None.

    These are labels that mean a larger encoding than they name, a declaration of UTF-16 or EBCDIC
    that stands there in ASCII, empty labels, and bytes that are not of the declared encoding.
    """
    if find_mark(data) or data[:64].lstrip()[:2] in (b"<\0", b"\0<", b"\0\0", b""):
        return None
    if has_wrong_label(data):
        return decode(data)
    label = find_xml_declared(data)
    codec = find_declared(data) if label else None
    exactly = find_codec_exactly(label or "utf-8")
    if codec is None or codec == "utf-8":
        return None if exactly == "utf-8" and _is_utf_8(data) else decode(data)
    if codec == exactly or (codec == WINDOWS_1252 and not _C1.search(data)):
        return None
    return decode(data, declared=codec)


def declares_falsely(data: bytes) -> bool:
    """Tell whether an XML document is not in the encoding that it declares.

    Strict parsers refuse such a document; ``parse_xml`` reads it.
    """
    mark = find_mark(data)
    wide = mark[1] if mark else {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(data[:2])
    if wide is None:
        return _decode_as_lxml_does_not(data) is not None
    start = data[len(mark[0]) if mark else 0 :][:2048].decode(wide, "ignore")
    label = find_xml_declared(start.encode())
    return label is not None and not label.lower().startswith(wide[:6].rstrip("-"))


def is_guessed(data: bytes) -> bool:
    """Tell whether ``parse_xml`` guesses the encoding of a document."""
    other = _decode_as_lxml_does_not(data)
    return other is not None and other.guessed


def restate_xml(data: bytes) -> bytes | None:
    """Return a document that declares another encoding than it has in UTF-8, else None."""
    other = _decode_as_lxml_does_not(data)
    return None if other is None else _drop_declaration(other.text)


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parse_xml_text(text: str) -> _Element | None:
    """Parse a document whose declaration of an encoding does not count."""
    return _parse_xml_bytes(_drop_declaration(text))


def _drop_declaration(text: str) -> bytes:
    return _XML_DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _parse_xml_bytes(data: bytes) -> _Element | None:
    try:
        # Without ``huge`` lxml silently drops deep nesting and long texts.
        return parse_xml_tree(data, recover=True, remove_instructions=True, huge=True)
    except ValueError:
        return None


def parse_html(data: bytes) -> _Element | None:
    """Return the root of an HTML document, or None where there is none.

    ``media.encoding`` says which encoding a page has: that of its byte order mark, else the
    declared one, else the one that its bytes show.

    Raises:
        LimitExceeded: An element has too many attributes.
    """
    return _parse_page(_decode_page_as_declared(data).text)


def _parse_page(text: str) -> _Element | None:
    try:
        return parse_html_tree(text.removeprefix("\ufeff").encode("utf-8", "replace"))
    except ValueError:
        return None


def extract_xml_text(root: _Element) -> str:
    """Return all text below ``root`` in document order."""
    return "".join(str(each) for each in root.itertext() if isinstance(each, str))


def extract_html_text(root: _Element) -> str:
    """Return the visible text of a page: the body without scripts and styles.

    Line breaks separate blocks and cells.
    """
    body = next((each for each in root.iter() if local_name(each) == "body"), root)
    pieces: list[str] = []
    open_elements = [(body, False)]
    while open_elements:
        element, seen = open_elements.pop()
        if seen:
            pieces.append(element.tail or "")
            continue
        if element is not body:
            open_elements.append((element, True))
        name = local_name(element)
        if name in _HIDDEN or not name:
            continue
        if name in _BREAKS:
            pieces.append("\n")
        pieces.append(element.text or "")
        open_elements.extend((child, False) for child in reversed(element))
    return "".join(pieces)


def local_name(element: _Element) -> str:
    """Return the name of an element without namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
