"""Many codes, each with each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import iscckit
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.matrix import CODES, matrix
from iscckit.errors import InvalidCode, InvalidInput

TEXTS = st.lists(st.text(max_size=40), min_size=1, max_size=6)


def test_three_texts_by_hand() -> None:
    bodies = (b"\xff" * 8, b"\xff" * 7 + b"\xfe", bytes(8))
    codes = [str(Unit(MainType.CONTENT, SubType.TEXT, body)) for body in bodies]
    found = matrix(codes, "content")
    assert (found.unit, found.bits) == ("content", 64)
    assert found.hamming[0] == (0, 1, 64)
    assert found.to_dict()["units"] == codes


@given(TEXTS)
def test_it_is_symmetric_and_agrees_with_comparing_two(texts: list[str]) -> None:
    codes = [str(iscckit.text_code(text)) for text in texts]
    found = matrix(codes, "content")
    for i, a in enumerate(codes):
        assert found.hamming[i][i] == 0
        for j, b in enumerate(codes):
            pair = iscckit.compare(a, b).units[0]
            assert found.hamming[i][j] == found.hamming[j][i] == pair.bits - pair.equal


def test_what_cannot_be_compared_is_none_and_the_shortest_unit_sets_the_length() -> None:
    text, longer = iscckit.text_code("a"), iscckit.text_code("a", bits=256)
    picture, data = iscckit.image_code(bytes(1024), bits=128), iscckit.data_code(b"a")
    found = matrix([str(text), str(longer), str(picture), str(data)], "content")
    assert found.bits == 64
    assert found.hamming[0] == (0, 0, None, None)
    assert found.hamming[3] == (None,) * 4
    assert matrix([str(text)], "data").bits == 0
    assert matrix([str(text)], "data").hamming == ((None,),)


def test_too_many_codes_and_what_is_none_are_refused() -> None:
    with pytest.raises(InvalidInput, match="at most 500"):
        matrix(["ISCC:EAASKDNZNYGUUF5A"] * (CODES + 1), "content")
    with pytest.raises(InvalidCode):
        matrix(["x"], "content")
