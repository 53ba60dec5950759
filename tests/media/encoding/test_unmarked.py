"""UTF-16 without a mark, ISO-2022 and damaged UTF-8 show in their bytes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.encoding.texts import RUSSIAN, TEXTS

from iscckit.media.encoding.unmarked import find_iso_2022, find_utf_16, repair_utf_8

ENGLISH = "The river rose above the old bridge, and boats carried the wheat.\r\n"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ENGLISH, *(text for _, text in TEXTS.values())])
def test_utf_16_is_found_in_both_orders(codec: str, text: str) -> None:
    assert find_utf_16((text + "\n").encode(codec)) == codec


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Japanese", "Simplified Chinese", "Traditional Chinese"])
def test_utf_16_is_found_without_a_space_or_line_feed(codec: str, name: str) -> None:
    text = "".join(char for char in TEXTS[name][1] if b"\0" not in char.encode(codec))
    data = text.encode(codec)
    assert b"\0" not in data
    assert find_utf_16(data) == codec
    assert find_utf_16(data[:48]) in (codec, None)


@pytest.mark.parametrize("name", TEXTS)
def test_text_in_another_encoding_is_not_utf_16(name: str) -> None:
    """With form feeds as well, which are half of a comma in UTF-16."""
    for codec in (*TEXTS[name][0].split(), "utf-8"):
        data = TEXTS[name][1].replace(".", "\x0c").encode(codec)
        assert find_utf_16(data) is None
        assert find_utf_16(data[1:]) is None


def test_utf_16_may_be_cut_inside_a_pair() -> None:
    data = ("a, b. " * 682 + "\U0001f600" * 9).encode("utf-16-le")[1:]
    assert find_utf_16(b"x" + data) == "utf-16-le"
    assert find_utf_16(ENGLISH.encode("utf-16-be")[:-1]) == "utf-16-be"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\0b\0",  # too short
        ENGLISH.encode(),
        RUSSIAN.encode("cp1251"),
        ENGLISH.encode() + b"\0" + ENGLISH.encode(),
        b"\0".join(b"./folder/file%d" % n for n in range(200)),  # as find -print0 writes it
        bytes(4096),
        b"".join(n.to_bytes(2, "little") for n in range(2000)),
        random.Random(6).randbytes(4096),
    ],
)
def test_other_bytes_are_not_utf_16(data: bytes) -> None:
    assert find_utf_16(data) is None


@pytest.mark.parametrize("codec", ["iso2022_jp", "iso2022_kr"])
def test_escape_sequences_of_iso_2022_are_found(codec: str) -> None:
    text = TEXTS["Japanese" if codec.endswith("jp") else "Korean"][1]
    data = text.encode(codec)
    found = find_iso_2022(data)
    assert found is not None
    assert data.decode(found) == text


@pytest.mark.parametrize(
    "data", [b"\x1b[31mred\x1b[0m", b"\x1b(Bplain", b"\x1b$", b"cost: $B", b""]
)
def test_escape_sequences_of_terminals_are_not(data: bytes) -> None:
    assert find_iso_2022(data) is None


@pytest.mark.parametrize("noise", [b"\xff", b"\xd0", b"\xe9 caf\xe9"])
def test_utf_8_with_a_few_malformed_bytes_is_repaired(noise: bytes) -> None:
    data = RUSSIAN.encode()
    assert repair_utf_8(data[:100] + noise + data[100:]) is not None
    assert repair_utf_8(data + noise) == RUSSIAN + noise.decode("utf-8", "replace")


def test_letters_of_windows_1252_are_not_malformed_utf_8() -> None:
    assert repair_utf_8("An English café, naïve and déjà vu".encode("cp1252")) is None
    assert repair_utf_8("é".encode() * 19 + b"\xe9") is None
    assert repair_utf_8("é".encode() * 20 + b"\xe9") is not None


@given(st.text())
def test_well_formed_utf_8_is_unchanged(text: str) -> None:
    assert repair_utf_8(text.encode()) == text
