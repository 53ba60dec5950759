"""Metadata of drawings: RDF in the element ``metadata``, and title and description of SVG."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose
from iscckit.media.metadata.xmp import NAMESPACES, list_signals
from iscckit.media.readers.svg import parse_drawing

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["PRECEDENCE", "read"]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_RDF: Final = f"{{{NAMESPACES['rdf']}}}"
_CC: Final = ("http://creativecommons.org/ns#", "http://web.resource.org/cc/")

_NESTED: Final = ("dc:creator", "dc:rights", "dc:subject", "dc:publisher")

PRECEDENCE: Final[Precedence] = {
    "name": ("RDF iscc:name", "SVG title", "RDF dc:title"),
    "description": ("RDF iscc:description", "SVG desc", "RDF dc:description"),
    "meta": ("RDF iscc:meta",),
    "creator": ("RDF dc:creator",),
    "license": ("RDF cc:license",),
    "acquire": ("RDF iscc:acquire",),
    "rights": ("RDF dc:rights",),
    "credit": ("RDF iscc:credit",),
    "keywords": ("RDF dc:subject",),
    "identifier": ("RDF dc:identifier",),
    "language": ("RDF dc:language",),
    "iscc": ("RDF iscc:iscc",),
    "data_mining": ("RDF plus:DataMining",),
    "tdm_reservation": ("RDF tdm:reservation",),
    "tdm_policy": ("RDF tdm:policy",),
}


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata of a drawing.

    Raises:
        ExtractionFailed: The file is not XML, or declares entities.
        LimitExceeded: The document is too long.
    """
    root = parse_drawing(source)
    tags: dict[str, str] = {}
    for container in _find_containers(root):
        for element in container:
            name = _name_element(element)
            if name:
                tags.setdefault(f"RDF {name}", _read_value(element, name))
    signals = list(list_signals(_find_containers(root), "RDF"))
    for name, value in signals:
        tags.setdefault(name, value)
    for local in ("title", "desc"):
        tags[f"SVG {local}"] = (
            root.findtext(f"{_SVG}{local}") or root.findtext(local) or ""
        ).strip()
    named = {name: text for name, text in tags.items() if text}
    return choose(named, PRECEDENCE, signals=signals)


def _find_containers(root: _Element) -> Iterator[_Element]:
    for rdf in root.iter(f"{_RDF}RDF"):
        for child in rdf:
            if child.tag in (f"{_RDF}Description", *(f"{{{space}}}Work" for space in _CC)):
                yield child


def _name_element(element: _Element) -> str:
    """Return the prefixed name of an element, for example ``dc:title``; empty if unknown."""
    space, _, local = str(element.tag)[1:].partition("}")
    if space in _CC:
        return f"cc:{local}"
    prefix = {NAMESPACES["dc"]: "dc", NAMESPACES["iscc"]: "iscc"}.get(space)
    return f"{prefix}:{local}" if prefix else ""


def _read_value(element: _Element, name: str) -> str:
    """Return the resource or the text; for persons and subjects, the first text below."""
    resource = element.get(f"{_RDF}resource")
    if resource:
        return resource.strip()
    if name not in _NESTED:
        return (element.text or "").strip()  # as in the SDK: the Meta-Code depends on it
    return next((text.strip() for text in map(str, element.itertext()) if text.strip()), "")
