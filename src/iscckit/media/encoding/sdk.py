"""Encodings under the profile ``sdk-0.9.7``: the rules of version 0.1.0, which stay as they are."""

from __future__ import annotations

import codecs
import re
from typing import Final

from iscckit.media.encoding.decode import Decoded, decode_marked
from iscckit.media.encoding.windows_1252 import WINDOWS_1252, decode_windows_1252

__all__ = ["decode_page_as_sdk", "decode_text_as_sdk"]

_HEAD: Final = 1024  # bytes in which a declaration counts
_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)")


def decode_text_as_sdk(data: bytes, *, whole: bool = True) -> Decoded:
    """Return plain text: by its byte order mark, else as UTF-8, else as Windows-1252.

    Args:
        data: The bytes of the text from its start.
        whole: Whether the text ends here. If not, a character cut by the end is left out.
    """
    marked = decode_marked(data, whole=whole)
    if marked is not None:
        return marked
    try:
        return Decoded(codecs.getincrementaldecoder("utf-8")().decode(data, whole), "utf-8")
    except UnicodeDecodeError:
        return Decoded(decode_windows_1252(data), WINDOWS_1252)


def decode_page_as_sdk(data: bytes) -> Decoded:
    """Return the source of a page: as the first declaration that looks like one says."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
                       (codecs.BOM_UTF16_BE, "utf-16-be")):  # fmt: skip
        if data.startswith(mark):
            return Decoded(data.decode(name, "replace"), name)
    declared = _XML_ENCODING.search(data[:_HEAD]) or _CHARSET.search(data[:_HEAD])
    name = declared[1].decode("ascii", "ignore") if declared else ""
    try:
        return Decoded(data.decode(name, "replace"), codecs.lookup(name).name)
    except (LookupError, ValueError):
        return _decode_undeclared(data)


def _decode_undeclared(data: bytes) -> Decoded:
    # A page in UTF-32 was read with the name that rule gives, but as Python decodes it.
    name = decode_text_as_sdk(data)[1]
    return Decoded(data.decode(name, "replace"), name)
