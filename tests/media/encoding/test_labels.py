"""Labels mean what the Encoding Standard says, and Python's other codecs of text are known."""

from __future__ import annotations

import codecs

import pytest

from iscckit.media.encoding import labels
from iscckit.media.encoding.labels import find_codec, find_codec_exactly


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("Shift_JIS", "cp932"),
        (" latin1\n", "windows-1252"),
        ("us-ascii", "windows-1252"),
        ("iso_8859-5:1988", "iso8859-5"),
        ("cp850", "cp850"),
        ("macintosh", "mac-roman"),
        ("utf-7", None),
        ("idna", None),
        ("base64", None),
        ("rot13", None),
        ("undefined", None),
        ("no-such", None),
        ("", None),
    ],
)
def test_labels(label: str, codec: str | None) -> None:
    assert find_codec(label) == codec


def test_every_codec_of_the_table_decodes() -> None:
    for codec in {*labels._LABELS} - {"windows-1252"}:
        assert codecs.lookup(codec)
        assert find_codec_exactly(codec) is not None


def test_a_larger_encoding_holds_all_that_the_named_one_does() -> None:
    for label, text in (
        ("gb2312", "中文"),
        ("euc-kr", "한국어"),
        ("iso-8859-9", "ğış"),
        ("tis-620", "ไทย"),
    ):
        codec = find_codec(label)
        assert codec is not None
        assert text.encode(label).decode(codec) == text
