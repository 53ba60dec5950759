"""Times only grow, and a clock that cannot be right stops the log."""

from __future__ import annotations

import time

import pytest

from iscckit.errors import LibraryError
from iscckit.trust.log.clock import BEHIND_US, LEAP_US, LogClock, count_us, wall_us

NOW = 1_700_000_000_000_000


@pytest.mark.parametrize(
    ("last", "expected"),
    [(0, NOW), (NOW - 1, NOW), (NOW, NOW + 1), (NOW + BEHIND_US, NOW + BEHIND_US + 1)],
)
def test_the_next_time_is_now_or_one_more(last: int, expected: int) -> None:
    assert LogClock(lambda: NOW, lambda: 0).next_us(last) == expected


def test_a_clock_too_far_behind_is_wrong() -> None:
    with pytest.raises(LibraryError, match=r"0\.200 seconds behind") as caught:
        LogClock(lambda: NOW, lambda: 0).next_us(NOW + 200_000)
    assert caught.value.reason_code == "clock-wrong"


def test_time_that_passed_is_not_a_leap() -> None:
    wall, elapsed = [NOW], [5]
    clock = LogClock(lambda: wall[0], lambda: elapsed[0])
    wall[0] += 10 * LEAP_US
    elapsed[0] += 10 * LEAP_US
    assert clock.next_us(0) == wall[0]
    wall[0] += LEAP_US + 1
    with pytest.raises(LibraryError, match="leapt ahead"):
        clock.next_us(0)


def test_the_clocks_of_the_system_run() -> None:
    assert abs(wall_us() - time.time() * 1_000_000) < 60_000_000
    first = count_us()
    assert first <= count_us()
    assert LogClock().next_us(0) > NOW
