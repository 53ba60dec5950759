"""When each picture of a video is shown: the rules of the ``ffmpeg`` command.

A Video-Code looks at five pictures a second, so it depends on timestamps. Files state them badly
in many ways, and PyAV hands over what the decoder says; these rules give what ``ffmpeg`` feeds
into its filters. Times are integers in units of the stream's time base.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from iscckit.media.readers.av import round_half_away

__all__ = ["Clock"]


@dataclass(slots=True)
class Clock:
    """Gives the pictures of one stream their times, in the order of decoding.

    Attributes:
        time_base: Seconds a unit.
        offset: Units that are added to what the file states.
        timestamps: Whether the format has timestamps at all.
        average_rate: Pictures a second by the container, or None.
    """

    time_base: Fraction
    offset: int = 0
    timestamps: bool = True
    average_rate: Fraction | None = None
    _faulty_pts: int = 0
    _faulty_dts: int = 0
    _last_pts: int | None = None  # as stated; these two choose between both kinds
    _last_dts: int | None = None
    _shown: int | None = None  # the time of the last picture
    _estimate: int = 0  # how long the last picture is shown

    def stamp(
        self, pts: int | None, dts: int | None, duration: int | None, rate: Fraction | None
    ) -> tuple[int, int]:
        """Return when a picture is shown, and for how long.

        Args:
            pts: What the decoder says about the time of showing.
            dts: The time of decoding of its packet.
            duration: What the decoder says; 0 or None if unknown.
            rate: Pictures a second by the codec, or None.
        """
        if not self.timestamps:
            pts = dts = None
        time = self._choose(
            None if pts is None else pts + self.offset, None if dts is None else dts + self.offset
        )
        if time is None:
            time = 0 if self._shown is None else self._shown + self._estimate
        gap = -1 if self._shown is None else time - self._shown
        self._estimate = self._length(duration or 0, gap, rate)
        self._shown = time
        return time, self._estimate

    def _choose(self, pts: int | None, dts: int | None) -> int | None:
        """Return the one of both times that went backwards less often."""
        if dts is not None:
            self._faulty_dts += self._last_dts is not None and dts <= self._last_dts
            self._last_dts = dts
        elif pts is not None:
            self._last_dts = pts
        if pts is not None:
            self._faulty_pts += self._last_pts is not None and pts <= self._last_pts
            self._last_pts = pts
        elif dts is not None:
            self._last_pts = dts
        if pts is not None and (self._faulty_pts <= self._faulty_dts or dts is None):
            return pts
        return dts

    def _length(self, duration: int, gap: int, rate: Fraction | None) -> int:
        """Return how long a picture is shown, by the first source that knows."""
        if duration > 0 and self.timestamps and not (duration == 1 and gap > 2):
            return duration
        codec = round_half_away(1 / rate / self.time_base) if rate else 0
        if codec > 0 and not self.timestamps:
            return codec
        for length in (gap, duration, codec):
            if length > 0:
                return length
        if self.average_rate:
            return max(round_half_away(1 / self.average_rate / self.time_base), 1)
        return max(self._estimate, 1)
