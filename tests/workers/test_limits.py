"""What one task may use up."""

from __future__ import annotations

import os

import pytest

from iscckit.workers.limits import Quota, allowance_of, explain_end, memory_of


def test_limits_grow_with_the_file_unless_they_were_chosen() -> None:
    small, large = allowance_of(0), allowance_of(1 << 30)
    assert (small.seconds, small.memory) == (3600.0, 4 << 30)
    assert (large.seconds, large.memory) == (3600.0 + 65536.0, 8 << 30)
    assert large.answer - small.answer == 8 << 20
    assert large.items - small.items == 131072
    chosen = allowance_of(1 << 30, Quota(1.5, 1 << 20))
    assert (chosen.seconds, chosen.memory) == (1.5, 1 << 20)
    assert allowance_of(1 << 30, Quota(seconds=2)).memory == 8 << 30


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (None, "the decoder crashed"),
        (3, "the decoder crashed"),
        (-11, "the decoder crashed (SIGSEGV)"),
        (-40, "the decoder crashed (signal 40)"),
    ],
)
def test_an_end_is_named(code: int | None, text: str) -> None:
    assert explain_end(code) == text


def test_the_memory_of_a_process_is_known_while_it_is_there() -> None:
    assert memory_of(os.getpid()) > 1 << 20
    assert memory_of(1 << 30) == 0
