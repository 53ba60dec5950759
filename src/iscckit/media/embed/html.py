"""Write ``meta`` elements into a web page; all other bytes stay.

The elements come first in the head, as readers use the first element of each name. Characters
outside of ASCII become character references, so that the encoding of the page does not matter.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, BinaryIO, Final

from iscckit.errors import LimitExceeded, UnsupportedMedia
from iscckit.media.metadata.markup import PRECEDENCE

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.media.metadata.fields import Metadata

__all__ = ["write"]

_MOST: Final = 1 << 26  # bytes of a page; the metadata reader reads as many
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 and UTF-32, in which ASCII is more than one byte
# What a place may stand in: a comment or a script; and the ends of both.
_HIDDEN: Final = rb"<(!--)|<(script)\b|"
_ENDS: Final = {
    b"!--": re.compile(rb"-->"),
    b"script": re.compile(rb"</script\s*>", re.IGNORECASE),
    b"": re.compile(rb">"),
}
_PLACES: Final = tuple(
    re.compile(_HIDDEN + tag, re.IGNORECASE)
    for tag in (rb"<head(?=[\s>])", rb"<html(?=[\s>])", rb"<!doctype")
)


def write(source: Source, target: BinaryIO, changes: Metadata) -> None:
    """Copy ``source`` with ``changes`` in its head.

    Raises:
        LimitExceeded: The page is longer than the metadata reader reads.
        UnsupportedMedia: The page is in UTF-16 or UTF-32.
    """
    page = source.stream.read(_MOST + 1)
    if len(page) > _MOST:
        raise LimitExceeded(source.path, "bytes of a page", _MOST)
    if page.startswith(_WIDE) or b"\0" in page[:64]:
        raise UnsupportedMedia(f"{source.path}: metadata cannot be written into UTF-16 or UTF-32")
    lines = []
    for field, value in changes.as_dict().items():
        name = next(each for each in PRECEDENCE[field] if each.startswith("meta "))[5:]
        page = _compile_own(name).sub(b"", page)
        content = escape(value).encode("ascii", "xmlcharrefreplace")
        lines.append(b'\n<meta name="' + name.encode() + b'" content="' + content + b'"/>')
    at = _find_place(page)
    target.write(page[:at] + b"".join(lines) + page[at:])


def _compile_own(name: str) -> re.Pattern[bytes]:
    """Return the pattern of an element from an earlier run."""
    return re.compile(rb'\n<meta name="' + re.escape(name.encode()) + rb'" content="[^"]*"/>')


def _find_place(page: bytes) -> int:
    """Return the position at which the head starts."""
    for place in _PLACES:
        at = 0
        endless: set[bytes] = set()  # what nothing ends hides nothing
        for found in place.finditer(page):
            kind = (found[1] or found[2] or b"").lower()
            if found.start() < at or kind in endless:
                continue
            end = _ENDS[kind].search(page, found.end())
            if end is None:
                endless.add(kind)
            elif not kind:
                return end.end()
            else:
                at = end.end()
    return 3 if page.startswith(b"\xef\xbb\xbf") else 0
