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
_COMMENT: Final = rb"<!--.*?-->|<script\b.*?</script\s*>|"
_PLACES: Final = tuple(
    re.compile(_COMMENT + tag, re.IGNORECASE | re.DOTALL)
    for tag in (rb"(<head(?:\s[^>]*)?>)", rb"(<html(?:\s[^>]*)?>)", rb"(<!doctype[^>]*>)")
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
        for found in place.finditer(page):
            if found[1]:
                return found.end()
    return 3 if page.startswith(b"\xef\xbb\xbf") else 0
