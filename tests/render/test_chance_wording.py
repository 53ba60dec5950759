"""The scale beside a percentage is that of unrelated content, wherever it was measured."""

from __future__ import annotations

import re

import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.agreement import UnitComparison
from iscckit.comparison.unrelated import UNRELATED
from iscckit.comparison.verdict import compare
from iscckit.render.chance_wording import chance_details, chance_words, random_words

BASE = int.from_bytes(bytes([0x55]) * 32, "big")


def pair(maintype: MainType, subtype: SubType, equal: int) -> UnitComparison:
    other = BASE ^ (1 << 256 - equal) - 1
    a, b = (Unit(maintype, subtype, each.to_bytes(32, "big")) for each in (BASE, other))
    return compare(a, b, measured=True).units[0]


@pytest.mark.parametrize(("maintype", "subtype"), list(UNRELATED))
def test_measured_kinds_show_the_share_of_unrelated_pairs(maintype: int, subtype: int) -> None:
    pairs = UNRELATED[maintype, subtype].pairs
    words = chance_words(pair(MainType(maintype), SubType(subtype), 256))
    assert re.fullmatch(r"unrelated content: (fewer than )?1 in [0-9 ]+(\^[0-9]+)?", words)
    assert chance_words(pair(MainType(maintype), SubType(subtype), 128)).endswith(" in 10")
    assert pairs > 0


def test_what_agrees_more_is_never_shown_as_more_likely() -> None:
    for maintype, subtype in UNRELATED:
        shares = []
        for equal in range(128, 257, 4):
            found = pair(MainType(maintype), SubType(subtype), equal).unrelated
            assert found is not None
            shares.append(found.agreeing)
        assert shares == sorted(shares, reverse=True)


def test_other_kinds_show_random_bits_once() -> None:
    one = pair(MainType.SEMANTIC, SubType.TEXT, 224)
    assert chance_words(one) == random_words(one) == "random bits: 1 in 10^36"
    assert chance_details(one) == "correlation +0.75"


def test_random_bits_are_a_detail_elsewhere() -> None:
    one = pair(MainType.CONTENT, SubType.IMAGE, 224)
    assert chance_details(one) == "random bits: 1 in 10^36, correlation +0.75"
