"""The place of a shared part in words."""

from __future__ import annotations

import pytest

from iscckit.comparison.part import Box, Part, PartKind, Place
from iscckit.render.part_wording import part_sentence

WHOLE = Place(1.0)


def picture(a: Box | None, b: Box | None = None, turn: int = 0) -> Part:
    return Part("picture", Place(0.5, box=a), Place(0.5, box=b), 0.97, 50.0, turn)


def span(kind: PartKind, a: tuple[float, float, float], b: tuple[float, float, float]) -> Part:
    return Part(kind, Place(a[2], a[0], a[1]), Place(b[2], b[0], b[1]), 1.0, 50.0)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (picture((0.05, 0.05, 0.95, 0.95)), "B is the middle 90 % of A"),
        (picture(None, (0.05, 0.05, 0.95, 0.95)), "A is the middle 90 % of B"),
        (picture((0.0, 0.0, 0.5, 0.5)), "B is the upper left 50 % of A"),
        (
            picture((0.25, 0.0, 0.75, 1.0)),
            "B is the middle part, 50 % of the width and 100 % of the height, of A",
        ),
        (picture(None, turn=4), "B is A mirrored"),
        (picture(None, turn=1), "B is A turned left"),
        (picture((0.0, 0.1, 0.9, 1.0), turn=4), "B is the lower left 90 % of A, mirrored"),
        (
            picture((0.5, 0.5, 1.0, 1.0), (0.0, 0.0, 0.5, 0.5)),
            "The upper left 50 % of B is the lower right 50 % of A",
        ),
        (picture(None), "A and B show the same picture"),
        (Part("picture", Place(1.0, page=3), WHOLE, 0.99, 20.0), "B is on page 3 of A"),
        (Part("picture", WHOLE, Place(1.0, page=3), 0.99, 20.0), "A is on page 3 of B"),
        (
            Part("picture", Place(1.0, name="word/media/a.png"), WHOLE, 0.99, 20.0, 4),
            "B is the picture word/media/a.png of A, mirrored",
        ),
        (span("text", (300, 900, 0.1), (0, 600, 1.0)), "B is characters 300 to 900 of A"),
        (span("text", (0, 600, 1.0), (300, 900, 0.1)), "A is characters 300 to 900 of B"),
        (
            span("text", (0, 600, 0.2), (1300, 1900, 0.1)),
            "Characters 1,300 to 1,900 of B are characters 0 to 600 of A",
        ),
        (
            span("text", (0, 600, 1.0), (0, 600, 1.0)),
            "A and B have the same text from beginning to end",
        ),
        (span("frame", (2, 12, 0.2), (0, 10, 1.0)), "B shows 0:02.0 to 0:12.0 of A"),
        (span("sound", (0, 10, 1.0), (2, 12, 0.2)), "A plays 0:02.0 to 0:12.0 of B"),
        (
            span("sound", (0, 10, 0.1), (2, 12, 0.2)),
            "B plays 0:00.0 to 0:10.0 of A at 0:02.0 to 0:12.0",
        ),
    ],
)
def test_the_sentence_says_what_is_where(part: Part, words: str) -> None:
    assert part_sentence(part) == words


def test_a_page_stands_beside_the_characters() -> None:
    part = Part("text", Place(0.1, 300, 900, page=2), Place(1.0, 0, 600), 1.0, 50.0)
    assert part_sentence(part) == "B is characters 300 to 900 (page 2) of A"
