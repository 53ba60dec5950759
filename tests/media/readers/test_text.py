"""Bytes become characters by one stated rule, and no bytes make it fail."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.media.content_values import Limits, Source, TextContent
from iscckit.media.encoding.decode import decode
from iscckit.media.readers.text import extract


def read(data: bytes, *, profile: str = "iscckit-1", characters: int = 1000) -> TextContent:
    source = Source(io.BytesIO(data), "a.txt", "text/plain")
    return extract(source, profile=profile, limits=Limits(characters=characters))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"plain", "plain", "utf-8"),
        ("Grüße".encode(), "Grüße", "utf-8"),
        ("Grüße".encode("utf-8-sig"), "Grüße", "utf-8"),
        ("Grüße".encode("utf-16"), "Grüße", "utf-16-le"),
        (b"\xfe\xff" + "Grüße".encode("utf-16-be"), "Grüße", "utf-16-be"),
        ("Grüße".encode("utf-32"), "Grüße", "utf-32-le"),
        (b"\0\0\xfe\xff" + "Grüße".encode("utf-32-be"), "Grüße", "utf-32-be"),
        (b"\x80 \x93quoted\x94 \xe9\x81", "€ “quoted” é\x81", "windows-1252"),
        (b"\xff\xfea\0\x00\xd8", "a\ufffd", "utf-16-le"),
    ],
)
def test_encodings(data: bytes, text: str, encoding: str) -> None:
    assert decode(data)[:2] == (text, encoding)


@given(st.binary())
def test_every_sequence_of_bytes_has_a_text(data: bytes) -> None:
    decode(data).text.encode("utf-8")


@given(st.text())
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode())[0] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "latin-1"])
def test_a_long_text_is_cut_between_characters(encoding: str) -> None:
    text = "ä" * 5000
    content = read(text.encode(encoding), characters=999)
    assert (content.text, content.cut) == ("ä" * 999, True)


def test_a_text_of_exactly_the_limit_is_whole() -> None:
    content = read("𝄞".encode() * 1000)
    assert (len(content.text), content.cut) == (1000, False)


def test_the_sdks_loss_of_rare_characters_is_reproduced_only_on_demand() -> None:
    assert read("a😀b".encode()).text == "a😀b"
    assert read("a😀b".encode(), profile="sdk-0.9.7").text == "a" + "\ufffd" * 6 + "b"
