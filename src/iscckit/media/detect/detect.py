"""Detect the media type of a file from its first bytes and its name, and state the reason.

The content comes first. The name decides if the bytes leave a choice (a Markdown file is plain
text, a Word file is a ZIP archive) or if they match no format.
"""

# Annotations are evaluated here, not kept as strings: NamedTuple compiles strings, which is slow.
from typing import BinaryIO, Final, NamedTuple

from iscckit.media.content_values import Mode
from iscckit.media.detect.container_types import CONTAINERS, find_document, look_inside
from iscckit.media.detect.magic import sniff
from iscckit.media.detect.sniff_result import HEAD_SIZE, Sniff
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
_ZIP_ENTRY: Final = b"PK\3\4"
_PADDING: Final = 1 << 16  # bytes of zeros behind which a signature is looked for
# Bytes that could be any 8-bit encoding are text only if the name says so; those with control
# characters are not if the name says something else.
_DOUBTFUL: Final[dict[str, tuple[None, ...]]] = {"maybe text": (), "controls": (None,)}


def needs_whole_file(head: bytes, table: Table = FORMATS) -> bool:
    """Tell whether the type of a file that starts with ``head`` can only be seen further inside."""
    found = sniff(head, table)
    return _may_hold_document(head) if found is None else found.family in CONTAINERS


def _may_hold_document(head: bytes) -> bool:
    """Tell whether a ZIP archive begins in these bytes, which have no signature."""
    return _ZIP_ENTRY in head


def _look_further(head: bytes, stream: BinaryIO, table: Table) -> Sniff | None:
    """Return the type of a file whose first bytes have no signature: behind them stands one."""
    if _may_hold_document(head):
        return find_document(stream, table)
    if head and not head.strip(b"\0"):
        stream.seek(0)
        padded = stream.read(_PADDING).lstrip(b"\0")
        return sniff(b"\0" + padded[: HEAD_SIZE - 1], table)
    return None


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
    if stream is not None and found is None:
        found = _look_further(head, stream, table)
    elif stream is not None and found is not None and found.family in CONTAINERS:
        found = look_inside(stream, found, table)
    named = guess_type(filename, table)
    if found is None:
        return _detect_by_name(head, named, table)
    if found.family in _DOUBTFUL:
        if named not in _DOUBTFUL[found.family] and named not in table.families.get("text", ()):
            return _detect_by_name(head, named, table)
        found = found._replace(family="text")
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
