"""Evidence is read from a fitted table and never falls with agreement."""

from itertools import pairwise

import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.agreement import UnitComparison
from iscckit.comparison.verdict import compare
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.search.comparisons import ComparedItem
from iscckit.library.search.evidence import (
    IDENTICAL,
    PASSAGES,
    UNITS,
    picture_evidence,
    series_evidence,
    unit_evidence,
    weigh,
)
from iscckit.library.search.match import (
    AlignedCodes,
    Evidence,
    Passage,
    Region,
    Registration,
    TextSpan,
)

ITEM = Item(1, "/a", Stat(0, 0, 0, 0), "present")
UNITS_BESIDE = [Unit(MainType.META, 0, bytes(range(32))), Unit(MainType.DATA, 0, bytes(range(32)))]


def body_of(bits: int, differing: int = 0) -> bytes:
    """Return a body with as many ones as zeros, of which the first bits are turned."""
    turned = ((1 << differing) - 1) << (bits - differing)
    value = int.from_bytes(b"\xb4" * (bits // 8), "big") ^ turned
    return value.to_bytes(bits // 8, "big")


def pair_of(kind: tuple[int, int], bits: int, equal: int) -> UnitComparison:
    main, sub = MainType(kind[0]), kind[1]
    one = Unit(main, sub, body_of(bits))
    other = Unit(main, sub, body_of(bits, bits - equal))
    return compare(one, other).units[0]


@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize("bits", [64, 96, 128, 256])
def test_evidence_never_falls_as_more_bits_are_equal(kind: tuple[int, int], bits: int) -> None:
    pairs = [pair_of(kind, bits, equal) for equal in range(bits // 2, bits + 1)]
    shown = [unit_evidence(pair) for pair in pairs if pair.answer != "undecided"]
    assert all(a <= b for a, b in pairwise(shown))
    assert shown[0] < 0 < shown[-1]


@pytest.mark.parametrize("kind", UNITS)
def test_the_ends_of_the_table_are_half_of_the_bits_and_all(kind: tuple[int, int]) -> None:
    for bits, table in zip((64, 256), UNITS[kind], strict=True):
        assert unit_evidence(pair_of(kind, bits, bits)) == table[-1]
        assert unit_evidence(pair_of(kind, bits, bits // 2)) == table[0]
        assert unit_evidence(pair_of(kind, bits, bits // 4)) == table[0]


@pytest.mark.parametrize("kind", UNITS)
def test_all_of_256_bits_show_more_than_all_of_64(kind: tuple[int, int]) -> None:
    assert unit_evidence(pair_of(kind, 256, 256)) >= unit_evidence(pair_of(kind, 64, 64))


def test_the_same_bytes_show_most_and_other_bytes_nothing() -> None:
    kind = (MainType.INSTANCE, 0)
    assert unit_evidence(pair_of(kind, 256, 256)) == IDENTICAL
    assert unit_evidence(pair_of(kind, 256, 255)) == 0


def test_plain_pictures_show_nothing() -> None:
    plain = Unit(MainType.CONTENT, SubType.IMAGE, bytes(32))
    assert unit_evidence(compare(plain, plain).units[0]) == 0


def test_a_kind_that_was_not_measured_shows_a_share_of_what_random_codes_would() -> None:
    found = [unit_evidence(pair_of((MainType.SEMANTIC, SubType.TEXT), 64, n)) for n in range(65)]
    assert found == sorted(found)
    assert found[64] == pytest.approx(0.35 * 64)
    assert found[32] < 0.35


@pytest.mark.parametrize("kind", PASSAGES)
def test_a_longer_passage_shows_more_and_a_longer_query_makes_it_less(kind: str) -> None:
    shown = [series_evidence(kind, codes, 100) for codes in range(1, 3000)]
    assert all(a <= b for a, b in pairwise(shown))
    assert shown[-1] == shown[1500]  # what is longer than was measured shows no more
    assert series_evidence(kind, 3, 1000) < series_evidence(kind, 3, 10)
    assert series_evidence(kind, 1, 1) == PASSAGES[kind][0]
    assert series_evidence(kind, 4, 1) == PASSAGES[kind][2]


def test_a_better_region_shows_more() -> None:
    shown = [picture_evidence(equal, 256) for equal in range(257)]
    assert all(a <= b for a, b in pairwise(shown))
    assert shown[256] > 10


def test_the_whole_content_and_a_part_of_it_are_not_added() -> None:
    text = Unit(MainType.CONTENT, SubType.TEXT, body_of(256))
    comparison = compare([text, *UNITS_BESIDE], [text, *UNITS_BESIDE])
    content = unit_evidence(compare(text, text).units[0])
    beside = sum(unit_evidence(compare(unit, unit).units[0]) for unit in UNITS_BESIDE)
    passage = Passage("text", TextSpan(0, 100, 0), AlignedCodes(1, 1))
    longer = Passage("text", TextSpan(0, 100_000, 0), AlignedCodes(1024, 1))
    (found,) = weigh([ComparedItem(ITEM, comparison, comparison.verdict, [passage])], 1000)
    assert found.evidence == Evidence(content, beside)
    assert found.evidence.bits == content + beside > content > 0
    (found,) = weigh([ComparedItem(ITEM, None, "none", [passage, longer])], 1000)
    assert found.passage is longer
    assert found.evidence == Evidence(series_evidence("text", 1024, 1), 0.0)


def test_evidence_that_chance_gives_once_in_a_library_is_an_even_score() -> None:
    fit = Passage("picture", Region(), Registration(0.9, 5, 10.0))
    (even,) = weigh([ComparedItem(ITEM, None, "none", [fit])], 1024)
    assert even.score == 0.5
    (large,) = weigh([ComparedItem(ITEM, None, "none", [fit])], 1 << 20)
    (alone,) = weigh([ComparedItem(ITEM, None, "none", [fit])], 0)
    assert large.score < 0.001
    assert alone.score > 0.999
