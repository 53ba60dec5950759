"""Change some properties of an XMP packet and keep all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.errors import LimitExceeded
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.xmp import NAMESPACES, OTHER_NAMES
from iscckit.media.xml_tree import parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["set_properties", "update_packet"]

# Metadata field: its properties, each with the form of the value.
_PROPERTIES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "name": (("iscc:name", "text"), ("dc:title", "Alt")),
    "description": (("iscc:description", "text"), ("dc:description", "Alt")),
    "meta": (("iscc:meta", "text"),),
    "creator": (("dc:creator", "Seq"),),
    "license": (("xmpRights:WebStatement", "text"),),
    "acquire": (("plus:Licensor", "licensor"),),
    "rights": (("dc:rights", "Alt"),),
    "credit": (("photoshop:Credit", "text"),),
    "keywords": (("dc:subject", "Bag"),),
    "identifier": (("dc:identifier", "text"),),
    "language": (("dc:language", "Bag"),),
    "iscc": (("iscc:iscc", "text"),),
    "data_mining": (("plus:DataMining", "text"),),
    "tdm_reservation": (("tdm:reservation", "text"),),
    "tdm_policy": (("tdm:policy", "text"),),
}
_RDF: Final = f"{{{NAMESPACES['rdf']}}}"
_LANG: Final = f"{{{NAMESPACES['xml']}}}lang"
_EMPTY: Final = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>'
)
_BEGIN: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_END: Final = b'\n<?xpacket end="w"?>'


def update_packet(packet: bytes, changes: Metadata) -> bytes:
    """Return ``packet`` with ``changes``.

    Args:
        packet: The packet of a file; empty for a new packet.
        changes: The new values; a field that is None does not change.

    Raises:
        ValueError: The packet is not XML, or has no RDF.
    """
    from lxml import etree  # slow to import

    try:
        root = parse_xml_tree(packet.strip(b"\0 \r\n\t") or _EMPTY)
    except (ValueError, LimitExceeded) as error:
        raise ValueError(f"XMP: {error}") from error
    rdf = None if root is None else next(root.iter(f"{_RDF}RDF"), None)
    if root is None or rdf is None:
        raise ValueError("XMP: holds no RDF")
    set_properties(rdf, changes)
    return _BEGIN + etree.tostring(root, encoding="utf-8") + _END


def set_properties(rdf: _Element, changes: Metadata) -> None:
    """Change the properties in an element ``rdf:RDF``."""
    from lxml import etree

    descriptions = list(rdf.iterchildren(f"{_RDF}Description"))
    if not descriptions:
        description = etree.SubElement(rdf, f"{_RDF}Description")
        description.set(f"{_RDF}about", "")
        descriptions = [description]
    for field, value in changes.as_dict().items():
        for name, form in _PROPERTIES[field]:
            old = _remove(descriptions, name)
            descriptions[0].append(_make_element(name, form, value, old))


def _qualify(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _remove(descriptions: list[_Element], name: str) -> _Element | None:
    """Remove all occurrences of a property; return the element of the last one, or None."""
    found = None
    prefix, _, local = name.partition(":")
    spaces = [space for space, other in OTHER_NAMES.items() if other == prefix]
    names = {_qualify(name), *(f"{{{space}}}{local}" for space in spaces)}
    for description in descriptions:
        for each in names & set(map(str, description.attrib)):
            del description.attrib[each]
        for element in [each for each in description if each.tag in names]:
            description.remove(element)
            found = element
    return found


def _make_element(name: str, form: str, value: str, old: _Element | None) -> _Element:
    from lxml import etree

    prefix = name.partition(":")[0]
    element = etree.Element(_qualify(name), nsmap={prefix: NAMESPACES[prefix]})
    if form == "text":
        element.text = value
        return element
    array = etree.SubElement(element, f"{_RDF}{'Bag' if form == 'licensor' else form}")
    item = etree.SubElement(array, f"{_RDF}li")
    if form == "licensor":
        item.set(f"{_RDF}parseType", "Resource")
        etree.SubElement(item, _qualify("plus:LicensorURL")).text = value
        return element
    item.text = value
    if form == "Alt":
        item.set(_LANG, "x-default")
        for other in () if old is None else old.iter(f"{_RDF}li"):
            if other.get(_LANG, "x-default") != "x-default":
                array.append(other)
    return element
