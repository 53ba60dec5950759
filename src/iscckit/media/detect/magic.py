"""Recognise the type of a file by its first bytes.

The table of formats has the signatures. ``sniff`` has the order of the tests, from the surest to
the weakest. Source: the specifications of the formats; no other package takes part.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from iscckit.media.formats.format import Magic, Root, Structure
from iscckit.media.formats.table import FORMATS, Table, load, select_containers, select_signatures

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.media.formats.format import ContainerKind, Stage

__all__ = ["HEAD_SIZE", "Sniff", "parse_mimetype_entry", "sniff"]

HEAD_SIZE: Final = 4096  # bytes at the start of a file that are examined


class Sniff(NamedTuple):
    """The type that the bytes of a file indicate.

    Attributes:
        mediatype: Media type.
        label: What was recognised, in words: "JPEG signature".
        family: Group of types that these bytes do not tell apart; within it the file name decides.
            Empty if the bytes alone decide.
    """

    mediatype: str
    label: str
    family: str = ""


_FORMS: Final[dict[bytes, ContainerKind]] = {b"RIFF": "RIFF", b"RF64": "RIFF", b"FORM": "IFF"}
_PICTURES: Final = (b"mif1", b"msf1")  # major brands that say only: one picture, or several
_ZIP: Final = (b"PK\3\4", b"PK\5\6")
_PACKAGE: Final = (b"[Content_Types].xml", b"_rels/.rels")  # first entries of Office Open XML files
_PLAIN: Final = "text/plain"
_XML: Final = "text/xml"
_ALLOWED_CONTROLS: Final = frozenset(b"\t\n\x0b\x0c\r\x08\x1b\x1a")


def sniff(head: bytes, table: Table = FORMATS) -> Sniff | None:
    """Return the type that ``head``, the first ``HEAD_SIZE`` bytes, indicates, or None."""
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
        or _match_text(head, table)
    )


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


def _match_text(head: bytes, table: Table) -> Sniff | None:
    """Recognise text: by byte order mark, as UTF-8, or as an 8-bit encoding."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if head.startswith(mark):
            text = head[len(mark) :].decode(encoding, "ignore")
            if any(ord(char) < 32 and ord(char) not in _ALLOWED_CONTROLS for char in text):
                return None
            return _match_markup(text, f"{encoding.upper()} byte order mark", table)
    if not head or any(byte < 32 and byte not in _ALLOWED_CONTROLS for byte in set(head)):
        return None
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end inside a character. An error anywhere else means: not UTF-8.
        if error.reason == "unexpected end of data" and len(head) >= HEAD_SIZE:
            return _match_markup(head[: error.start].decode("utf-8"), "UTF-8 text", table)
        plain = sum(byte < 128 for byte in head)
        family = "text" if 4 * plain >= 3 * len(head) else "maybe text"
        return Sniff(_PLAIN, "8-bit text", family)
    return _match_markup(text, "UTF-8 text", table)


@cache
def _compile_prolog() -> re.Pattern[str]:
    return re.compile(r"\s*(?:<\?xml.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)


def _match_markup(text: str, label: str, table: Table) -> Sniff:
    """Recognise markup by its root element; else the text is other XML or plain text."""
    prolog = _compile_prolog().match(text)
    rest = text[prolog.end() if prolog else 0 :][:200].lower()
    declared = "<?xml" in text[:200]
    for mediatype, root in select_signatures(table, Root):
        if (
            rest.startswith(root.starts)
            and root.declared in (None, declared)
            and root.holds in text
        ):
            return Sniff(mediatype, f"{label}, {root.label}", "text")
    if text.lstrip().startswith("<?xml"):
        return Sniff(_XML, f"{label}, XML", "text")
    return Sniff(_PLAIN, label, "text")
