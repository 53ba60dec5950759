"""Metadata of HTML: the title and the ``meta`` elements."""

from __future__ import annotations

from typing import Final

from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose
from iscckit.media.readers.markup import local_name, parse_html

__all__ = ["PRECEDENCE", "read"]

_SIGNALS: Final = frozenset({"tdm-reservation", "tdm-policy"})
_BYTES: Final = 1 << 26  # of the document that are read

PRECEDENCE: Final[Precedence] = {
    "name": ("meta iscc_name", "HTML title", "meta dc:title"),
    "description": ("meta iscc_description", "meta description", "meta dc:description"),
    "meta": ("meta iscc_meta",),
    "creator": ("meta dc:creator", "meta author"),
    "license": ("meta iscc_license",),
    "acquire": ("meta iscc_acquire",),
    "rights": ("meta iscc_rights", "meta dc:rights"),
    "credit": ("meta iscc_credit",),
    "keywords": ("meta keywords",),
    "identifier": ("meta iscc_identifier", "meta dc:identifier"),
    "language": ("HTML lang", "meta dc:language"),
    "iscc": ("meta iscc",),
    "tdm_reservation": ("meta tdm-reservation",),
    "tdm_policy": ("meta tdm-policy",),
}


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata in the head of a page; the first one of repeated elements counts.

    All elements of TDMRep are signals.
    """
    root = parse_html(source.stream.read(_BYTES))
    tags: dict[str, str] = {}
    signals: list[tuple[str, str]] = []
    if root is None:
        return FileMetadata()
    tags["HTML lang"] = root.get("lang", "")
    for element in root.iter():
        kind = local_name(element)
        parent = element.getparent()
        if kind == "title" and parent is not None and local_name(parent) == "head":
            tags.setdefault("HTML title", element.text or "")
        elif kind == "meta" and element.get("name"):
            name = element.get("name", "").strip().lower()
            if name in _SIGNALS:
                signals.append((f"meta {name}", element.get("content", "")))
            tags.setdefault(f"meta {name}", element.get("content", ""))
    return choose(tags, PRECEDENCE, signals=signals)
