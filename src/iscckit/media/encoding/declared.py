"""The encoding that a web page or an XML file declares.

Source: WHATWG, HTML Living Standard, 13.2.3 "The input byte stream", with two differences: scripts
and styles are skipped as comments are, and the declaration may stand behind the first 1,024 bytes.
"""

from __future__ import annotations

import re
from typing import Final

from iscckit.media.encoding.labels import UTF_16, find_codec

__all__ = ["find_declared", "find_xml_declared", "has_wrong_label"]

_BYTES: Final = 1 << 16  # at the start of a page in which a declaration counts
_XML: Final = re.compile(
    rb"\s*<\?xml[ \t\r\n][^>]{0,400}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([\w.:-]+)"
)
_XML_LABEL: Final = re.compile(
    rb"\s*<\?xml[ \t\r\n][^>]{0,400}?encoding[ \t\r\n]*=[ \t\r\n]*"
    rb"(?:\"([^\"<>]{0,400})\"|'([^'<>]{0,400})')"
)
_NAME: Final = re.compile(rb"[A-Za-z][A-Za-z0-9._-]*")
_START: Final = b"<?xml version="
_SEVEN_BITS: Final = ("hz", "iso2022")
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


def has_wrong_label(data: bytes) -> bool:
    """Tell whether an XML declaration names an encoding in which these bytes cannot be.

    The name is empty or malformed, or the declaration could not be read in ASCII if it were true,
    as with EBCDIC, or the encoding has no bytes above 0x7F and the document has some.
    """
    found = _XML_LABEL.match(data[:1024])
    if found is None:
        return False
    label = found[1] or found[2] or b""
    if _NAME.fullmatch(label) is None:
        return True
    codec = find_codec(label.decode("ascii"))
    if codec is None:
        return False
    if codec.startswith(_SEVEN_BITS):
        return not data.isascii()
    is_wide = codec in UTF_16 or codec in ("utf-16", "utf-32")
    return not is_wide and _START.decode(codec, "replace") != _START.decode()


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
