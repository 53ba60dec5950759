import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codec.strategies import any_units, units

from iscckit.codec.code import decompose
from iscckit.codec.sequence import decode_sequence, encode_sequence
from iscckit.codec.unit import MainType, Unit
from iscckit.errors import InvalidCode, InvalidInput


@given(st.lists(any_units().filter(lambda unit: unit.maintype <= MainType.INSTANCE), min_size=1))
def test_a_sequence_is_read_as_it_was_written(row: list[Unit]) -> None:
    data = encode_sequence(row)
    assert decode_sequence(data) == row
    assert decode_sequence(memoryview(data)) == row
    assert encode_sequence([str(unit) for unit in row]) == data


@given(st.lists(units(), min_size=1, max_size=5), st.data())
def test_a_cut_sequence_is_refused(row: list[Unit], data: st.DataObject) -> None:
    whole = encode_sequence(row)
    ends = {sum(len(unit.data) for unit in row[:count]) for count in range(1, len(row) + 1)}
    cut = data.draw(st.integers(1, len(whole) - 1).filter(lambda at: at not in ends))
    with pytest.raises(InvalidInput):
        decode_sequence(whole[:cut])


def test_order_and_duplicates_are_kept() -> None:
    row = ["GAAW2PRCRS5LNVZV", "AAAZXZ6OU74YAZIM", "GAAW2PRCRS5LNVZV"]
    assert [unit.code for unit in decode_sequence(encode_sequence(row))] == row
    assert [unit.code for unit in decompose("-".join(row))] == row


def test_the_official_vector_with_an_undefined_subtype_is_accepted() -> None:
    assert [str(unit) for unit in decode_sequence(bytes.fromhex("270000000000"))] == [
        "ISCC:E4AAAAAAAA"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "holds no code"),
        ("28000100000000", "padded"),
        ("200800" + "00" * 36, "length"),
        ("3000000000", "shorter"),
        ("30000000000000", "inside the header"),
        ("5500" + "00" * 16, "holds only"),
        ("6110" + "00" * 8, "holds only"),
        ("f000" + "00" * 4, "no number"),
    ],
)
def test_what_is_no_sequence_is_refused(data: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        decode_sequence(bytes.fromhex(data))


def test_the_valid_spelling_of_a_padded_header_is_accepted() -> None:
    assert decode_sequence(bytes.fromhex("28000000000000"))[0].subtype == 8


def test_only_units_of_a_code_go_into_a_sequence() -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        encode_sequence([])
    with pytest.raises(InvalidInput, match="at least one"):
        encode_sequence("GAAW2PRCRS5LNVZV")
    with pytest.raises(InvalidInput, match="no ID"):
        encode_sequence(["ISCC:MAIAAAAAAAAAAEAA"])
    with pytest.raises(InvalidCode, match="longer"):
        encode_sequence(["GAAW2PRCRS5LNVZVIAAUVACQKXE3V44W"])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        row = decode_sequence(data)
    except InvalidInput:
        return
    assert encode_sequence(row) == data
