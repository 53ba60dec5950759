"""Sizes in words."""

from __future__ import annotations

import pytest

from iscckit.render.sizes import size_in_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1_540_000, "1.5 MB"),
        (2 * 10**9, "2.0 GB"),
        (3 * 10**15, "3000.0 TB"),
    ],
)
def test_a_size_has_the_unit_that_people_say(size: int, words: str) -> None:
    assert size_in_words(size) == words
