"""Text of XML and HTML, parsed without entities, document types and network.

The text has the same characters as that of Apache Tika, with which the reference SDK reads such
files.
"""

from __future__ import annotations

import codecs
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.readers.text import apply_profile, decode
from iscckit.media.xml_tree import parse_html_tree, parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "extract",
    "extract_html_text",
    "extract_xml_text",
    "local_name",
    "parse_html",
    "parse_xml",
]

_BYTES: Final = 1 << 26  # of a document; its tree takes many times as much memory
_HEAD: Final = 1024  # bytes in which browsers look for the declaration of the encoding
_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)")
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
        LimitExceeded: The file is longer than 64 MiB, or an element has too many attributes.
    """
    data = source.stream.read(_BYTES + 1)
    if len(data) > _BYTES:
        raise LimitExceeded(source.path, "bytes of markup", _BYTES)
    if source.mediatype == "text/xml":
        root = parse_xml(data)
        text = None if root is None else extract_xml_text(root)
        encoding = None if root is None else root.getroottree().docinfo.encoding
    else:
        encoding = _detect_encoding(data)
        body = parse_html(data)
        text = None if body is None else extract_html_text(body)
    if text is None:
        raise ExtractionFailed(source.path, source.mediatype, "there is no element in it")
    text = apply_profile(text, profile)
    cut = len(text) > limits.characters
    return TextContent(
        text[: limits.characters],
        encoding.lower() if encoding else None,
        {"lxml": version("lxml")},
        cut=cut,
    )


def parse_xml(data: bytes) -> _Element | None:
    """Return the root of an XML document, or None if it has none.

    A damaged document is read as far as possible. Entities stay unresolved.

    Raises:
        LimitExceeded: An element has too many attributes.
    """
    try:
        # Without ``huge`` lxml silently drops deep nesting and long texts.
        return parse_xml_tree(data, recover=True, remove_instructions=True, huge=True)
    except ValueError:
        return None


def parse_html(data: bytes) -> _Element | None:
    """Return the root of an HTML document, or None where there is none.

    The encoding is that of a byte order mark, else the declared one, else UTF-8 if the bytes are
    that, else Windows-1252.

    Raises:
        LimitExceeded: An element has too many attributes.
    """
    text = data.decode(_detect_encoding(data), "replace").removeprefix("\ufeff")
    try:
        return parse_html_tree(text.encode("utf-8", "replace"))
    except ValueError:
        return None


def _detect_encoding(data: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
                       (codecs.BOM_UTF16_BE, "utf-16-be")):  # fmt: skip
        if data.startswith(mark):
            return name
    declared = _XML_ENCODING.search(data[:_HEAD]) or _CHARSET.search(data[:_HEAD])
    if declared:
        name = declared[1].decode("ascii", "ignore")
        if _can_decode(name, data):
            return codecs.lookup(name).name
    return decode(data)[1]


def _can_decode(encoding: str, data: bytes) -> bool:
    """Tell whether ``encoding`` is a text encoding of Python that can replace malformed bytes."""
    try:
        data.decode(encoding, "replace")
    except (LookupError, ValueError):
        return False
    return True


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
