"""The media type of a file from its first bytes and its name, with the reason.

The content comes first. The name decides where the bytes leave a choice (a Markdown file is
plain text, a Word file is a ZIP archive) and where they say nothing at all.
"""

# Annotations are evaluated here, not kept as strings: NamedTuple compiles strings, which is slow.
from typing import BinaryIO, Final, NamedTuple

from iscckit.media.base import Mode
from iscckit.media.detect.container_types import CONTAINERS, look_inside
from iscckit.media.detect.magic import HEAD_SIZE, Sniff, sniff
from iscckit.media.formats.table import FORMATS, UNKNOWN, Table, guess_type, mode_of

__all__ = ["HEAD_SIZE", "Detection", "detect", "needs_whole_file"]


class Detection(NamedTuple):
    """The type of a file.

    Attributes:
        mediatype: For example ``image/jpeg``.
        mode: Which Content-Code such a file gets, or None where there is none for it.
        reason: Why it was taken for this type, in words.
        renamed: The type that the name claims, where the content proves it wrong; else None.
    """

    mediatype: str
    mode: Mode | None
    reason: str
    renamed: str | None = None


_SVG_AS_XML: Final = ("image/svg+xml", "text/xml")  # a drawing stays one under the name .xml


def needs_whole_file(head: bytes, table: Table = FORMATS) -> bool:
    """Tell whether the type stands further inside a file that begins with ``head``."""
    found = sniff(head, table)
    return found is not None and found.family in CONTAINERS


def detect(
    head: bytes, filename: str, stream: BinaryIO | None = None, table: Table = FORMATS
) -> Detection:
    """Return the type of a file.

    Args:
        head: The first ``HEAD_SIZE`` bytes of the file, or all of a shorter one.
        filename: Its name; only the extension counts, and an unknown one decides nothing.
        stream: The file, seekable. Without it the types inside ZIP archives and OLE files are told
            apart by what the head shows and by the name.
        table: The formats that are known.
    """
    found = sniff(head, table)
    if found is not None and stream is not None and found.family in CONTAINERS:
        found = look_inside(stream, found, table)
    named = guess_type(filename, table)
    if found is None:
        return _detect_by_name(head, named, table)
    if found.family == "maybe text":
        # Bytes that could be any 8-bit encoding are text only if the name says so.
        if named not in table.families.get("text", ()):
            return _detect_by_name(head, named, table)
        found = Sniff(found.mediatype, found.label, "text")
    if named is None or named == found.mediatype:
        return Detection(found.mediatype, mode_of(found.mediatype, table), found.label)
    if named in table.families.get(found.family, ()) and (found.mediatype, named) != _SVG_AS_XML:
        return Detection(named, mode_of(named, table), f"{found.label}, and the name")
    reason = f"{found.label}, although the name says {named}"
    return Detection(found.mediatype, mode_of(found.mediatype, table), reason, named)


def _detect_by_name(head: bytes, named: str | None, table: Table) -> Detection:
    if named is None:
        return Detection(UNKNOWN, None, "empty" if not head else "no known signature")
    if head and named in table.families.get("text", ()):
        reason = f"binary content, although the name says {named}"
        return Detection(UNKNOWN, None, reason, named)
    return Detection(named, mode_of(named, table), "the name; no known signature")
