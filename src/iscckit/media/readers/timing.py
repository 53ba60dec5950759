"""Times of the frames of a video, by the rules of the ``ffmpeg`` command.

A Video-Code uses five frames per second, so it depends on timestamps. The timestamps of many files
are wrong or missing, and PyAV passes on what the decoder states. These rules give the times that
``ffmpeg`` passes to its filters: integers in units of the stream's time base.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from iscckit.media.readers.av import round_half_away

__all__ = ["Clock"]


@dataclass(slots=True)
class Clock:
    """Assigns times to the frames of one stream, in the order of decoding.

    Attributes:
        time_base: Seconds per unit.
        offset: Units added to the times that the file states.
        timestamps: Whether the container format has timestamps.
        average_rate: Frames per second that the container states, or None.
    """

    time_base: Fraction
    offset: int = 0
    timestamps: bool = True
    average_rate: Fraction | None = None
    _faulty_pts: int = 0
    _faulty_dts: int = 0
    _last_pts: int | None = None  # as stated; the counters compare these two kinds of times
    _last_dts: int | None = None
    _shown: int | None = None  # time of the last frame
    _estimate: int = 0  # duration of the last frame

    def stamp(
        self, pts: int | None, dts: int | None, duration: int | None, rate: Fraction | None
    ) -> tuple[int, int]:
        """Return the time and the duration of a frame.

        Args:
            pts: Presentation time that the decoder states, or None.
            dts: Decoding time of the packet, or None.
            duration: Duration that the decoder states; 0 or None if unknown.
            rate: Frames per second that the codec states, or None.
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
        """Return the time of the kind that decreased less often so far."""
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
        """Return the duration of a frame from the first source that has it."""
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
