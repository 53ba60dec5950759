"""Dates of options: a day is whole, zones count, and other texts are usage errors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import click
import pytest

from iscckit.cli.dates import Moment


def of(text: str, *, is_end: bool = False) -> float:
    return Moment(is_end=is_end).convert(text, None, None)


def test_a_day_is_whole() -> None:
    noon = datetime(2024, 3, 10, 12).timestamp()
    assert of("2024-03-10") == datetime(2024, 3, 10).timestamp() < noon
    end = of("2024-03-10", is_end=True)
    assert noon < end < datetime(2024, 3, 11).timestamp()
    assert datetime.fromtimestamp(end).strftime("%H:%M:%S") == "23:59:59"


def test_a_time_is_a_moment_in_its_zone() -> None:
    for is_end in (False, True):
        assert of("2024-03-10T18:30:00Z", is_end=is_end) == 1710095400
        assert of("2024-03-10T19:30+01:00", is_end=is_end) == 1710095400
    local = datetime(2024, 3, 10, 18, 30)
    assert of("2024-03-10T18:30") == local.timestamp()
    assert of("2024-03-10T18:30:00") == local.timestamp()
    assert datetime.fromtimestamp(of("2024-03-10T18:30:00Z"), UTC).hour == 18


def test_words_for_days() -> None:
    today = date.today()
    assert datetime.fromtimestamp(of("today")).date() == today
    assert datetime.fromtimestamp(of("Yesterday", is_end=True)).date() == today - timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-13-01", "2024-02-30", "10.3.2024", "9999-12-31"]
)
def test_what_is_no_date_is_a_usage_error(text: str) -> None:
    with pytest.raises(click.BadParameter, match="date"):
        of(text, is_end=True)
