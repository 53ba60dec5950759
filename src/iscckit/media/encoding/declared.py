"""The encoding that a web page or an XML file declares.

Source: WHATWG, HTML Living Standard, 13.2.3 "The input byte stream", with two differences: scripts
and styles are skipped as comments are, and the declaration may stand behind the first 1,024 bytes.
"""

from __future__ import annotations

import re
from typing import Final

from iscckit.media.encoding.labels import UTF_16, find_codec

__all__ = ["find_declared", "find_xml_declared"]

_BYTES: Final = 1 << 16  # at the start of a page in which a declaration counts
_XML: Final = re.compile(
    rb"\s*<\?xml[ \t\r\n][^>]{0,400}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([\w.:-]+)"
)
# Each alternative starts with "<" and a different next byte, and none backtracks.
_TAG: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)"
    rb"|<(script|style)\b[^>]{0,2000}>.*?(?:</\1\b|\Z)"
    rb"|<meta(?=[\s/])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    rb"([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?", re.DOTALL
)
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([^\s;\"']+)", re.IGNORECASE)


def find_xml_declared(data: bytes) -> str | None:
    """Return the label in the XML declaration at the start of ``data``, as written, or None."""
    found = _XML.match(data[:1024])
    return found[1].decode("ascii", "ignore") if found else None


def find_declared(data: bytes) -> str | None:
    """Return the codec of the encoding that a page without byte order mark declares, or None.

    A declaration that stands there in ASCII and names UTF-16 means UTF-8, as in browsers.
    """
    label = find_xml_declared(data)
    codec = find_codec(label) if label else None
    if codec is None:
        codec = _find_in_tags(data[:_BYTES])
    return "utf-8" if codec in UTF_16 or codec in ("utf-16", "utf-32") else codec


def _find_in_tags(data: bytes) -> str | None:
    for tag in _TAG.finditer(data):
        if tag[2] is not None:
            label = _find_in_meta(tag[2])
            codec = find_codec(label.decode("ascii", "ignore")) if label else None
            if codec:
                return codec
    return None


def _find_in_meta(attributes: bytes) -> bytes | None:
    """Return the label in the attributes of a ``meta`` element, or None."""
    values: dict[bytes, bytes] = {}
    for name, *value in _ATTRIBUTE.findall(attributes):
        values.setdefault(name.lower(), b"".join(value))
    if values.get(b"charset"):
        return values[b"charset"].strip()
    content = _CHARSET.search(values.get(b"content", b""))
    if content and values.get(b"http-equiv", b"").strip().lower() == b"content-type":
        return content[1]
    return None
