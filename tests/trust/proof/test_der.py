"""The reader takes one spelling of each value; the writer writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.trust.proof import der


@given(st.integers(-(2**70), 2**70))
def test_integers_round_trip(value: int) -> None:
    raw = der.encode_integer(value)
    assert der.read_element(raw).integer() == value


@given(st.lists(st.integers(0, 2**40), max_size=6), st.integers(0, 2), st.integers(0, 39))
def test_object_identifiers_round_trip(rest: list[int], first: int, second: int) -> None:
    name = ".".join(map(str, (first, second, *rest)))
    assert der.read_element(der.encode_object_identifier(name)).object_identifier() == name


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 65535, 65536])
def test_lengths_round_trip(size: int) -> None:
    raw = der.encode_element(der.OCTET_STRING, bytes(size))
    assert len(der.read_element(raw).content) == size


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x30",
        b"\x30\x80\0\0",  # indefinite
        b"\x04\x81\x01\0",  # length 1 in the long form
        b"\x04\x82\x00\x80" + bytes(128),  # a zero before the length
        b"\x04\x85\0\0\0\0\x01\0",
        b"\x1f\x81\x01\0",  # a tag of several bytes
        b"\x04\x02\0",
        b"\x04\x01\0\0",
    ],
)
def test_other_spellings_are_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        der.read_element(raw)
    assert error.value.reason_code == "malformed-document"


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\0\x7f", b"\xff\x80", b"\xff\xff"])
def test_superfluous_bytes_of_numbers_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        der.read_element(der.encode_element(der.INTEGER, content)).integer()


@pytest.mark.parametrize("content", [b"", b"\x2a\x80", b"\x2a\x80\x01"])
def test_superfluous_bytes_of_object_identifiers_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        der.read_element(der.encode_element(der.OBJECT_IDENTIFIER, content)).object_identifier()


def test_a_set_is_sorted_by_its_bytes() -> None:
    elements = der.read_elements(der.encode_integer(5) + der.encode_integer(3))
    assert [each.integer() for each in der.sort_set(elements)] == [3, 5]
