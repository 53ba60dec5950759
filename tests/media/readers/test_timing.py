"""When pictures are shown, by hand and by law."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from iscckit.media.readers.timing import Clock

MILLISECONDS = Fraction(1, 1000)
times = st.none() | st.integers(-(10**6), 10**6)


def test_stated_times_and_durations_are_taken() -> None:
    clock = Clock(MILLISECONDS)
    assert clock.stamp(0, 0, 40, None) == (0, 40)
    assert clock.stamp(40, 40, 40, None) == (40, 40)


def test_the_offset_is_added_to_every_stated_time() -> None:
    clock = Clock(MILLISECONDS, offset=-1000)
    assert clock.stamp(1000, None, 40, None) == (0, 40)
    assert clock.stamp(None, 1040, 40, None) == (40, 40)
    assert clock.stamp(None, None, 40, None) == (80, 40)


def test_a_format_without_timestamps_counts_by_the_rate_of_the_codec() -> None:
    clock = Clock(MILLISECONDS, timestamps=False)
    assert clock.stamp(7, 7, 0, Fraction(25)) == (0, 40)
    assert clock.stamp(7, 7, 1, Fraction(25)) == (40, 40)


def test_the_kind_of_time_that_goes_backwards_more_often_is_not_used() -> None:
    clock = Clock(MILLISECONDS)
    shown = [clock.stamp(pts, dts, 10, None)[0] for pts, dts in [(0, 0), (30, 10), (25, 20)]]
    assert shown == [0, 30, 20]


def test_a_duration_of_one_beside_a_longer_gap_is_no_duration() -> None:
    clock = Clock(MILLISECONDS)
    assert clock.stamp(0, None, 1, None) == (0, 1)
    assert clock.stamp(40, None, 1, None) == (40, 40)


def test_without_any_hint_the_average_rate_decides() -> None:
    assert Clock(MILLISECONDS, average_rate=Fraction(50)).stamp(0, None, 0, None) == (0, 20)
    assert Clock(MILLISECONDS).stamp(0, None, None, None) == (0, 1)


def test_a_rate_of_the_codec_is_rounded_to_the_time_base() -> None:
    assert Clock(MILLISECONDS).stamp(0, None, 0, Fraction(30_000, 1001)) == (0, 33)


@given(st.lists(st.tuples(times, times, st.none() | st.integers(0, 100)), max_size=20))
def test_every_picture_has_a_time_and_a_positive_duration(
    pictures: list[tuple[int | None, int | None, int | None]],
) -> None:
    clock = Clock(MILLISECONDS)
    for pts, dts, duration in pictures:
        time, length = clock.stamp(pts, dts, duration, None)
        assert length > 0
        assert time in {pts, dts} or (pts is None and dts is None)
