from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.codec import legacy
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.comparison.agreement import (
    Comparand,
    UnitComparison,
    leave_unpaired,
    to_comparand,
)

TEXT = to_comparand(Unit(MainType.CONTENT, SubType.TEXT, bytes(8)))
IMAGE = to_comparand(Unit(MainType.CONTENT, SubType.IMAGE, bytes(8)))
DATA = to_comparand(Unit(MainType.DATA, NO_SUBTYPE, bytes(8)))
INSTANCE = to_comparand(Unit(MainType.INSTANCE, NO_SUBTYPE, bytes(8)))
ID = to_comparand(Unit(MainType.ID, 0, bytes(8), 1))


@pytest.mark.parametrize(
    ("equal", "percent"), [(64, 100.0), (54, 84.38), (34, 53.12), (58, 90.62), (0, 0.0)]
)
def test_percent_has_two_decimals_with_ties_to_even(equal: int, percent: float) -> None:
    assert UnitComparison(DATA, DATA, 64, equal, "different").percent == percent


@pytest.mark.parametrize(("equal", "correlation"), [(64, 1.0), (58, 0.8125), (32, 0.0), (0, -1.0)])
def test_correlation_is_the_second_scale(equal: int, correlation: float) -> None:
    assert UnitComparison(DATA, DATA, 64, equal, "different").correlation == correlation


@pytest.mark.parametrize("unit", [INSTANCE, ID])
def test_what_matches_or_not_has_no_percentage(unit: Comparand) -> None:
    pair = UnitComparison(unit, unit, 64, 63, "no match")
    assert (pair.percent, pair.correlation, pair.chance) == (None, None, None)
    assert pair.to_dict()["equal"] is None


def test_a_match_of_digests_has_a_chance_but_one_of_identifiers_has_none() -> None:
    assert UnitComparison(INSTANCE, INSTANCE, 64, 64, "match").chance == 2.0**-64
    assert UnitComparison(ID, ID, 64, 64, "match").chance is None


@given(st.integers(0, 64))
def test_the_json_form_holds_the_one_scale(equal: int) -> None:
    fields = UnitComparison(DATA, DATA, 64, equal, "different").to_dict()
    assert (fields["unit"], fields["bits"], fields["equal"]) == ("Data-Code", 64, equal)
    assert fields["percent"] == round(equal / 64 * 100, 2)
    assert fields["a"] == "ISCC:GAAQAAAAAAAAAAAA"


def test_a_component_of_2019_is_taken_for_what_it_answers() -> None:
    part = to_comparand(legacy.parse_component("CTWAGYJ9HZGj1"))
    assert (part.name, part.code, part.of_2019) == ("Content-ID Text", "CTWAGYJ9HZGj1", True)
    assert (part.maintype, part.subtype) == (MainType.CONTENT, SubType.TEXT)
    for header in (0x12, 0x13):  # whole and partial picture
        picture = to_comparand(legacy.Component(header, bytes(8)))
        assert (picture.maintype, picture.subtype) == (MainType.CONTENT, SubType.IMAGE)
        assert picture.kind == (2019, header)
    assert not TEXT.of_2019


def reason(unit: Comparand, others: list[Comparand]) -> tuple[str, tuple[str, ...]]:
    alone = leave_unpaired("a", unit, others)
    assert (alone.side, alone.unit) == ("a", unit)
    return alone.reason, alone.rivals


def test_the_reason_for_standing_alone_names_what_the_other_side_has() -> None:
    later = to_comparand(Unit(MainType.DATA, NO_SUBTYPE, bytes(8), 1))
    old = to_comparand(legacy.parse_component("CDhydSjutScgE"))
    assert reason(TEXT, [DATA]) == ("absent", ())
    assert reason(TEXT, [IMAGE, DATA, IMAGE]) == ("kind", ("Content-Code Image",))
    assert reason(DATA, [later]) == ("version", ("Data-Code",))
    assert reason(DATA, [DATA]) == ("taken", ())
    assert reason(DATA, [old]) == ("generation", ())


def test_values_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        UnitComparison(DATA, DATA, 64, 1, "different").equal = 2  # type: ignore[misc]
