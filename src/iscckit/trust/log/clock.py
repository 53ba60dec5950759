"""Times of a log: microseconds that only grow, and an alarm when the clock does not keep step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from iscckit.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BEHIND_US", "LEAP_US", "LogClock", "count_us", "wall_us"]

BEHIND_US: Final = 100_000  # that the clock may be behind the last entry
LEAP_US: Final = 3_600_000_000  # that it may be ahead of the time that passed since the start


def wall_us() -> int:
    """Return the time since 1970-01-01 UTC in microseconds."""
    return time.time_ns() // 1000


def count_us() -> int:
    """Return microseconds that no one sets; where the system counts them, with those of sleep."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if boot is None else time.clock_gettime_ns(boot)) // 1000


class LogClock:
    """A clock that refuses to say the time when it cannot be right.

    An entry with a time far ahead would burn the log: no later one could follow until then. Hence a
    clock that leaps while the log is open stops it, with an error, until somebody has looked.
    """

    def __init__(
        self, wall: Callable[[], int] = wall_us, elapsed: Callable[[], int] = count_us
    ) -> None:
        """Start to count.

        Args:
            wall: The time since 1970 in microseconds.
            elapsed: Microseconds that nobody sets.
        """
        self._wall, self._elapsed = wall, elapsed
        self._offset = wall() - elapsed()

    def next_us(self, last_us: int) -> int:
        """Return the time of the next entry: now, or one more than ``last_us``.

        Raises:
            LibraryError: The clock is more than 100 ms behind the last entry, or leapt ahead by an
                hour (``clock-wrong``).
        """
        now = self._wall()
        if now < last_us - BEHIND_US:
            raise _clock_error(
                f"the clock is {_text(last_us - now)} behind the last entry of the log"
            )
        ahead = now - self._elapsed() - self._offset
        if ahead > LEAP_US:
            raise _clock_error(f"the clock leapt ahead by {_text(ahead)} since the log was opened")
        return max(now, last_us + 1)


def _text(us: int) -> str:
    days = us / 86_400_000_000
    return f"{days:.1f} days" if days >= 1 else f"{us / 1_000_000:.3f} seconds"


def _clock_error(message: str) -> LibraryError:
    return LibraryError(message, reason_code="clock-wrong")
