import json
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.algorithms.chromaprint import SILENCE
from iscckit.algorithms.hamming import chance
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.comparison.part import Part, Place
from iscckit.comparison.verdict import RULES, Comparison, Rule, add_part, compare
from iscckit.errors import InvalidCode, InvalidInput
from iscckit.units.quality import CONCERNS, UNDECIDING, Flag

REAL = json.loads((Path(__file__).parents[1] / "data" / "real-units.json").read_text("utf-8"))

# Rows of the slide "one DOI, several ISCCs" of the ISCC introduction of 2024-11-29.
ROW_1 = "CCDyud5ZWakDR-CTTq25WFQTWaU-CDbUZg6v3qzzM-CRxfuPk2nP3Q"
ROW_2 = "CCDyud5ZWakDR-CTTRs5cQY1D11-CDPqUxrqN7YRx-CRcUmq2SmgN18"
ROW_3 = "CCDyud5ZWakDR-CTfNotD3KMMd1-CD481J7LDBQPH-CR8rZ9QzTzJRL"
ROW_4 = "CCDyud5ZWakDR-CTfNotD3KMMd1-CDMXxzVp63Mpt-CRZ5iRuFkENb7"

SHAPES = "ISCC:KEDYC5Y7YQW4KOGDGAATG7YTP4YADDAYWPHAZNTZNNMKGIRLQJREUJUXEFES7F3EEH7A"
CROPPED = "ISCC:KEDUF3QHWWZVY5KKGAATG7YTP4YADDAYWPHQ5FTZOHXYUD4XHISRLTXP6O2YZAJEFCZA"


def unit(maintype: MainType, ones: int, bits: int, subtype: int = NO_SUBTYPE) -> Unit:
    """Return a unit whose first ``ones`` bits are set."""
    body = ((1 << ones) - 1 << bits - ones).to_bytes(bits // 8, "big")
    return Unit(maintype, subtype, body)


def bodies() -> st.SearchStrategy[bytes]:
    return st.integers(1, 8).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n))


def units() -> st.SearchStrategy[Unit]:
    kinds = [(MainType.META, 0), (MainType.DATA, 0), (MainType.INSTANCE, 0)]
    kinds += [(main, sub) for main in (MainType.SEMANTIC, MainType.CONTENT) for sub in range(5)]
    return st.builds(
        lambda kind, body: Unit(kind[0], kind[1], body), st.sampled_from(kinds), bodies()
    )


LISTS = st.lists(units(), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("a", "b", "percents"),
    [
        (ROW_1, ROW_2, [100.00, 84.38, 53.12]),
        (ROW_1, ROW_3, [100.00, 64.06, 40.62]),
        (ROW_1, ROW_4, [100.00, 64.06, 45.31]),
        (ROW_2, ROW_3, [100.00, 76.56, 43.75, None]),
        (ROW_2, ROW_4, [100.00, 76.56, 48.44, None]),
        (ROW_3, ROW_4, [100.00, 100.00, 82.81, None]),
    ],
)
def test_components_of_2019_give_the_figures_of_the_slide(
    a: str, b: str, percents: list[float | None]
) -> None:
    assert [pair.percent for pair in compare(a, b).units] == percents


def test_a_damaged_component_is_named_and_the_others_are_compared() -> None:
    found = compare(ROW_1, ROW_2)
    assert (found.verdict, len(found.problems)) == ("near", 1)
    assert "has 12" in found.problems[0]
    assert [(each.side, each.unit.name) for each in found.unpaired] == [("b", "Instance-ID")]


def test_a_cropped_picture_is_near() -> None:
    found = compare(SHAPES, CROPPED)
    assert [pair.answer for pair in found.units] == [
        "different",
        "equal",
        "similar",
        "different",
        "no match",
    ]
    assert found.verdict == "near"
    assert found.decisive is found.units[2]


def test_the_repaired_slide_code_is_what_its_units_say() -> None:
    units = ["AAA572P4AOF5K6QX", "CEAYAOJ7HER62DL7", "EEA5ALZNWU5MDMZY", "GAAUJIWEUIBULECG"]
    units.append("IAARYV43ELTBEPYN")
    code = "ISCC:KED572P4AOF5K6QXQA4T6OJD5UGX7UBPFW2TVQNTHBCKFRFCANCZARQ4K6NSFZQSH4GQ"
    found = compare(code, units)
    assert found.verdict == "identical"
    assert [pair.answer for pair in found.units] == ["equal"] * 4 + ["match"]
    assert found.unpaired == ()


@pytest.mark.parametrize(
    ("verdict", "unit_a", "unit_b"),
    [
        ("identical", unit(MainType.INSTANCE, 9, 64), unit(MainType.INSTANCE, 9, 64)),
        ("near", unit(MainType.CONTENT, 9, 64), unit(MainType.CONTENT, 12, 64)),
        ("semantic", unit(MainType.SEMANTIC, 9, 64), unit(MainType.SEMANTIC, 12, 64)),
        ("data", unit(MainType.DATA, 9, 64), unit(MainType.DATA, 12, 64)),
        ("metadata", unit(MainType.META, 9, 64), unit(MainType.META, 12, 64)),
        ("none", unit(MainType.META, 9, 64), unit(MainType.META, 40, 64)),
    ],
)
def test_each_verdict_has_a_unit_that_shows_it(verdict: str, unit_a: Unit, unit_b: Unit) -> None:
    assert compare(unit_a, unit_b).verdict == verdict


def rows() -> Iterator[tuple[Rule, int]]:
    for rule in RULES:
        for bits in (32, 64, 128, 256):
            if rule.chance < 1:
                yield rule, bits


@pytest.mark.parametrize(("rule", "bits"), list(rows()))
def test_the_table_decides_exactly_from_its_thresholds_on(rule: Rule, bits: int) -> None:
    least = next(n for n in range(bits + 1) if rule.holds(n, bits))
    assert 100 * least / bits >= rule.percent
    assert chance(least, bits) <= rule.chance
    assert 100 * (least - 1) / bits < rule.percent or chance(least - 1, bits) > rule.chance

    # Half of the bits are set, so that no picture is plain; the first ones differ.
    subtype = NO_SUBTYPE if rule.subtype is None else rule.subtype
    base = int.from_bytes(b"\x55" * (bits // 8), "big")
    for equal, verdict in ((least, rule.verdict), (least - 1, "none")):
        other = base ^ (1 << bits - equal) - 1 << equal
        pair = (Unit(rule.maintype, subtype, n.to_bytes(bits // 8, "big")) for n in (base, other))
        assert compare(*pair).verdict == verdict


def test_stronger_verdicts_come_first() -> None:
    order = list(dict.fromkeys(rule.verdict for rule in RULES))
    assert order == ["identical", "near", "semantic", "data", "metadata"]


def test_instances_of_two_lengths_compare_their_prefix() -> None:
    full = Unit(MainType.INSTANCE, 0, bytes(range(32)))
    found = compare(full, full.shorten(64))
    assert (found.verdict, found.units[0].answer, found.units[0].bits) == ("identical", "match", 64)


def test_one_bit_is_enough_for_two_files_to_differ() -> None:
    found = compare(unit(MainType.INSTANCE, 9, 256), unit(MainType.INSTANCE, 10, 256))
    assert (found.verdict, found.units[0].percent) == ("none", None)
    assert found.decisive is None


def test_two_isccs_ids_are_different_and_one_is_itself() -> None:
    # iscc_core.iscc_compare calls any two of them equal: it compares the first with itself.
    first, second = "ISCC:MEIGC5KN3I6TCUBK", "ISCC:MEIGC5KN3I6TCUBL"
    assert compare(first, second).verdict == "none"
    assert compare(first, second).units[0].answer == "no match"
    assert compare(first, first).verdict == "identical"


def test_an_identifier_with_a_counter_is_another_identifier() -> None:
    plain, counted = Unit(MainType.ID, 0, bytes(8)), Unit(MainType.ID, 0, bytes(9))
    assert compare(plain, counted).units[0].answer == "no match"


def test_plain_pictures_decide_nothing() -> None:
    white, black = "ISCC:EEAYAAAAAAAAAAAA", "ISCC:EEAQAAAAAAAAAAAA"
    for other in (white, black):
        found = compare(white, other)
        assert (found.verdict, found.units[0].answer) == ("undecided", "undecided")
        assert found.units[0].note == "featureless-image"
    same = Unit(MainType.INSTANCE, 0, bytes(8))
    assert compare([Unit.parse(white), same], [Unit.parse(white), same]).verdict == "identical"


def test_silence_and_blank_videos_decide_nothing() -> None:
    silence = Unit(MainType.CONTENT, SubType.AUDIO, pack(">i", SILENCE) * 8)
    blank = Unit(MainType.CONTENT, SubType.VIDEO, bytes(32))
    for unit, reason in ((silence, "silence"), (blank, "blank-video")):
        found = compare(unit, unit)
        assert (found.verdict, found.units[0].answer) == ("undecided", "undecided")
        assert found.units[0].note == reason
        assert compare(unit, unit.shorten(64)).units[0].answer == "undecided"


@pytest.mark.parametrize("flag", sorted(CONCERNS))
def test_flags_of_a_record_bear_on_its_content_code_alone(flag: Flag) -> None:
    body = bytes(range(100, 132))
    units = [Unit(MainType.META, 0, body), Unit(MainType.CONTENT, CONCERNS[flag], body)]
    found = compare(units, units, quality_b=(flag,))
    answers = {pair.a.maintype: pair.answer for pair in found.units}
    assert answers[MainType.META] == "equal"
    doubtful = flag in UNDECIDING
    assert answers[MainType.CONTENT] == ("undecided" if doubtful else "equal")
    assert found.verdict == ("metadata" if doubtful else "near")
    other = SubType.MIXED
    unrelated = Unit(MainType.CONTENT, other, body)
    assert compare(unrelated, unrelated, quality_a=(flag,)).verdict == "near"


def test_long_image_codes_of_the_old_rule_agree_in_their_first_64_bits() -> None:
    old = "ISCC:EED4GQZQTY6J5DTHQ2DWCPDZHQOM6QZQTY6J5DTFZ2DWCPDZHQOMXDI"  # printed in IEP-0004
    new = "ISCC:EED4GQZQTY6J5DTHNDQ7S7EGNENJNRTEGLGHFWXFGNDZHSMO4HEZGZI"  # iscc-core 1.5.0
    pair = compare(old, new).units[0]
    assert (pair.bits, pair.equal, pair.answer) == (64, 64, "similar")
    assert pair.note == "first-bits"
    made = compare(old, new, measured=True)  # of two files the rule is known to be the same
    assert (made.verdict, made.units[0].bits, made.units[0].note) == ("none", 256, None)


SHORT: tuple[Flag, ...] = ("short-text",)


def test_equal_codes_that_are_too_weak_are_undecided_and_never_none() -> None:
    hello = "ISCC:EAASKDNZNYGUUF5A"
    found = compare(hello, hello, quality_a=SHORT)
    assert (found.verdict, found.units[0].equal, found.rule) == ("undecided", 64, None)
    assert found.decisive is None
    beside = [hello, "ISCC:IAARYV43ELTBEPYN"], [hello, "ISCC:IAAUJIWEUIBULECG"]
    assert compare(*beside, quality_b=SHORT).verdict == "undecided"
    assert compare(*beside).verdict == "near"


PART = Part("text", Place(0.5, 300, 900), Place(1.0, 0, 600), 0.9, 30.0)


def test_a_part_says_more_than_titles_and_bytes_and_less_than_the_content() -> None:
    for maintype, verdict in (
        (MainType.INSTANCE, "identical"),
        (MainType.CONTENT, "near"),
        (MainType.SEMANTIC, "semantic"),
        (MainType.DATA, "part"),
        (MainType.META, "part"),
    ):
        one = unit(maintype, 9, 256)
        found = add_part(compare(one, one), PART)
        assert found.verdict == verdict
        assert found.part == (None if verdict == "identical" else PART)
        assert (found.rule is None) == (verdict == "part")
    assert add_part(compare(one, one), None) == compare(one, one)
    whole = Part("text", Place(1.0, 0, 600), Place(0.95, 30, 600), 0.9, 30.0)
    same = compare(unit(MainType.CONTENT, 9, 64), unit(MainType.CONTENT, 9, 64))
    assert (same.verdict, add_part(same, whole).part) == ("near", None)


def test_without_a_common_unit_that_is_said() -> None:
    found = compare(unit(MainType.META, 9, 64), unit(MainType.DATA, 9, 64))
    assert (found.verdict, found.units, found.rule) == ("none", (), None)
    assert [(each.side, each.reason) for each in found.unpaired] == [
        ("a", "absent"),
        ("b", "absent"),
    ]


def test_text_and_picture_are_not_comparable() -> None:
    image, text = unit(MainType.CONTENT, 20, 64, SubType.IMAGE), unit(MainType.CONTENT, 20, 64)
    alone = compare(image, text).unpaired[0]
    assert (alone.reason, alone.rivals) == ("kind", ("Content-Code Text",))


def test_components_of_2019_have_nothing_in_common_with_units() -> None:
    found = compare(ROW_2, SHAPES)
    assert (found.verdict, len(found.unpaired)) == ("none", 9)
    assert {each.reason for each in found.unpaired} == {"generation"}


def test_the_best_partners_are_found_among_several() -> None:
    a, b, c = (unit(MainType.CONTENT, ones, 64) for ones in (5, 30, 60))
    found = compare([a, b], [c, b, a])
    assert [(pair.a.code, pair.answer) for pair in found.units] == [
        (str(a), "equal"),
        (str(b), "equal"),
    ]
    assert found.unpaired[0].reason == "taken"


def test_much_agreement_of_sounds_is_common_and_said_to_be() -> None:
    audio = [unit(MainType.CONTENT, ones, 256, SubType.AUDIO) for ones in (0, 70)]
    found = compare(*audio)
    assert (found.verdict, found.units[0].percent) == ("none", 72.66)
    assert found.units[0].note == "common"


@given(units())
def test_every_unit_agrees_with_itself(one: Unit) -> None:
    found = compare(one, one)
    assert found.units[0].answer in {"equal", "match", "undecided"}
    assert found.units[0].equal == one.bits


@given(units(), st.integers(1, 8))
def test_every_unit_agrees_with_its_prefix(one: Unit, blocks: int) -> None:
    short = one.shorten(min(32 * blocks, one.bits))
    pair = compare(one, short).units[0]
    assert (pair.bits, pair.equal) == (short.bits, short.bits)


def facts(
    found: Comparison, first: str, second: str
) -> tuple[str, Sequence[object], list[tuple[str, str]]]:
    """Return what ``found`` says, with its sides called ``first`` and ``second``."""
    pairs = sorted(
        (getattr(pair, first).code, getattr(pair, second).code, pair.bits, pair.equal, pair.answer)
        for pair in found.units
    )
    called = {"a": first, "b": second}
    alone = sorted((called[each.side], each.unit.code) for each in found.unpaired)
    return found.verdict, pairs, alone


TIES = st.lists(st.sampled_from(range(4)), min_size=1, max_size=5).map(
    lambda ones: [unit(MainType.DATA, 16 * each, 64) for each in ones]
)


@given(TIES, TIES)
def test_equally_good_partners_are_the_same_from_both_sides(a: list[Unit], b: list[Unit]) -> None:
    assert facts(compare(a, b), "a", "b") == facts(compare(b, a), "b", "a")


@given(LISTS, LISTS)
def test_the_sides_may_be_exchanged(a: list[Unit], b: list[Unit]) -> None:
    assert facts(compare(a, b), "a", "b") == facts(compare(b, a), "b", "a")


@given(LISTS, LISTS)
def test_every_unit_is_paired_once_or_listed_alone(a: list[Unit], b: list[Unit]) -> None:
    found = compare(a, b)
    for side, given_units in (("a", a), ("b", b)):
        seen = [getattr(pair, side).code for pair in found.units]
        seen += [each.unit.code for each in found.unpaired if each.side == side]
        assert sorted(seen) == sorted(map(str, given_units))


@pytest.mark.parametrize("empty", [[], [[]], ()])
def test_refuses_a_side_without_units(empty: list[str]) -> None:
    with pytest.raises(InvalidInput, match="at least one unit"):
        compare(empty, SHAPES)


def test_a_mistyped_code_is_located() -> None:
    with pytest.raises(InvalidCode) as caught:
        compare(SHAPES[:-1] + "!", CROPPED)
    assert caught.value.position == len(SHAPES) - 1


def real(bits: int) -> list[tuple[str, str, list[Unit]]]:
    return [
        (each["file"], each["group"], [u.shorten(bits) for u in map(Unit.parse, each["units"])])
        for each in REAL["files"]
    ]


@pytest.mark.parametrize("bits", [64, 256])
def test_the_thresholds_keep_unrelated_real_files_apart(bits: int) -> None:
    for (name_a, group_a, a), (name_b, group_b, b) in combinations(real(bits), 2):
        if group_a != group_b:
            found = compare(a, b)
            assert found.verdict in {"none", "undecided", "metadata"}, f"{name_a} and {name_b}"


@pytest.mark.parametrize("bits", [64, 256])
@pytest.mark.parametrize("kind", ["audio/demo.", "image/demo.", "video/demo.mp4 video/demo.m"])
def test_the_thresholds_find_the_same_work_in_other_formats(kind: str, bits: int) -> None:
    versions = [units for name, _, units in real(bits) if name.startswith(tuple(kind.split()))]
    assert len(versions) >= 6
    for a, b in combinations(versions, 2):
        assert compare(a, b).verdict in {"near", "identical"}


def test_sequences_of_very_many_units_are_refused() -> None:
    many = [unit(MainType.META, 5, 32)] * 1000
    with pytest.raises(InvalidInput, match="1000 and 1000 units"):
        compare(many, many)
