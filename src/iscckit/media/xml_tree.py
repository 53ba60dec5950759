"""Trees of XML and HTML: the one place where documents are parsed.

No parser loads a document type or opens another file, and none resolves entities unless the caller
has looked at them. Parsers compare each attribute of an element with those before it, so that the
time of one element grows with the square of their number; a document with too many is refused
before it is parsed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from iscckit.errors import LimitExceeded

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["ATTRIBUTES", "parse_html_tree", "parse_xml_tree", "refuse_many_attributes"]

ATTRIBUTES: Final = 10_000  # of one element
_SHORTEST: Final = 2 * ATTRIBUTES  # bytes of an element with more attributes
_OVERLAP: Final = 16  # how many times the bytes of a document may be read as attributes


def parse_xml_tree(
    data: bytes,
    *,
    recover: bool = False,
    remove_instructions: bool = False,
    huge: bool = False,
    resolve_entities: bool = False,
) -> _Element | None:
    """Return the root of an XML document, None if it has no element.

    Args:
        data: The document.
        recover: Whether a damaged document is read as far as possible.
        remove_instructions: Whether processing instructions are left out.
        huge: Whether deep nesting and long texts are read as well.
        resolve_entities: Whether entities of the document become their texts; the caller has
            looked at them.

    Raises:
        ValueError: The document is damaged.
        LimitExceeded: An element has more than 10,000 attributes.
    """
    from lxml import etree  # slow to import

    refuse_many_attributes(data)
    parser = etree.XMLParser(
        resolve_entities="internal" if resolve_entities else False,  # type: ignore[arg-type]
        no_network=True,
        load_dtd=False,
        recover=recover,
        remove_pis=remove_instructions,
        huge_tree=huge,
    )
    try:
        root: _Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    return root


def parse_html_tree(data: bytes) -> _Element | None:
    """Return the root of an HTML document in UTF-8, without comments; None if it has no element.

    Raises:
        ValueError: The document has no element.
        LimitExceeded: An element has more than 10,000 attributes.
    """
    from lxml import etree

    refuse_many_attributes(data)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root: _Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    return root


def refuse_many_attributes(data: bytes) -> None:
    """Refuse a document that may have an element with too many attributes.

    Attributes are counted from each place at which an element could start, also in comments and
    values, since parsers disagree about the places. The time grows with the length of the document.

    Raises:
        LimitExceeded: An element has more than 10,000 attributes, or so many elements seem to start
            within others that they cannot be counted.
    """
    if len(data) < _SHORTEST:
        return
    if b"\0" in data[:4]:  # UTF-16 or UTF-32
        data = data.translate(None, b"\0")
    starts, element = _compile_patterns()
    left = _OVERLAP * len(data)
    for start in starts.finditer(data):
        found = element.match(data, start.start())
        if found is None:
            continue
        left -= found.end() - found.start()
        if found[1] is not None or left < 0:
            raise LimitExceeded("the document", "attributes of an element", ATTRIBUTES)


@cache
def _compile_patterns() -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return the patterns of the start of an element that is not plain, and of an element.

    A plain element has few attributes, all in quotes and without angle brackets: the first pattern
    passes over it. Groups are atomic or possessive, so that no pattern backtracks.
    """
    plain = rb"[^\s<>/\"'=!?]++(?:\s++[^\s<>\"'=/]++=(?:\"[^\"<>]*+\"|'[^'<>]*+')){0,1000}+\s*+/?>"
    value = rb"\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+"
    attribute = rb"(?>[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:" + value + rb")?)?)"
    name = rb"<[^\s<>/!?=][^\s/>]*+"
    limit = str(ATTRIBUTES).encode()
    return (
        re.compile(rb"<(?!" + plain + rb")[^\s<>/!?=]"),
        re.compile(name + attribute + rb"{0," + limit + rb"}+(" + attribute + rb")?"),
    )
