"""Mixed-Code: known answers, its twin, and what is refused."""

import iscc_lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.algorithms.twin import hashes
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput
from iscckit.units.mixed import mixed_code

CODES = ["EUA6GIKXN42IQV3S", "EIAUKMOUIOYZCKA5", "EQA6JK5IEKO6E732", "EIAU2XRWOT4AKMTZ"]


def test_known_answers() -> None:
    assert str(mixed_code(CODES)) == "ISCC:EQASNZJ36ZT33AL7"
    pair = ["EAASKDNZNYGUUF5A", "EEAYAAAAAAAAAAAA"]
    assert str(mixed_code(pair)) == "ISCC:EQASDJINXFXA2SQX"


def test_strings_with_prefix_and_units_give_the_same() -> None:
    expected = mixed_code(CODES)
    assert mixed_code([f"ISCC:{code}" for code in CODES]) == expected
    assert mixed_code([Unit.parse(code) for code in CODES]) == expected
    assert mixed_code((*CODES[:2], Unit.parse(CODES[2]), CODES[3])) == expected


def test_order_is_irrelevant_and_duplicates_count() -> None:
    assert mixed_code(CODES[::-1]) == mixed_code(CODES)
    assert mixed_code([*CODES, CODES[0], CODES[0]]) != mixed_code(CODES)


units = st.builds(
    lambda subtype, body: Unit(MainType.CONTENT, subtype, body),
    st.integers(0, 7),
    st.integers(1, 8).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n)),
)


@given(st.lists(units, min_size=2, max_size=12), st.sampled_from(range(32, 257, 32)))
def test_agrees_with_the_twin_or_says_which_code_is_too_short(parts: list[Unit], bits: int) -> None:
    if min(part.bits for part in parts) < bits:
        with pytest.raises(InvalidInput, match="shorter"):
            mixed_code(parts, bits=bits)
        return
    expected = hashes.mixed_digest([part.data for part in parts], bits=bits)
    assert mixed_code(parts, bits=bits).body == expected
    assert mixed_code([part.code for part in parts], bits=bits).body == expected
    assert mixed_code(tuple(map(str, parts)), bits=bits).body == expected


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=9))
def test_agrees_with_iscc_lib(bodies: list[bytes]) -> None:
    codes = [Unit(MainType.CONTENT, SubType.TEXT, body).code for body in bodies]
    for bits in (64, 128):
        expected = iscc_lib.gen_mixed_code_v0(codes, bits=bits)["iscc"]
        assert str(mixed_code(codes, bits=bits)) == expected


def test_a_shorter_code_is_a_prefix_of_the_longer() -> None:
    parts = [Unit(MainType.CONTENT, k % 4, bytes(range(k, k + 32))) for k in range(0, 90, 9)]
    assert mixed_code(parts, bits=256).body.startswith(mixed_code(parts, bits=96).body)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([], "two Content-Codes or more, got 0"),
        (CODES[:1], "got 1"),
        ([CODES[0], "GAASL4F2WZY7KBXB"], "DATA-NONE-V0-64"),
        ([CODES[0], "EAACKDNZNY"], "shorter than the 64 bits"),
    ],
)
def test_refuses_what_cannot_be_mixed(codes: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        mixed_code(codes)


def test_a_malformed_code_is_named() -> None:
    with pytest.raises(InvalidCode) as caught:
        mixed_code([CODES[0], "EIAUKMOUIOYZCKA1"])
    assert caught.value.code == "EIAUKMOUIOYZCKA1"


@pytest.mark.parametrize("bits", [0, 16, 65, 512])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput, match="multiple of 32"):
        mixed_code(CODES, bits=bits)
