"""The media type of a file from its first bytes and its name, with the reason.

The content comes first. The name decides where the bytes leave a choice (a Markdown file is
plain text, a Word file is a ZIP archive) and where they say nothing at all.
"""

from __future__ import annotations

from typing import BinaryIO, Final, NamedTuple

from iscckit.media.detect.container_types import CONTAINERS, look_inside
from iscckit.media.detect.magic import HEAD_SIZE, Sniff, sniff
from iscckit.media.mediatypes import UNKNOWN, Mode, from_name, mode_of

__all__ = ["HEAD_SIZE", "Detection", "detect", "needs_the_whole"]


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


# Types that cannot be told apart from the first bytes: within a family the name decides.
_FAMILIES: Final[dict[str, frozenset[str]]] = {
    "tiff": frozenset(
        {"image/x-adobe-dng", "image/x-canon-cr2", "image/x-nikon-nef", "image/x-sony-arw"}
    ),
    "ole": frozenset(
        {"application/msword", "application/vnd.ms-powerpoint", "application/vnd.ms-excel"}
    ),
    "id3": frozenset({"audio/aac", "audio/x-flac", "audio/aiff", "audio/x-ape"}),
    "real": frozenset({"audio/x-pn-realaudio"}),
    "asf": frozenset({"audio/x-ms-wma", "video/x-ms-wmv", "video/x-ms-asf"}),
    "gzip": frozenset({"image/svg+xml"}),
    "mp4": frozenset(
        {
            "video/mp4",
            "audio/mp4",
            "video/x-m4v",
            "video/quicktime",
            "video/3gpp",
            "video/3gpp2",
        }
    ),
    "matroska": frozenset({"audio/x-matroska", "audio/webm", "video/x-matroska", "video/webm"}),
    "ogg": frozenset({"audio/ogg", "audio/opus", "video/ogg", "audio/x-flac"}),
    "book": frozenset({"application/epub+zip", "application/x-ibooks+zip"}),
    "archive": frozenset({"application/zip", "application/java-archive"}),
    "zip": frozenset(
        {
            "application/zip",
            "application/java-archive",
            "application/epub+zip",
            "application/x-ibooks+zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.oasis.opendocument.presentation",
        }
    ),
    "text": frozenset(
        {
            "text/plain",
            "text/markdown",
            "text/csv",
            "text/tab-separated-values",
            "text/html",
            "text/xml",
            "application/json",
            "application/xhtml+xml",
            "image/svg+xml",
        }
    ),
}

_SVG_AS_XML: Final = ("image/svg+xml", "text/xml")  # a drawing stays one under the name .xml


def needs_the_whole(head: bytes) -> bool:
    """Tell whether the type stands further inside a file that begins with ``head``."""
    found = sniff(head)
    return found is not None and found.family in CONTAINERS


def detect(head: bytes, filename: str, stream: BinaryIO | None = None) -> Detection:
    """Return the type of a file.

    Args:
        head: The first ``HEAD_SIZE`` bytes of the file, or all of a shorter one.
        filename: Its name; only the extension counts, and an unknown one is no objection.
        stream: The file, seekable. Without it the types inside ZIP archives and OLE files are told
            apart by what the head shows and by the name.
    """
    found = sniff(head)
    if found is not None and stream is not None and found.family in CONTAINERS:
        found = look_inside(stream, found)
    named = from_name(filename)
    if found is None:
        return _from_name_alone(head, named)
    if found.family == "maybe text":
        # Bytes that could be any 8-bit encoding are text only if the name says so.
        if named not in _FAMILIES["text"]:
            return _from_name_alone(head, named)
        found = Sniff(found.mediatype, found.label, "text")
    if named is None or named == found.mediatype:
        return Detection(found.mediatype, mode_of(found.mediatype), found.label)
    if named in _FAMILIES.get(found.family, ()) and (found.mediatype, named) != _SVG_AS_XML:
        return Detection(named, mode_of(named), f"{found.label}, and the name")
    reason = f"{found.label}, although the name says {named}"
    return Detection(found.mediatype, mode_of(found.mediatype), reason, named)


def _from_name_alone(head: bytes, named: str | None) -> Detection:
    if named is None:
        return Detection(UNKNOWN, None, "empty" if not head else "no known signature")
    if head and named in _FAMILIES["text"]:
        reason = f"binary content, although the name says {named}"
        return Detection(UNKNOWN, None, reason, named)
    return Detection(named, mode_of(named), "the name; no known signature")
