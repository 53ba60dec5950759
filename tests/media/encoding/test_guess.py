"""Undeclared encodings are guessed from letters, and few letters stay Windows-1252."""

from __future__ import annotations

import pytest
from tests.media.encoding.texts import RUSSIAN, TEXTS

from iscckit.media.encoding.guess import guess

CASES = [(name, codec) for name, (codecs, _) in TEXTS.items() for codec in codecs.split()]


@pytest.mark.parametrize(("name", "codec"), CASES)
def test_the_letters_of_a_language_show_its_encoding(name: str, codec: str) -> None:
    text = TEXTS[name][1]
    assert guess(text.encode(codec))[0] == text


@pytest.mark.parametrize(
    "letters", ["\u2019", "\xe9", "\xa3", "\xa9\u2013", "\u201c\u201d\u2014\xfc\xdf"]
)
@pytest.mark.parametrize("times", [1, 4])
def test_a_few_letters_in_ascii_are_read_as_windows_1252(letters: str, times: int) -> None:
    text = ("The miller said that no one had seen so much water " + letters + " before. ") * times
    assert guess(text.encode("cp1252")) == (text, "windows-1252")


def test_a_few_bytes_show_nothing() -> None:
    assert guess("привет".encode("cp1251")) == ("ïðèâåò", "windows-1252")


def test_what_the_detector_sees_starts_where_the_letters_do() -> None:
    text = "plain\n" * 50_000 + RUSSIAN
    assert guess(text.encode("koi8-r"))[0] == text


def test_a_malformed_byte_behind_what_the_detector_sees_changes_one_character() -> None:
    text = TEXTS["Simplified Chinese"][1] * 600
    found, codec = guess(text.encode("gb18030") + b"\xff\n")
    assert (found, codec) == (text + "\ufffd\n", "gb18030")
