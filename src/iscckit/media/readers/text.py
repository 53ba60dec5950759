"""Plain text and Markdown, CSV and JSON: bytes to characters.

``media.encoding.decode`` has the rules. Markup stays in the text. The record names the encoding.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from iscckit.media.content_values import Limits, Profile, Source, TextContent
from iscckit.media.encoding.decode import decode
from iscckit.media.encoding.guess import name_detector
from iscckit.media.encoding.sdk import decode_text_as_sdk

__all__ = ["LOST_CHARACTER", "apply_profile", "extract"]

# Bytes of the longest encoding of one character.
_BYTES_PER_CHARACTER: Final = 4
LOST_CHARACTER: Final = "\ufffd" * 6  # text of iscc-tika for one character above U+FFFF
_ABOVE_FFFF: Final = re.compile("[\U00010000-\U0010ffff]")


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
    read = decode_text_as_sdk if profile == "sdk-0.9.7" else decode
    found = read(data, whole=len(data) < size)
    text = apply_profile(found.text, profile)
    cut = len(text) > limits.characters
    return TextContent(
        text[: limits.characters] if cut else text,
        found.encoding,
        name_detector() if found.guessed else {},
        cut=cut,
        guessed=found.guessed,
    )
