"""Plain text and Markdown, CSV and JSON: bytes to characters.

The rule, first that applies:

1. a byte order mark: UTF-8, UTF-16 or UTF-32, in which a malformed sequence becomes U+FFFD;
2. UTF-8, strictly;
3. Windows-1252, with the five bytes that it leaves undefined as in Latin-1 (so nothing fails).

The text is taken as it is: no markup is removed. The record names the encoding.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from iscckit.media.base import Limits, Profile, Source, TextContent

__all__ = ["LOST_CHARACTER", "apply_profile", "decode", "extract"]

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Longest encoding of one character, in bytes: how much has to be read for a number of them.
_BYTES_PER_CHARACTER: Final = 4
LOST_CHARACTER: Final = "\ufffd" * 6  # what iscc-tika makes of one character above U+FFFF
_ABOVE_FFFF: Final = re.compile("[\U00010000-\U0010ffff]")
_UNDEFINED: Final = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # by Windows-1252
_WINDOWS_1252: Final = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in _UNDEFINED
}


def decode(data: bytes, *, whole: bool = True) -> tuple[str, str]:
    """Return the text that ``data`` holds, and the name of its encoding.

    Args:
        data: The bytes of the text from its start.
        whole: False if more bytes follow, so that a character cut by the end is left out.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            decoder = codecs.getincrementaldecoder(encoding)("replace")
            return decoder.decode(data[len(mark) :], whole), encoding
    try:
        return codecs.getincrementaldecoder("utf-8")("strict").decode(data, whole), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_WINDOWS_1252), "windows-1252"


def apply_profile(text: str, profile: Profile) -> str:
    """Return ``text`` as the SDK sees it, if ``profile`` says so.

    What the SDK reads with iscc-tika 0.6.0 has six U+FFFD for each character above U+FFFF.
    """
    return _ABOVE_FFFF.sub(LOST_CHARACTER, text) if profile == "sdk-0.9.7" else text


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of ``source``.

    Text beyond ``limits.characters`` is left out and the content says so.
    """
    size = (limits.characters + 1) * _BYTES_PER_CHARACTER + len(codecs.BOM_UTF32_LE)
    data = source.stream.read(size)
    text, encoding = decode(data, whole=len(data) < size)
    text = apply_profile(text, profile)
    cut = len(text) > limits.characters
    return TextContent(text[: limits.characters] if cut else text, encoding, cut=cut)
