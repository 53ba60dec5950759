"""The encoding of bytes that are not Unicode and declare nothing: a guess from statistics.

The detector is chardet, which ``benchmarks/encodings.py`` compares with others. It only sees texts
in which a guess can be right: a few letters above 0x7F in ASCII are read as Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Final

from iscckit.media.encoding.windows_1252 import WINDOWS_1252, decode_windows_1252

__all__ = ["guess", "name_detector"]

_SAMPLE: Final = 1 << 16  # bytes that the detector sees
_BEFORE: Final = 2048  # bytes before the first one above 0x7F in which its line starts
_LEAST: Final = 8  # bytes above 0x7F that show an encoding
_FEW: Final = 20  # bytes above 0x7F that show no encoding if most of the others are ASCII
_MOST: Final = 4  # one of so many bytes is above 0x7F in a text that is not mostly ASCII
_SPARSE: Final = 50  # one of so many letters is above 0x7F, at least, in Central European texts
_UNNATURAL: Final = 10  # one of so many characters above 0x7F is misplaced in a wrong encoding
_BAD: Final = 100  # of so many characters above 0x7F, one may be malformed
_ASCII: Final = bytes(range(128))
_ASCII_LETTERS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NO_LETTERS: Final = bytes(each for each in range(256) if each not in _ASCII_LETTERS)

_SEVERAL_BYTES: Final = frozenset(
    (  # noqa: SIM905
        "gb18030 gbk gb2312 big5 big5hkscs cp950 cp932 shift_jis shift_jis_2004 euc_jp "
        "euc_jis_2004 cp949 euc_kr johab"
    ).split()
)
_OTHER_SCRIPTS: Final = frozenset(
    (  # noqa: SIM905
        "cp1251 koi8-r koi8-u koi8-t kz1048 cp866 cp855 iso8859-5 mac-cyrillic cp1253 iso8859-7 "
        "mac-greek cp737 cp869 cp1255 iso8859-8 cp862 cp1256 iso8859-6 cp864 cp874 tis-620"
    ).split()
)
_LATIN: Final = frozenset(
    "cp1250 iso8859-2 cp1254 iso8859-9 cp1257 iso8859-13 iso8859-4 cp1258 iso8859-10".split()  # noqa: SIM905
)
# Encodings of Western European languages, and others with letters where Windows-1252 has signs.
_SIGNS: Final = frozenset(
    (  # noqa: SIM905
        "cp1252 iso8859-1 iso8859-15 mac-roman mac-latin2 mac-turkish mac-iceland cp437 cp850 "
        "cp852 cp857 cp858 cp860 cp861 cp863 cp865 cp775"
    ).split()
)
_KNOWN: Final = _SEVERAL_BYTES | _OTHER_SCRIPTS | _LATIN | _SIGNS
_LARGER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift_jis_2004": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-9": "cp1254",
    "iso8859-1": WINDOWS_1252,
    "cp1252": WINDOWS_1252,
}
# Relatives of an encoding that decode what it does not.
_RELATIVES: Final = {
    "big5": ("big5hkscs", "cp950"),
    "cp950": ("big5hkscs",),
    "cp932": ("shift_jis_2004",),
}
# Encodings that the detector mistakes for each other, itself first.
_RIVALS: Final = {"cp437": ("cp437", "cp850"), "cp850": ("cp850", "cp437")}
_FRAMES: Final = range(0x2500, 0x25A0)  # characters for lines and blocks
# What Windows-1252 has beside letters, and texts have between words.
_TYPOGRAPHIC: Final = frozenset("\u00a0\u00ad\u2013\u2014\u2019\u2026")


def guess(data: bytes) -> tuple[str, str]:
    """Return the text of ``data`` and its codec; ``windows-1252`` where nothing is more probable.

    Args:
        data: The bytes of a text, neither empty nor ASCII nor UTF-8.
    """
    above = len(data.translate(None, _ASCII))
    if above < _LEAST or (above <= _FEW and above * _MOST <= len(data)):
        return decode_windows_1252(data), WINDOWS_1252
    codec = _choose_rival(_ask_detector(_take_sample(data)), data)
    text = _decode_with(data, codec, above) if codec else None
    western = decode_windows_1252(data)
    if codec is None or text is None or not _is_better(codec, text, western, data, above):
        return western, WINDOWS_1252
    return text, codec


def name_detector() -> dict[str, str]:
    """Return name and version of the detector: another version may guess otherwise."""
    from importlib.metadata import version  # slow to import, and most texts need no guess

    return {"chardet": version("chardet")}


def _take_sample(data: bytes) -> bytes:
    """Return the part of ``data`` that starts with the line of the first byte above 0x7F."""
    first = len(data) - len(data.lstrip(_ASCII))
    start = max(0, first - _BEFORE)
    start = max(start, data.rfind(b"\n", start, first) + 1)
    return data[start : start + _SAMPLE]


def _ask_detector(sample: bytes) -> str | None:
    import chardet  # slow to import, and few files need it

    for found in chardet.detect_all(sample, max_bytes=_SAMPLE, compat_names=False):
        name = _name_codec(found["encoding"] or "")
        if name in _KNOWN:
            return _LARGER.get(name, name)
    return None


def _name_codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _choose_rival(codec: str | None, data: bytes) -> str | None:
    """Return the one of two related encodings in which fewer characters are misplaced."""
    if codec not in _RIVALS:
        return codec
    return min(_RIVALS[codec], key=lambda name: _count_misplaced(data.decode(name, "replace"))[0])


def _decode_with(data: bytes, codec: str, above: int) -> str | None:
    """Return the text, or None if more than a few bytes are malformed."""
    if codec == WINDOWS_1252:
        return decode_windows_1252(data)
    for name in (codec, *_RELATIVES.get(codec, ())):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    text = data.decode(codec, "replace")
    return text if text.count("\ufffd") * _BAD <= above else None


def _is_better(codec: str, text: str, western: str, data: bytes, above: int) -> bool:
    """Tell whether the guess explains the bytes above 0x7F better than Windows-1252 does."""
    if codec in _LATIN:
        letters = len(data.translate(None, _NO_LETTERS)) + above
        return above * _SPARSE >= letters
    if codec in _SIGNS:
        wrong, seen = _count_misplaced(western)
        return wrong * _UNNATURAL >= seen and 2 * _count_misplaced(text)[0] < wrong
    return True


def _count_misplaced(text: str) -> tuple[int, int]:
    """Count the characters above 0x7F that stand where words have others, and all of them.

    Signs between two letters are misplaced, and so are capitals behind a small letter, and
    characters for frames that stand alone.
    """
    count = seen = 0
    for found in _find_above().finditer(text, 0, _SAMPLE):
        char, at = found[0], found.start()
        seen += 1
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if char.isalpha():
            count += char.isupper() and before.islower()
        elif ord(char) in _FRAMES:
            count += not any(each and ord(each) in _FRAMES for each in (before, after))
        elif char not in _TYPOGRAPHIC:
            count += not char.isprintable() or (before.isalpha() and after.isalpha())
    return count, seen


@cache
def _find_above() -> re.Pattern[str]:
    return re.compile(r"[^\x00-\x7f]")
