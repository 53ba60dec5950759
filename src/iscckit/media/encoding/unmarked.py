"""Encodings that the bytes themselves show, without a mark, a declaration or statistics."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["SAMPLE", "find_iso_2022", "find_utf_16", "repair_utf_8"]

SAMPLE: Final = 4096  # bytes at the start that show UTF-16
_LEAST: Final = 16  # bytes: fewer show nothing
_SURE: Final = 48  # bytes: fewer without a zero show nothing
_STOPS: Final = (1, 2, 12, 26, 31)  # bytes of U+3001, U+3002, U+FF0C, U+FF1A, U+FF01, U+FF1F
_COMMON: Final = frozenset(" \t\r\n,\u3000\u3001\u3002\uff0c\uff1a\uff01\uff1f")
_CONTROLS: Final = frozenset("\t\n\x0b\x0c\r\x1a\x1b")
_COMMON_SHARE: Final = 50  # of so many characters of a text, one is at least common
_UNKNOWN_SHARE: Final = 100  # of so many characters, one may be newer than our table
_REPAIR: Final = 20  # well-formed sequences for each malformed one
_ASCII: Final = bytes(range(128))
_JAPANESE: Final = re.compile(rb"\x1b\$(?:[@B]|\([@BDOPQ])|\x1b\([IJ]")
_KOREAN: Final = b"\x1b$)C"


def find_utf_16(data: bytes) -> str | None:
    """Return ``utf-16-le`` or ``utf-16-be`` if ``data`` is such text without a mark, else None.

    All characters of the first 4,096 bytes are assigned and none is a control, and spaces
    and commas are among them; in bytes of another kind hardly any pair is one. Chinese and
    Japanese without spaces and line feeds have no zero: their commas and stops hold a control
    character each, which texts in other encodings do not.
    """
    sample = data[: min(len(data), SAMPLE) & ~1]
    if len(sample) < _LEAST:
        return None
    if b"\0" not in sample and (len(sample) < _SURE or not any(map(sample.count, _STOPS))):
        return None
    shares = {codec: _share_common(sample, codec) for codec in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] * _COMMON_SHARE >= 1 else None


def _share_common(sample: bytes, codec: str) -> float:
    """Return which share of the characters is common; 0 if they are not text."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start + 2 < len(sample):
            return 0.0
        text = sample[: error.start].decode(codec)  # the sample ends inside a pair
    text = text.removeprefix("\ufeff")
    unknown = 0
    for char in set(text):
        category = unicodedata.category(char)
        if category in ("Cc", "Co") and char not in _CONTROLS:
            return 0.0
        if category == "Cn":
            unknown += text.count(char)
    if unknown * _UNKNOWN_SHARE > len(text):
        return 0.0
    return sum(char in _COMMON for char in text) / max(len(text), 1)


def find_iso_2022(data: bytes) -> str | None:
    """Return the codec of ASCII bytes that escape sequences turn into Japanese or Korean.

    Other escape sequences, those of terminals for example, change nothing.
    """
    if b"\x1b" not in data or not data.isascii():
        return None
    if _KOREAN in data[:SAMPLE]:
        names: tuple[str, ...] = ("iso2022_kr",)
    elif _JAPANESE.search(data):
        names = ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_2004")
    else:
        return None
    for name in names:
        try:
            if not data.decode(name).isascii():
                return name
        except UnicodeDecodeError:
            continue
    return None


def repair_utf_8(data: bytes) -> str | None:
    """Return the text of UTF-8 with a few malformed bytes, which become U+FFFD; else None.

    There are at least 20 well-formed sequences of several bytes for each malformed one.
    """
    text = data.decode("utf-8", "replace")
    above = len(text) - (len(data) - len(data.translate(None, _ASCII)))
    malformed = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return text if above - malformed >= _REPAIR * malformed else None
