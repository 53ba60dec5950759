"""Where the scenes of a video change, and which frame signatures belong to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from iscckit.media.base import Scene
from iscckit.media.readers.av import pull_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.filter import Graph
    from av.video.frame import VideoFrame

__all__ = ["CutDetector", "divide_scenes"]

_LIMIT: Final = 0.4  # scores from here on are a change of scene
_SCORE: Final = "lavfi.scene_score"
_DIGITS: Final = 3  # times are in milliseconds

FILTER: Final = ("select", "gte(scene,0)")  # passes every frame, with a score of how new it is


class CutDetector:
    """Watches all frames of a video go by and notes where a new scene starts."""

    def __init__(self, graph_of: Callable[[VideoFrame], Graph]) -> None:
        """Take ``graph_of``, which makes a graph of ``FILTER`` for frames like the given one."""
        self._graph_of = graph_of
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None
        self._times: list[float] = []
        self._last = 0.0

    def watch(self, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """Yield ``frames`` unchanged."""
        for frame in frames:
            shape = frame.width, frame.height, frame.format.name
            if self._graph is None or shape != self._shape:
                self._finish()
                self._graph, self._shape = self._graph_of(frame), shape
            self._graph.push(frame)
            self._note(self._graph)
            yield frame
        self._finish()

    def _finish(self) -> None:
        if self._graph is not None:
            self._graph.push(None)
            self._note(self._graph)

    def _note(self, graph: Graph) -> None:
        for frame in pull_frames(graph):
            self._last = round(float(frame.pts * frame.time_base), _DIGITS)
            if float(frame.metadata.get(_SCORE, 0)) >= _LIMIT:
                self._times.append(self._last)

    def times(self) -> list[float]:
        """Return the times, in seconds, at which scenes end.

        The reference SDK closes the last scene with the last frame, then leaves out the first
        change (which is often that from black to the first picture).
        """
        times = self._times
        if times and times[-1] != self._last:
            times = [*times, self._last]
        return times[1:]


def divide_scenes(elapsed: Sequence[Fraction], cuts: Sequence[float]) -> tuple[Scene, ...]:
    """Divide signatures among scenes.

    A scene takes the signatures up to and with the first at or after its end; what follows the
    last cut that a signature reaches belongs to none. Without any scene the whole video is one.

    Args:
        elapsed: When each signature is shown, in seconds.
        cuts: When scenes end, in seconds, ascending.
    """
    found: list[Scene] = []
    first, start = 0, 0.0
    for cut in cuts:
        last = next((i for i in range(first, len(elapsed)) if elapsed[i] >= cut), None)
        if last is None:
            break
        begin = found[-1].start + found[-1].duration if found else 0.0
        found.append(
            Scene(first, last + 1 - first, round(begin, _DIGITS), round(cut - start, _DIGITS))
        )
        first, start = last + 1, cut
    if not found and elapsed:
        found.append(Scene(0, len(elapsed), 0.0, float(elapsed[-1])))
    return tuple(found)
