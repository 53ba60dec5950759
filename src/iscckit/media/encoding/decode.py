"""Bytes to characters, by the first of these rules that applies.

1. A byte order mark: UTF-8, UTF-16 or UTF-32, in which a malformed sequence becomes U+FFFD.
2. The declared encoding, by the labels of the Encoding Standard; malformed bytes become U+FFFD.
3. Escape sequences of ISO-2022-JP or ISO-2022-KR.
4. UTF-16 without a mark.
5. Strict UTF-8.
6. UTF-8 in which 20 well-formed sequences of several bytes stand for each malformed one.
7. The guess of a detector, or Windows-1252 where it is unsure; the result says that it is a guess.
"""

from __future__ import annotations

import codecs
from typing import Final, NamedTuple

from iscckit.media.encoding.guess import guess
from iscckit.media.encoding.unmarked import find_iso_2022, find_utf_16, repair_utf_8
from iscckit.media.encoding.windows_1252 import WINDOWS_1252, decode_windows_1252

__all__ = ["MARKS", "Decoded", "decode", "decode_marked", "find_mark"]

# UTF-32 comes first: its little-endian mark starts with the mark of UTF-16.
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Decoded(NamedTuple):
    """A text and how it was read.

    Attributes:
        text: The characters.
        encoding: Name of the encoding, for example ``utf-8``.
        guessed: Whether statistics chose the encoding, so that it may be wrong.
    """

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, *, whole: bool = True, declared: str | None = None) -> Decoded:
    """Return the text in ``data``.

    Args:
        data: The bytes of the text from its start.
        whole: Whether the text ends here. If not, a character cut by the end is left out.
        declared: The codec of the declared encoding, if there is one.
    """
    marked = decode_marked(data, whole=whole)
    if marked is not None:
        return marked
    if declared == WINDOWS_1252:
        return Decoded(decode_windows_1252(data), WINDOWS_1252)
    if declared is not None:
        return Decoded(_decode_with(declared, data, whole=whole), declared)
    found = find_utf_16(data) or find_iso_2022(data)
    if found is not None:
        return Decoded(_decode_with(found, data, whole=whole), found)
    try:
        return Decoded(codecs.getincrementaldecoder("utf-8")().decode(data, whole), "utf-8")
    except UnicodeDecodeError:
        pass
    repaired = repair_utf_8(data)
    if repaired is not None:
        return Decoded(repaired, "utf-8")
    return Decoded(*guess(data), guessed=True)


def find_mark(data: bytes) -> tuple[bytes, str] | None:
    """Return the byte order mark at the start of ``data`` and its encoding, or None."""
    return next((pair for pair in MARKS if data.startswith(pair[0])), None)


def decode_marked(data: bytes, *, whole: bool = True) -> Decoded | None:
    """Return the text behind a byte order mark, or None if there is none."""
    found = find_mark(data)
    if found is None:
        return None
    mark, encoding = found
    return Decoded(_decode_with(encoding, data[len(mark) :], whole=whole), encoding)


def _decode_with(codec: str, data: bytes, *, whole: bool) -> str:
    return codecs.getincrementaldecoder(codec)("replace").decode(data, whole)
