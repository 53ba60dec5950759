"""Dates and times as values of options."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import click

__all__ = ["Moment"]


class Moment(click.ParamType):  # type: ignore[type-arg]  # older versions of click
    """A day or a time, as seconds since 1970.

    ISO 8601 with or without a zone; without one it is local time. A day stands for its first
    moment, or for its last one where the value is the end of a span.
    """

    name = "date"

    def __init__(self, *, is_end: bool = False) -> None:
        """Make the type.

        Args:
            is_end: Whether a day stands for its last moment.
        """
        self._is_end = is_end

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the seconds since 1970; other texts are usage errors."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        day = _days().get(text.lower())
        try:
            day = day or date.fromisoformat(text)
        except ValueError:
            try:
                return datetime.fromisoformat(text).timestamp()
            except (ValueError, OverflowError, OSError):
                self.fail(f"{text!r} is not a date like 2024-03-10 or 2024-03-10T18:30", param, ctx)
        try:
            start = datetime(day.year, day.month, day.day)
            if self._is_end:
                return (start + timedelta(days=1)).timestamp() - 1e-6
            return start.timestamp()
        except (ValueError, OverflowError, OSError):
            self.fail(f"{text!r} is a date that this system cannot hold", param, ctx)


def _days() -> dict[str, date]:
    today = datetime.now().date()
    return {"today": today, "yesterday": today - timedelta(days=1)}
