from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.codec.code import readable
from iscckit.codec.iscc_id import IsccId, iscc_id_v0, next_iscc_id_v0
from iscckit.codec.unit import Unit
from iscckit.errors import InvalidCode, InvalidInput

CODE = "ISCC:KACT4EBWK27737D2AYCJRAL5Z36G76RFRMO4554RU26HZ4ORJGIVHDI"
WALLET = "0xb794f5ea0ba39494ce839613fffba74279579268"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ((1, 0, 0), "ISCC:MAIAAAAAAAAAAEAA"),
        ((2**52 - 1, 4095, 1), "ISCC:MEIP777777777777"),
        ((1714503123456789, 42, 1), "ISCC:MEIGC5KN3I6TCUBK"),
    ],
)
def test_the_worked_ids(fields: tuple[int, int, int], text: str) -> None:
    assert str(IsccId(*fields)) == text
    assert IsccId.parse(text) == fields
    assert IsccId.parse(text.lower()) == IsccId(*fields)


@given(st.integers(0, 2**52 - 1), st.integers(0, 4095), st.integers(0, 1))
def test_an_id_is_read_as_it_was_written(timestamp: int, hub: int, realm: int) -> None:
    made = IsccId(timestamp, hub, realm)
    assert IsccId.parse(str(made)) == made
    shown = made.time.isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert readable(str(made)) == f"ID-REALM_{realm}-V1-64-{shown}-HUB_{hub}"


def test_the_time_is_utc() -> None:
    assert IsccId(1714503123456789).time == datetime(2024, 4, 30, 18, 52, 3, 456789, UTC)


@pytest.mark.parametrize(
    "fields", [(2**52, 0, 0), (-1, 0, 0), (0, 4096, 0), (0, -1, 0), (0, 0, 2), (0, 0, -1)]
)
def test_a_field_out_of_range_is_refused(fields: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        IsccId(*fields)


def test_another_kind_of_code_is_refused() -> None:
    with pytest.raises(InvalidInput, match="ID-BITCOIN-V0"):
        IsccId.parse("ISCC:MEAAVFC6Q7VP4XFE")
    with pytest.raises(InvalidCode):
        IsccId.parse("ISCC:MEAAVFC6Q7VP4XF")


def test_the_worked_legacy_ids() -> None:
    first = iscc_id_v0(CODE, 1, WALLET)
    assert str(first) == "ISCC:MEAAVFC6Q7VP4XFE"
    counted = iscc_id_v0(CODE, 1, WALLET, counter=300)
    assert str(counted) == "ISCC:MEBAVFC6Q7VP4XFEVQBA"
    assert next_iscc_id_v0(first) == iscc_id_v0(CODE, 1, WALLET, counter=1)
    assert next_iscc_id_v0(counted) == iscc_id_v0(CODE, 1, WALLET, counter=301)


@given(st.integers(0, 2**28 - 2))
def test_the_counter_goes_up_by_one(counter: int) -> None:
    made = iscc_id_v0(CODE, 0, WALLET, counter=counter)
    assert next_iscc_id_v0(made) == iscc_id_v0(CODE, 0, WALLET, counter=counter + 1)


def test_a_lone_instance_code_counts_and_others_do_not() -> None:
    data, instance = "GAAW2PRCRS5LNVZV", "IAAUVACQKXE3V44W"
    assert iscc_id_v0(data + instance, 1, WALLET) == iscc_id_v0(data, 1, WALLET)
    assert iscc_id_v0(instance, 1, WALLET) != iscc_id_v0(data, 1, WALLET)


@pytest.mark.parametrize(
    ("code", "chain", "wallet", "counter"),
    [
        (CODE, 4, WALLET, 0),
        (CODE, 1, "wället", 0),
        (CODE, 1, WALLET, -1),
        (CODE, 1, WALLET, 2**28),
        ("ISCC:MEAAVFC6Q7VP4XFE", 1, WALLET, 0),
        ("EAACKDNZNY", 1, WALLET, 0),
    ],
)
def test_arguments_no_legacy_id_is_made_from(
    code: str, chain: int, wallet: str, counter: int
) -> None:
    with pytest.raises(InvalidInput):
        iscc_id_v0(code, chain, wallet, counter=counter)


def test_only_a_legacy_id_has_a_counter() -> None:
    with pytest.raises(InvalidInput, match="V0 has a counter"):
        next_iscc_id_v0(Unit.parse("ISCC:MAIAAAAAAAAAAEAA"))
