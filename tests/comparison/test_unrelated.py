"""How often unrelated content agrees as well."""

from __future__ import annotations

import pytest

import iscckit
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.unrelated import UNRELATED, agreeing_as_well

KINDS = list(UNRELATED)


@pytest.mark.parametrize(("maintype", "subtype"), KINDS)
@pytest.mark.parametrize("bits", [32, 64, 128, 256])
def test_fewer_pairs_agree_in_more_bits(maintype: int, subtype: int, bits: int) -> None:
    found = [agreeing_as_well(maintype, subtype, equal, bits) for equal in range(bits + 1)]
    counts = [each.agreeing for each in found if each is not None]
    assert len(counts) == bits + 1
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == UNRELATED[maintype, subtype].pairs
    assert counts[bits // 2] < counts[0]
    assert counts[-1] < counts[bits // 2] / 100


def test_each_kind_was_measured_on_many_pairs() -> None:
    measured = {(int(main), int(sub)) for main, sub in KINDS}
    assert measured == {(0, 0), (2, 0), (2, 1), (2, 2), (2, 3), (3, 0)}
    assert min(counts.pairs for counts in UNRELATED.values()) > 100
    assert {(len(each.short), len(each.long)) for each in UNRELATED.values()} == {(33, 33)}


def test_kinds_without_a_measurement_have_none() -> None:
    assert agreeing_as_well(MainType.SEMANTIC, 0, 60, 64) is None
    mixed = Unit(MainType.CONTENT, SubType.MIXED, bytes(range(8)))
    assert iscckit.compare(mixed, mixed).units[0].unrelated is None
    code = "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q"
    assert {pair.unrelated for pair in iscckit.compare(code, code).units} == {None}


def test_units_that_match_as_a_whole_have_no_share() -> None:
    same = Unit(MainType.INSTANCE, 0, bytes(8))
    assert iscckit.compare(same, same).units[0].unrelated is None
