"""Each form of a match has its sentence, and its JSON has the keys in their order."""

from __future__ import annotations

import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.comparison.verdict import Comparison, compare
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.search.match import (
    AlignedCodes,
    EqualBits,
    Evidence,
    Match,
    Passage,
    PassageKind,
    Region,
    Registration,
    TextSpan,
    TimeSpan,
)
from iscckit.render.comparison_wording import comparison_sentence
from iscckit.render.match_wording import match_json, match_place, match_sentence

UNIT = Unit(MainType.CONTENT, SubType.IMAGE, bytes(range(32)))
CODES = AlignedCodes(3, 9)
BITS = EqualBits(254, 256)
FIT = Registration(0.996, 44, 300.0)


def match(
    passage: Passage | None,
    page: int | None = None,
    picture: str = "",
    comparison: Comparison | None = None,
) -> Match:
    item = Item(7, "/a/b\udcff.jpg", Stat(1, 2, 3, 4), "present", iscc="ISCC:X")
    verdict = comparison.verdict if comparison else "none"
    return Match(item, verdict, 0.5, Evidence(2.5, 0.25), comparison, passage, page, picture)


@pytest.mark.parametrize(
    ("passage", "sentence", "place"),
    [
        (
            Passage("text", TextSpan(1600, 12044, 0), CODES),
            "Has the text from character 1,600 to about 12,044.",
            "characters 1,600 to 12,044",
        ),
        (
            Passage("sound", TimeSpan(2.8, 72.84, 0.0), CODES),
            "Has the sound from 0:02.8 to 1:12.8.",
            "0:02.8 to 1:12.8",
        ),
        (
            Passage("frame", TimeSpan(59.96, 61.0, 0.0), CODES),
            "Has the pictures from 0:60.0 to 1:01.0.",
            "1:00.0 to 1:01.0",
        ),
        (
            Passage("picture", Region(), BITS),
            "Has the whole picture (254 of 256 bits are equal).",
            "",
        ),
        (
            Passage("picture", Region(picture=3), BITS),
            "Has picture 3 (254 of 256 bits are equal).",
            "",
        ),
        (
            Passage("picture", Region(turn=5), BITS),
            "Has the whole picture, the query mirrored and turned left "
            "(254 of 256 bits are equal).",
            "",
        ),
        (
            Passage("picture", Region(cut=(0.1, 0.0, 0.95, 1.0)), BITS),
            "Has the whole picture, the query cut to 85% of its width and 100% of its height "
            "(254 of 256 bits are equal).",
            "",
        ),
        (
            Passage("picture", Region(box=(0.15, 0.15, 1.0, 1.0)), FIT),
            "Has the part from 15%, 15% to 100%, 100% (correlation 1.00, 44 spots in line).",
            "",
        ),
        (
            Passage("picture", Region(query_box=(0.0, 0.0, 0.67, 1.0)), FIT),
            "Has the whole picture, in the query from 0%, 0% to 67%, 100% "
            "(correlation 1.00, 44 spots in line).",
            "",
        ),
        (
            Passage(
                "picture",
                Region(turn=2, box=(0.0, 0.5, 1.0, 1.0), query_box=(0.5, 0.0, 1.0, 1.0)),
                FIT,
            ),
            "Has the part from 0%, 50% to 100%, 100%, the query upside down, in its part "
            "from 50%, 0% to 100%, 100% (correlation 1.00, 44 spots in line).",
            "",
        ),
    ],
)
def test_each_kind_of_passage_has_its_words(passage: Passage, sentence: str, place: str) -> None:
    assert match_sentence(match(passage)) == sentence
    assert match_place(match(passage)) == place


def test_pages_and_pictures_of_documents_are_named() -> None:
    text = match(Passage("text", TextSpan(160, 244, 0), CODES), page=4)
    assert match_sentence(text) == "Has the text from character 160 to about 244 on page 4."
    assert match_place(text) == "page 4, characters 160 to 244"
    picture = match(Passage("picture", Region(picture=1), BITS), picture="page 10 picture 1")
    assert match_sentence(picture) == "Has page 10 picture 1 (254 of 256 bits are equal)."


def test_where_units_agree_the_comparison_has_the_words() -> None:
    found = compare(UNIT, UNIT)
    near = match(Passage("picture", Region(), BITS), comparison=found)
    assert near.relation == near.verdict
    assert match_sentence(near) == comparison_sentence(found)
    assert match_sentence(match(None, comparison=found)) == comparison_sentence(found)
    assert (match_sentence(match(None)), match_place(match(None))) == ("", "")


@pytest.mark.parametrize(
    ("kind", "place", "span", "box"),
    [
        ("text", TextSpan(160, 244, 16), (160, 244, 16), None),
        ("sound", TimeSpan(0.5, 1.25, 0.0), (0.5, 1.25, 0.0), None),
        ("picture", Region(picture=2), (2, 2, 0), None),
        ("picture", Region(box=(0.123456, 0, 1, 1)), (0, 0, 0), [0.1235, 0, 1, 1]),
    ],
)
def test_the_json_form_has_the_place_as_numbers_and_the_sentence(
    kind: PassageKind,
    place: TextSpan | TimeSpan | Region,
    span: tuple[float, float, float],
    box: list[float] | None,
) -> None:
    agreement = BITS if kind == "picture" else CODES
    found = match(Passage(kind, place, agreement), page=3, comparison=compare(UNIT, UNIT))
    fields = match_json(found)
    assert list(fields) == [
        "path", "iscc", "relation", "verdict", "score", "evidence_bits", "sentence", "rules",
        "passage",
        "units",
    ]  # fmt: skip
    assert fields["path"] == "/a/b\\xff.jpg"
    assert fields["evidence_bits"] == 2.75
    assert fields["sentence"] == match_sentence(found)
    assert fields["passage"] == {
        "kind": kind, "start": span[0], "end": span[1], "query_start": span[2], "page": 3,
        "box": box,
    }  # fmt: skip
    assert "sentence" not in found.to_dict()
    assert match_json(match(None))["passage"] is None
