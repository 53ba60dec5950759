"""Quality flags: codes that are weak evidence of their content, and how bits reveal them."""

from __future__ import annotations

from struct import pack
from typing import Final, Literal

from iscckit.algorithms.chromaprint import SILENCE
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.units.image import is_featureless

__all__ = ["CONCERNS", "HIDING", "MEANINGS", "UNDECIDING", "Flag", "flag_of"]

# The warnings of a record.
Flag = Literal[
    "featureless-image",
    "short-text",
    "cut-text",
    "missing-pages",
    "lost-characters",
    "guessed-encoding",
    "silence",
    "short-sound",
    "blank-video",
    "damaged",
    "truncated-image",
    "partial-image",
    "first-page",
]

MEANINGS: Final[dict[Flag, str]] = {
    "featureless-image": (
        "the picture is too plain: codes of one colour or a smooth gradient all look alike"
    ),
    "short-text": "the text is very short: one fingerprint of few letters is all there is",
    "cut-text": "only the beginning of the text went into the code",
    "missing-pages": "the document is damaged: text of some pages may be missing",
    "lost-characters": "the extractor loses characters of other scripts and symbols",
    "guessed-encoding": "nothing states the encoding of the text: it was guessed from its bytes",
    "silence": "there is nothing to hear: all silence has one code",
    "short-sound": "the sound is very short: most of a long code stays empty",
    "blank-video": "each picture has one brightness: all such videos have one code",
    "damaged": "the content could not be decoded: only the bytes have a code",
    "truncated-image": "the file is damaged: a part of the picture may be missing",
    "partial-image": "the file is damaged: much of the picture is missing",
    "first-page": "the file has several pages: its code is that of the first one alone",
}

# The Content-Code that a flag concerns.
CONCERNS: Final[dict[Flag, SubType]] = {
    "featureless-image": SubType.IMAGE,
    "short-text": SubType.TEXT,
    "cut-text": SubType.TEXT,
    "missing-pages": SubType.TEXT,
    "lost-characters": SubType.TEXT,
    "guessed-encoding": SubType.TEXT,
    "silence": SubType.AUDIO,
    "short-sound": SubType.AUDIO,
    "blank-video": SubType.VIDEO,
    "truncated-image": SubType.IMAGE,
    "partial-image": SubType.IMAGE,
    "first-page": SubType.IMAGE,
}

# Flags that make disagreement no evidence: a wrong guess hides that texts are equal. It does not
# make different texts agree.
HIDING: Final[frozenset[Flag]] = frozenset({"guessed-encoding"})

# Flags that make agreement no evidence. The other flags leave most of the content in the code.
UNDECIDING: Final[frozenset[Flag]] = (
    frozenset(CONCERNS)
    - HIDING
    - {
        "cut-text",
        "missing-pages",
        "lost-characters",
        "truncated-image",
    }
)


def flag_of(unit: Unit) -> Flag | None:
    """Return the flag that the bits of a Content-Code reveal, or None.

    The bits do not reveal a short text or a short sound.
    """
    if unit.maintype != MainType.CONTENT:
        return None
    size = len(unit.body)
    if unit.subtype == SubType.IMAGE and is_featureless(unit):
        return "featureless-image"
    if unit.subtype == SubType.AUDIO and unit.body == (pack(">i", SILENCE) * 8)[:size]:
        return "silence"
    if unit.subtype == SubType.VIDEO and not any(unit.body):
        return "blank-video"
    return None
