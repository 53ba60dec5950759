"""Changes of scene in a video, and the frame signatures of each scene."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from iscckit.media.content_values import Scene
from iscckit.media.readers.av import pull_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.filter import Graph
    from av.video.frame import VideoFrame

__all__ = ["CutDetector", "divide_scenes"]

_LIMIT: Final = 0.4  # a score from here on is a change of scene
_SCORE: Final = "lavfi.scene_score"
_DIGITS: Final = 3  # decimals of times: milliseconds

FILTER: Final = ("select", "gte(scene,0)")  # passes all frames and adds the score of the change


class CutDetector:
    """Finds the changes of scene while the frames of a video pass."""

    def __init__(self, graph_of: Callable[[VideoFrame], Graph]) -> None:
        """Take ``graph_of``, which returns a graph with ``FILTER`` for a frame's format."""
        self._graph_of = graph_of
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None
        self._times: list[float] = []
        self._last = 0.0

    def watch(self, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """Yield ``frames`` unchanged, and find the changes of scene on the way."""
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
        """Return the times in seconds at which scenes end.

        The last scene ends with the last frame. The first change (often from black to the first
        picture) is left out. Both rules are those of the reference SDK.
        """
        times = self._times
        if times and times[-1] != self._last:
            times = [*times, self._last]
        return times[1:]


def divide_scenes(elapsed: Sequence[Fraction], cuts: Sequence[float]) -> tuple[Scene, ...]:
    """Divide signatures into scenes.

    A scene includes the first signature at or after its end. Signatures behind the last cut that
    a signature reaches belong to no scene. A video without scenes is one scene.

    Args:
        elapsed: Time of each signature in seconds.
        cuts: Ends of scenes in seconds, ascending.
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
