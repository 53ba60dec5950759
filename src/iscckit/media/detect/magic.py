"""Recognise the type of a file by its first bytes.

The table of formats has the signatures. ``sniff`` has the order of the tests, from the surest to
the weakest. In a head that reads as text only the signatures of formats that may be text count.
Source: the specifications of the formats; no other package takes part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from iscckit.media.detect.sniff_result import Sniff
from iscckit.media.detect.text import match_text, reads_as_text
from iscckit.media.formats.format import Magic, Structure
from iscckit.media.formats.table import (
    FORMATS,
    Table,
    load,
    mode_of,
    select_containers,
    select_signatures,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.media.formats.format import ContainerKind, Stage

__all__ = ["parse_mimetype_entry", "sniff"]

_FORMS: Final[dict[bytes, ContainerKind]] = {b"RIFF": "RIFF", b"RF64": "RIFF", b"FORM": "IFF"}
_PICTURES: Final = (b"mif1", b"msf1")  # major brands that say only: one picture, or several
_ZIP: Final = (b"PK\3\4", b"PK\5\6")
_PACKAGE: Final = (b"[Content_Types].xml", b"_rels/.rels")  # first entries of Office Open XML files


def sniff(head: bytes, table: Table = FORMATS) -> Sniff | None:
    """Return the type that ``head``, the first ``HEAD_SIZE`` bytes, indicates, or None."""
    if reads_as_text(head):
        return (
            _match_text_format(head, table)
            or _match_structure(head, table, "inside")
            or match_text(head, table)
        )
    return (
        _match_magic(head, table)
        or _match_form(head, table)
        or _match_box(head, table)
        or _match_structure(head, table, "start")
        or _match_zip(head, table)
        or _match_structure(head, table, "inside")
        or _match_structure(head, table, "header")
        or _match_structure(head, table, "packets")
        or _match_structure(head, table, "frame")
        or match_text(head, table)
    )


def _match_text_format(head: bytes, table: Table) -> Sniff | None:
    """Recognise a format of text by its magic bytes: what follows them may be text."""
    for mediatype, magic in select_signatures(table, Magic):
        if mode_of(mediatype, table) == "text" and head.startswith(magic.magic, magic.offset):
            return Sniff(mediatype, f"{magic.label} signature", magic.family)
    return None


def _match_magic(head: bytes, table: Table) -> Sniff | None:
    for mediatype, (magic, label, offset, family) in select_signatures(table, Magic):
        if head.startswith(magic, offset):
            return Sniff(mediatype, f"{label} signature", family)
    return None


def _match_form(head: bytes, table: Table) -> Sniff | None:
    kind = _FORMS.get(head[:4])
    for mediatype, inside in select_containers(table, kind) if kind else ():
        if head[8:12] in inside.types:
            return Sniff(mediatype, inside.label, inside.family)
    return None


def _match_box(head: bytes, table: Table) -> Sniff | None:
    """Recognise ISO base media files by brand, and older QuickTime files by their first atom."""
    if head[4:8] == b"ftyp":
        return _match_brand(head, table)
    for mediatype, inside in select_containers(table, "QuickTime"):
        if head[4:8] in inside.types:
            return Sniff(mediatype, inside.label, inside.family)
    return None


def _match_brand(head: bytes, table: Table) -> Sniff | None:
    size = min(max(int.from_bytes(head[:4]), 16), len(head))
    major, *others = head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))
    if major in _PICTURES:
        for mediatype, inside in select_containers(table, "ISO picture"):
            if not set(others).isdisjoint(inside.types):
                return Sniff(mediatype, inside.label, inside.family)
    best, found = -1, None
    for mediatype, (_, brands, label, family) in select_containers(table, "ISO"):
        for brand in brands:
            if len(brand) > best and major.startswith(brand):
                shown = label or f"ISO media brand {major.decode('latin-1').strip()!r}"
                best, found = len(brand), Sniff(mediatype, shown, family)
    return found


def _match_zip(head: bytes, table: Table) -> Sniff | None:
    if head[:4] not in _ZIP:
        return None
    # OpenDocument and EPUB files start with an uncompressed entry that holds the media type.
    if head[30:38] == b"mimetype":
        size = int.from_bytes(head[18:22], "little")
        start = 38 + int.from_bytes(head[28:30], "little")
        named = parse_mimetype_entry(head[start : start + size])
        if named:
            return named
    if any(name in head for name in _PACKAGE):
        for mediatype, inside in select_containers(table, "Office"):
            if any(folder in head for folder in inside.types):
                return Sniff(mediatype, inside.label, "zip")
    for mediatype, inside in select_containers(table, "archive"):
        if b"" in inside.types:
            return Sniff(mediatype, "ZIP signature", "zip")
    return None


def parse_mimetype_entry(entry: bytes) -> Sniff | None:
    """Return the type that the content of the entry ``mimetype`` of an archive states, or None."""
    named = entry.decode("ascii", "replace").strip()
    if not re.fullmatch(r"application/[\w.+-]+", named):
        return None
    return Sniff(named, "mimetype entry of the ZIP archive", "book")


def _match_structure(head: bytes, table: Table, stage: Stage) -> Sniff | None:
    for mediatype, structure in select_signatures(table, Structure):
        if structure.stage == stage:
            fits = cast("Callable[[bytes], bool]", load(structure.function))
            if fits(head):
                return Sniff(mediatype, structure.label, structure.family)
    return None
