"""Write metadata into a drawing: title, description, and RDF in the element ``metadata``."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import UnsupportedMedia
from iscckit.media.metadata.xmp import NAMESPACES
from iscckit.media.readers.svg import parse_drawing

if TYPE_CHECKING:
    from lxml.etree import _Element

    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_RDF: Final = f"{{{NAMESPACES['rdf']}}}"
# Field: the elements of the RDF description that hold it.
_PROPERTIES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("iscc:name", "dc:title"),
    "description": ("iscc:description", "dc:description"),
    "meta": ("iscc:meta",),
    "creator": ("dc:creator",),
    "license": ("cc:license",),
    "acquire": ("iscc:acquire",),
    "rights": ("dc:rights",),
    "credit": ("iscc:credit",),
    "keywords": ("dc:subject",),
    "identifier": ("dc:identifier",),
    "language": ("dc:language",),
    "iscc": ("iscc:iscc",),
    "data_mining": ("plus:DataMining",),
}


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes``; the document is written in UTF-8.

    Raises:
        ExtractionFailed: The file is not a drawing.
        UnsupportedMedia: The drawing is packed (SVGZ).
    """
    from lxml import etree  # slow to import

    if source.stream.read(2) == b"\x1f\x8b":
        raise UnsupportedMedia(f"{source.path}: unpack the drawing first (it is an SVGZ)")
    source.stream.seek(0)
    root = parse_drawing(source)
    description = _find_description(root)
    for field, value in changes.as_dict().items():
        for name in _PROPERTIES[field]:
            _set_property(root, description, name, value)
    for local, shown in (("desc", changes.description), ("title", changes.name)):
        if shown is not None:
            _set_shown(root, local, shown)
    tree = root.getroottree()
    target.write(etree.tostring(tree, encoding="UTF-8", xml_declaration=True))


def _find_description(root: _Element) -> _Element:
    """Return the element of the properties; it is created if it is missing."""
    from lxml import etree

    rdf = next(root.iter(f"{_RDF}RDF"), None)
    if rdf is None:
        metadata = root.find(f"{_SVG}metadata")
        if metadata is None:
            metadata = etree.Element(f"{_SVG}metadata")
            root.insert(0, metadata)
        rdf = etree.SubElement(metadata, f"{_RDF}RDF", nsmap={"rdf": NAMESPACES["rdf"]})
    description = rdf.find(f"{_RDF}Description")
    if description is None:
        # It comes first, as the first description counts.
        description = etree.Element(f"{_RDF}Description")
        description.set(f"{_RDF}about", "")
        rdf.insert(0, description)
    return description


def _set_property(root: _Element, description: _Element, name: str, value: str) -> None:
    from lxml import etree

    prefix, _, local = name.partition(":")
    tag = f"{{{NAMESPACES[prefix]}}}{local}"
    for rdf in root.iter(f"{_RDF}RDF"):
        for container in rdf:
            for old in container.findall(tag):
                container.remove(old)
            container.attrib.pop(tag, "")
    element = etree.SubElement(description, tag, nsmap={prefix: NAMESPACES[prefix]})
    if name == "cc:license":
        element.set(f"{_RDF}resource", value)
    else:
        element.text = value


def _set_shown(root: _Element, local: str, value: str) -> None:
    """Set the title or description that programs show; SVG demands it as the first child."""
    from lxml import etree

    element = root.find(f"{_SVG}{local}")
    if element is None:
        element = etree.Element(f"{_SVG}{local}")
        root.insert(0, element)
    for child in list(element):
        element.remove(child)
    element.text = value
