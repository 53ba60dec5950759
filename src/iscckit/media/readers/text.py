"""Plain text and Markdown, CSV and JSON: bytes to characters.

The first rule that applies:

1. a byte order mark: UTF-8, UTF-16 or UTF-32, in which a malformed sequence becomes U+FFFD;
2. strict UTF-8;
3. Windows-1252; its five undefined bytes are read as Latin-1, so that no byte fails.

Markup stays in the text. The record names the encoding.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from iscckit.media.content_values import Limits, Profile, Source, TextContent

__all__ = ["LOST_CHARACTER", "apply_profile", "decode", "extract"]

# UTF-32 comes first: its little-endian mark starts with the mark of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes of the longest encoding of one character.
_BYTES_PER_CHARACTER: Final = 4
LOST_CHARACTER: Final = "\ufffd" * 6  # text of iscc-tika for one character above U+FFFF
_ABOVE_FFFF: Final = re.compile("[\U00010000-\U0010ffff]")
_UNDEFINED: Final = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # bytes without a character in Windows-1252
_WINDOWS_1252: Final = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in _UNDEFINED
}


def decode(data: bytes, *, whole: bool = True) -> tuple[str, str]:
    """Return the text in ``data`` and the name of its encoding.

    Args:
        data: The bytes of the text from its start.
        whole: Whether the text ends here. If not, a character cut by the end is left out.
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
    """Return ``text`` as the profile reads it.

    Under ``sdk-0.9.7`` each character above U+FFFF becomes six times U+FFFD, as in the text that
    the SDK reads with iscc-tika 0.6.0.
    """
    return _ABOVE_FFFF.sub(LOST_CHARACTER, text) if profile == "sdk-0.9.7" else text


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> TextContent:
    """Return the text of ``source``.

    Text beyond ``limits.characters`` is left out; ``cut`` of the content tells.
    """
    size = (limits.characters + 1) * _BYTES_PER_CHARACTER + len(codecs.BOM_UTF32_LE)
    data = source.stream.read(size)
    text, encoding = decode(data, whole=len(data) < size)
    text = apply_profile(text, profile)
    cut = len(text) > limits.characters
    return TextContent(text[: limits.characters] if cut else text, encoding, cut=cut)
