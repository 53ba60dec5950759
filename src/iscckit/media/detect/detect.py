"""Detect the media type of a file from its first bytes and its name, and state the reason.

The content comes first. The name decides if the bytes leave a choice (a Markdown file is plain
text, a Word file is a ZIP archive) or if they match no format.
"""

# Annotations are evaluated here, not kept as strings: NamedTuple compiles strings, which is slow.
from typing import BinaryIO, Final, NamedTuple

from iscckit.media.content_values import Mode
from iscckit.media.detect.container_types import CONTAINERS, look_inside
from iscckit.media.detect.magic import HEAD_SIZE, Sniff, sniff
from iscckit.media.formats.table import FORMATS, UNKNOWN, Table, guess_type, mode_of

__all__ = ["HEAD_SIZE", "Detection", "detect", "needs_whole_file"]


class Detection(NamedTuple):
    """The detected type of a file.

    Attributes:
        mediatype: Media type, for example ``image/jpeg``.
        mode: Mode of the Content-Code of such a file; None if it has none.
        reason: Reason for this type, in words.
        renamed: Media type that the name claims and the content contradicts; else None.
    """

    mediatype: str
    mode: Mode | None
    reason: str
    renamed: str | None = None


_SVG_AS_XML: Final = ("image/svg+xml", "text/xml")  # an SVG drawing named .xml stays a drawing


def needs_whole_file(head: bytes, table: Table = FORMATS) -> bool:
    """Tell whether the type of a file that starts with ``head`` can only be seen further inside."""
    found = sniff(head, table)
    return found is not None and found.family in CONTAINERS


def detect(
    head: bytes, filename: str, stream: BinaryIO | None = None, table: Table = FORMATS
) -> Detection:
    """Return the type of a file.

    Args:
        head: The first ``HEAD_SIZE`` bytes of the file, or all bytes of a shorter file.
        filename: Name of the file. Only the extension counts; an unknown extension is ignored.
        stream: The file, seekable. Without it, only the head and the name tell the types inside
            ZIP archives and OLE files apart.
        table: The known formats.
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
