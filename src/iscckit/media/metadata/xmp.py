"""XMP: packets of metadata in pictures, PDF files and other formats, in RDF/XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from iscckit.errors import LimitExceeded
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.precedence import Precedence, choose
from iscckit.media.xml_tree import parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "NAMESPACES",
    "OTHER_NAMES",
    "PRECEDENCE",
    "list_signals",
    "read_xmp",
    "read_xmp_signals",
    "read_xmp_tags",
]

# Prefix (of the specifications and of this package): namespace. A file may use other prefixes.
NAMESPACES: Final[dict[str, str]] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "x": "adobe:ns:meta/",
    "iscc": "http://purl.org/iscc/schema/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "tdm": "http://www.w3.org/ns/tdmrep/",
}

# Other names of namespaces. The reference SDK writes the first one for ``plus``; EPUB has that of
# ``tdm``.
OTHER_NAMES: Final = {
    "http://ns.useplus.org/": "plus",
    "http://web.resource.org/cc/": "cc",
    "http://www.w3.org/ns/tdmrep#": "tdm",
}
_PREFIXES: Final = {name: prefix for prefix, name in NAMESPACES.items()} | OTHER_NAMES

_RDF: Final = f"{{{NAMESPACES['rdf']}}}"
_LANG: Final = f"{{{NAMESPACES['xml']}}}lang"
_ARRAYS: Final = frozenset({f"{_RDF}Alt", f"{_RDF}Bag", f"{_RDF}Seq"})
_LICENSOR: Final = "plus:LicensorURL"
_SIGNALS: Final = frozenset(
    {"plus:DataMining", "plus:OtherConstraints", "tdm:reservation", "tdm:policy"}
)

PRECEDENCE: Final[Precedence] = {
    "name": (
        "XMP iscc:name",
        "XMP dc:title",
        "XMP xmp:Nickname",
        "XMP xmpDM:shotName",
        "XMP photoshop:Headline",
        "XMP Iptc4xmpExt:AOTitle",
    ),
    "description": ("XMP iscc:description", "XMP dc:description"),
    "meta": ("XMP iscc:meta",),
    "creator": ("XMP dc:creator",),
    "license": ("XMP xmpRights:WebStatement",),
    "acquire": ("XMP plus:LicensorURL",),
    "rights": ("XMP dc:rights",),
    "credit": ("XMP photoshop:Credit",),
    "keywords": ("XMP dc:subject",),
    "identifier": ("XMP dc:identifier", "XMP xmp:Identifier"),
    "language": ("XMP dc:language",),
    "iscc": ("XMP iscc:iscc",),
    "data_mining": ("XMP plus:DataMining",),
    "tdm_reservation": ("XMP tdm:reservation",),
    "tdm_policy": ("XMP tdm:policy",),
}


def read_xmp(packet: bytes) -> Metadata:
    """Return the metadata fields of an XMP packet.

    Raises:
        ValueError: The packet is not XML, has no RDF, or has an element with too many attributes.
    """
    return choose(read_xmp_tags(packet), PRECEDENCE).metadata


def read_xmp_tags(packet: bytes, *, languages: bool = True) -> dict[str, str]:
    """Return the properties of a packet by name, for example ``XMP dc:title``.

    Items of an array are joined by a comma and a space. A text in several languages starts with
    the default language; the others follow in the form of exiv2: ``Hello, lang="de-DE" Hallo``.
    The reference SDK makes the Meta-Code of this text. Structures are left out, except for the
    URL of the first licensor.

    Args:
        packet: The packet, with or without padding.
        languages: Whether languages other than the default are kept.

    Raises:
        ValueError: The packet is not XML, has no RDF, or has an element with too many attributes.
    """
    tags: dict[str, str] = {}
    for description in _find_descriptions(packet):
        for key, text in description.attrib.items():
            name = _name_property(str(key))
            if name is not None:
                tags[f"XMP {name}"] = str(text).strip()
        for element in description:
            name = _name_property(element.tag)
            if name == "plus:Licensor":
                tags.setdefault(f"XMP {_LICENSOR}", _read_licensor(element))
            elif name is not None:
                tags[f"XMP {name}"] = _read_value(element, languages=languages).strip()
    return {name: text for name, text in tags.items() if text}


def read_xmp_signals(packet: bytes) -> list[tuple[str, str]]:
    """Return all statements of a packet about what is reserved: source and value.

    A property that is there several times, or has several values, is a statement each time.

    Raises:
        ValueError: The packet is not XML, has no RDF, or has an element with too many attributes.
    """
    return list(list_signals(_find_descriptions(packet), "XMP"))


def list_signals(descriptions: Iterable[_Element], kind: str) -> Iterator[tuple[str, str]]:
    """Yield the statements in elements ``rdf:Description``; sources start with ``kind``."""
    for description in descriptions:
        for key, text in description.attrib.items():
            name = _name_property(str(key))
            if name in _SIGNALS:
                yield f"{kind} {name}", str(text).strip()
        for element in description:
            name = _name_property(element.tag)
            if name in _SIGNALS:
                array = next((each for each in element if each.tag in _ARRAYS), None)
                values = [_read_value(element)] if array is None else map(_read_item, array)
                yield from ((f"{kind} {name}", value.strip()) for value in values)


def _find_descriptions(packet: bytes) -> list[_Element]:
    try:
        # Blanks or NUL characters around the packet are padding.
        root = parse_xml_tree(packet.strip(b"\0 \r\n\t"), recover=True)
    except (ValueError, LimitExceeded) as error:
        raise ValueError(f"XMP: {error}") from error
    rdf = None if root is None else next(root.iter(f"{_RDF}RDF"), None)
    if rdf is None:
        raise ValueError("XMP: holds no RDF")
    return list(rdf.iterchildren(f"{_RDF}Description"))


def _name_property(tag: object) -> str | None:
    """Return the prefixed name of a tag, for example ``dc:title``; None for other namespaces."""
    if not isinstance(tag, str) or not tag.startswith("{"):
        return None  # a comment, a processing instruction, or without namespace
    space, _, local = tag[1:].partition("}")
    prefix = _PREFIXES.get(space)
    return None if prefix in (None, "rdf", "xml", "x") else f"{prefix}:{local}"


def _read_value(element: _Element, *, languages: bool = True) -> str:
    """Return the value of a property, or the empty string for a structure."""
    resource = element.get(f"{_RDF}resource")
    if resource is not None:
        return resource
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return element.text or ""
    if children[0].tag == f"{_RDF}Alt":
        return _join_alternatives(children[0], languages)
    if children[0].tag in _ARRAYS:
        return ", ".join(filter(None, map(_read_item, _list_items(children[0]))))
    # A value with qualifiers stands in rdf:value; any other element with children is a structure.
    value = element.find(f"{_RDF}value")
    if value is None:
        value = children[0].find(f"{_RDF}value")
    return "" if value is None else value.text or ""


def _list_items(array: _Element) -> Iterator[_Element]:
    return array.iterchildren(f"{_RDF}li")


def _read_item(item: _Element) -> str:
    return item.get(f"{_RDF}resource") or _read_value(item).strip()


def _join_alternatives(array: _Element, languages: bool) -> str:
    texts = [(item.get(_LANG) or "x-default", _read_item(item)) for item in _list_items(array)]
    # The order of exiv2: the default, then longer tags before shorter ones, then from z to a.
    texts.sort(key=lambda pair: pair[0].lower(), reverse=True)
    texts.sort(key=lambda pair: (pair[0] != "x-default", -len(pair[0])))
    texts = [(language, text) for language, text in texts if text]
    first, *others = texts or [("", "")]
    if not languages:
        return first[1]
    return ", ".join([first[1], *(f'lang="{language}" {text}' for language, text in others)])


def _read_licensor(element: _Element) -> str:
    """Return the URL of the first licensor, from an element or an attribute."""
    first = next(element.iter(f"{_RDF}li"), element)
    for inner in first.iter():
        if _name_property(inner.tag) == _LICENSOR:
            return (inner.get(f"{_RDF}resource") or inner.text or "").strip()
        for key, text in inner.attrib.items():
            if _name_property(str(key)) == _LICENSOR:
                return str(text).strip()
    return ""
