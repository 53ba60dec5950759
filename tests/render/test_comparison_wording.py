import json
from typing import get_args

import pytest

from iscckit.algorithms.chromaprint import SILENCE
from iscckit.codec.unit import NO_SUBTYPE, MainType, SubType, Unit
from iscckit.comparison.agreement import UnpairedReason
from iscckit.comparison.verdict import compare
from iscckit.render.comparison_json import comparison_json
from iscckit.render.comparison_wording import (
    NOTES,
    comparison_sentence,
    list_names,
    unpaired_sentence,
)
from iscckit.units.quality import CONCERNS

SHAPES = "ISCC:KEDYC5Y7YQW4KOGDGAATG7YTP4YADDAYWPHAZNTZNNMKGIRLQJREUJUXEFES7F3EEH7A"
CROPPED = "ISCC:KEDUF3QHWWZVY5KKGAATG7YTP4YADDAYWPHQ5FTZOHXYUD4XHISRLTXP6O2YZAJEFCZA"
OF_2019 = "CCDyud5ZWakDR-CTTRs5cQY1D11-CDPqUxrqN7YRx-CRcUmq2SmgN18"


def unit(maintype: MainType, ones: int, bits: int, subtype: int = NO_SUBTYPE) -> Unit:
    """Return a unit whose first ``ones`` bits are set."""
    return Unit(maintype, subtype, ((1 << ones) - 1 << bits - ones).to_bytes(bits // 8, "big"))


TEXT = unit(MainType.CONTENT, 20, 64)
SILENT = Unit(MainType.CONTENT, SubType.AUDIO, SILENCE.to_bytes(4, "big", signed=True) * 8)
WHOLE = Unit(MainType.INSTANCE, 0, bytes(range(32)))
LATER = Unit(MainType.DATA, NO_SUBTYPE, bytes(8), 1)


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        (
            SHAPES,
            CROPPED,
            "Similar content in different files: 58 of 64 Content-Code Image bits are equal "
            "(unrelated content: 1 in 18 000); the bytes are unrelated.",
        ),
        (
            WHOLE,
            WHOLE.shorten(64),
            "The same file: the Instance-Codes match over 64 bits (random bits: 1 in 10^19).",
        ),
        (
            unit(MainType.INSTANCE, 9, 256),
            unit(MainType.INSTANCE, 10, 256),
            "Different: the Instance-Codes do not match.",
        ),
        (
            unit(MainType.META, 9, 64),
            unit(MainType.DATA, 9, 64),
            "Nothing can be compared: A has Meta-Code; B has Data-Code.",
        ),
    ],
)
def test_the_sentence_says_the_verdict_and_its_reason(
    a: str | Unit, b: str | Unit, sentence: str
) -> None:
    found = compare(a, b)
    assert comparison_sentence(found) == sentence
    fields = comparison_json(found)
    assert fields["sentence"] == sentence
    assert json.loads(json.dumps(fields)) == fields


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("ISCC:EEAYAAAAAAAAAAAA", "ISCC:EEAYAAAAAAAAAAAA", "too plain"),
        (SILENT, SILENT, "nothing to hear"),
        (
            unit(MainType.CONTENT, 0, 256, SubType.AUDIO),
            unit(MainType.CONTENT, 70, 256, SubType.AUDIO),
            "unrelated content of this kind agrees as much",
        ),
    ],
)
def test_a_note_stands_in_the_sentence(a: str | Unit, b: str | Unit, words: str) -> None:
    assert words in comparison_sentence(compare(a, b))


def test_every_flag_and_every_other_note_has_words() -> None:
    assert set(NOTES) == {*CONCERNS, "common", "first-bits"}
    assert all(NOTES.values())


def test_each_reason_for_standing_alone_has_words() -> None:
    cases = {
        "absent": (TEXT, LATER, "the other side has no Content-Code"),
        "kind": (
            unit(MainType.CONTENT, 20, 64, SubType.IMAGE),
            TEXT,
            "the other side has Content-Code Text",
        ),
        "version": (
            unit(MainType.DATA, 9, 64),
            LATER,
            "the other side has Data-Code of another version",
        ),
        "taken": (
            [TEXT, TEXT],
            TEXT,
            "the units of this kind on the other side have closer partners",
        ),
        "generation": (
            OF_2019,
            SHAPES,
            "components of 2019 and units of ISO 24138 are made in different ways",
        ),
    }
    assert set(cases) == set(get_args(UnpairedReason))
    for reason, (a, b, words) in cases.items():
        alone = compare(a, b).unpaired[0]  # type: ignore[arg-type]  # several kinds of sides
        assert (alone.reason, unpaired_sentence(alone)) == (reason, words)


def test_names_are_listed_once() -> None:
    assert list_names(["Data-Code", "Meta-Code", "Data-Code"]) == "Data-Code, Meta-Code"


@pytest.mark.parametrize(
    ("rules_a", "rules_b", "differ"),
    [(1, 2, [1, 2]), (2, 1, [2, 1]), (2, 2, None), (None, 2, None), (1, None, None)],
)
def test_other_rules_are_said_and_codes_alone_have_none(
    rules_a: int | None, rules_b: int | None, differ: list[int] | None
) -> None:
    plain = compare(SHAPES, CROPPED)
    found = compare(SHAPES, CROPPED, rules_a=rules_a, rules_b=rules_b)
    assert comparison_json(found)["rules"] == differ
    said = comparison_sentence(found)
    assert said.startswith(comparison_sentence(plain))
    assert (said != comparison_sentence(plain)) is (differ is not None)
    if differ:
        assert f"versions {differ[0]} and {differ[1]}" in said
    assert (found.verdict, found.units) == (plain.verdict, plain.units)  # nothing else is other
