"""Tones of answers."""

from typing import get_args

from iscckit.comparison.agreement import Answer
from iscckit.render.answer_styles import TONES


def test_each_answer_has_a_tone_that_terminal_and_pages_know() -> None:
    assert set(TONES) == set(get_args(Answer))
    assert set(TONES.values()) == {"good", "warn", "bad"}
