"""Bytes become characters by stated rules, in their order, and no bytes make it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.encoding.texts import RUSSIAN, TEXTS

from iscckit.media.encoding.decode import Decoded, decode, decode_marked, find_mark
from iscckit.media.encoding.windows_1252 import WINDOWS_1252, decode_windows_1252


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"plain", Decoded("plain", "utf-8")),
        (RUSSIAN.encode("utf-8-sig"), Decoded(RUSSIAN, "utf-8")),
        (RUSSIAN.encode("utf-16"), Decoded(RUSSIAN, "utf-16-le")),
        (RUSSIAN.encode("utf-16-be"), Decoded(RUSSIAN, "utf-16-be")),
        (RUSSIAN.encode() + b"\xff", Decoded(RUSSIAN + "\ufffd", "utf-8")),
        (RUSSIAN.encode("koi8-r"), Decoded(RUSSIAN, "koi8-r", guessed=True)),
        (b"caf\xe9", Decoded("café", "windows-1252", guessed=True)),
        (TEXTS["Japanese"][1].encode("iso2022_jp"), Decoded(TEXTS["Japanese"][1], "iso2022_jp_2")),
    ],
)
def test_the_first_rule_that_applies_counts(data: bytes, expected: Decoded) -> None:
    assert decode(data) == expected


def test_a_declaration_yields_only_to_a_mark() -> None:
    assert decode("é".encode(), declared="windows-1252") == Decoded("Ã©", "windows-1252")
    assert decode(b"\xff\xfea\0", declared="koi8-r") == Decoded("a", "utf-16-le")
    assert decode(b"a\xff", declared="utf-8") == Decoded("a\ufffd", "utf-8")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_a_character_cut_by_the_end_is_left_out(codec: str) -> None:
    data = (RUSSIAN + "\U0001f600").encode(codec)[:-1]
    assert decode(data, whole=False).text == RUSSIAN
    assert decode_marked(b"abc") is None
    assert find_mark(b"\xff\xfe\0\0") == (b"\xff\xfe\0\0", "utf-32-le")


def test_every_byte_of_windows_1252_has_a_character() -> None:
    text = decode_windows_1252(bytes(range(256)))
    assert len(set(text)) == 256
    assert text[0x80:0x82] == "\u20ac\x81"
    assert WINDOWS_1252 == "windows-1252"


@given(st.binary(max_size=400), st.booleans())
def test_every_sequence_of_bytes_has_a_text(data: bytes, whole: bool) -> None:
    decode(data, whole=whole).text.encode("utf-8")
