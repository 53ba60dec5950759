"""Labels of encodings, as web pages and XML files declare them, and the codecs that read them.

Source: WHATWG, Encoding Standard, 4.2 "Names and labels". A label names the encoding that browsers
use for it, often a larger one: ``iso-8859-1`` is Windows-1252, and ``gb2312`` is GB 18030.
"""

from __future__ import annotations

import codecs
from functools import cache
from typing import Final

__all__ = ["UTF_16", "find_codec", "find_codec_exactly"]

UTF_16: Final = ("utf-16-le", "utf-16-be")

_CYRILLIC: Final = "cyrillic csisolatincyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5"
_ARABIC: Final = (
    "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
    "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6"
)
_GREEK: Final = (
    "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
    "iso_8859-7 sun_eu_greek"
)
_HEBREW: Final = (
    "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
    "iso_8859-8 visual csiso88598i iso-8859-8-i logical"
)
_WESTERN: Final = (
    "ansi_x3.4-1968 ascii us-ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
    "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 windows-1252 x-cp1252"
)
_TURKISH: Final = (
    "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 l5 latin5 "
    "windows-1254 x-cp1254"
)
_CHINESE: Final = (
    "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"
)
_KOREAN: Final = (
    "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
    "ksc_5601 windows-949"
)
_JAPANESE: Final = "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"
_UTF_16LE: Final = "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"

# Python's codec of each encoding, and the labels of it. Of the encodings with years in their
# labels, ``iso_8859-5:1988`` for example, find_codec drops the year.
_LABELS: Final = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 l4 latin4",
    "iso8859-5": _CYRILLIC,
    "iso8859-6": _ARABIC,
    "iso8859-7": _GREEK,
    "iso8859-8": _HEBREW,
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "windows-1252": _WESTERN,
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": _TURKISH,
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": _CHINESE,
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp_2": "csiso2022jp iso-2022-jp",
    "cp932": _JAPANESE,
    "cp949": _KOREAN,
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": _UTF_16LE,
}
# Codecs of Python that are not encodings of text, or that no file declares in good faith.
_REFUSED: Final = frozenset({"idna", "punycode", "utf_7", "unicode_escape", "raw_unicode_escape"})


@cache
def _index_labels() -> dict[str, str]:
    return {label: codec for codec, labels in _LABELS.items() for label in labels.split()}


@cache
def find_codec(label: str) -> str | None:
    """Return the codec for a declared label, or None if it names no encoding of text.

    Labels outside the standard, ``cp850`` for example, are looked up among Python's codecs.
    """
    name = label.strip().lower()
    codec = _index_labels().get(name) or _index_labels().get(name.partition(":")[0])
    if codec is not None:
        return codec
    return find_codec_exactly(name)


@cache
def find_codec_exactly(name: str) -> str | None:
    """Return Python's codec of this name, or None if it is not an encoding of text."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return None
    return None if found.replace("-", "_") in _REFUSED else found
