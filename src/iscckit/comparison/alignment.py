"""Alignment of two contents: the parts that they share, and their places in both.

Texts and bytes are aligned by their content-defined chunks, sound and video by the times at which
they agree. Both give segments: a range in A, a range in B, and their agreement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Literal

from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from iscckit.json_types import JsonValue
    from iscckit.units.simprint import Simprint

__all__ = ["Alignment", "Segment", "TimeSeries", "align_chunks", "align_times"]

Scale = Literal["byte", "character", "second"]

_CHUNKS: Final = 20_000  # chunks of one side
_CODES: Final = 250_000  # codes of one side: half a day of video, eight hours of sound
_SLAB: Final = 512  # chunks of A that are compared with all of B at a time
_DRIFT: Final = 2  # steps by which two times of one line may drift apart
_GAP: Final = 25  # steps without agreement after which a segment ends
_LEAST: Final = 5  # the fewest agreeing steps of a segment
_COMMON: Final = 64  # codes with more matches than this occur everywhere and prove nothing


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of A and the part of B that it agrees with.

    Attributes:
        a: The offset and the size in A, in the scale of the alignment.
        b: The offset and the size in B.
        percent: The share of equal bits among the compared ones, in percent.
        chunks: The numbers of the chunks of A and B; None without chunks.
    """

    a: tuple[float, float]
    b: tuple[float, float]
    percent: float
    chunks: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the segment in JSON types, without the numbers of chunks."""
        return {"a": list(self.a), "b": list(self.b), "percent": round(self.percent, 2)}


@dataclass(frozen=True, slots=True)
class Alignment:
    """The alignment of two contents.

    Attributes:
        scale: The unit of all places and sizes.
        size_a: The size of A.
        size_b: The size of B.
        segments: The segments, sorted by their places in A.
        offset: The seconds by which the longest segment starts later in B than in A; None for
            chunks and without segments.
    """

    scale: Scale
    size_a: float
    size_b: float
    segments: tuple[Segment, ...]
    offset: float | None = None

    @property
    def covered(self) -> tuple[float, float]:
        """The shares of A and B that lie in segments, in percent."""
        return (
            _share([each.a for each in self.segments], self.size_a),
            _share([each.b for each in self.segments], self.size_b),
        )

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the alignment in JSON types."""
        a, b = self.covered
        return {
            "scale": self.scale,
            "size": {"a": self.size_a, "b": self.size_b},
            "coverage": {"a": a, "b": b},
            "offset": self.offset,
            "segments": [each.to_dict() for each in self.segments],
        }


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """The 64-bit codes of a recording at equidistant times.

    Attributes:
        codes: The codes in order of time.
        steps: The number of the step of each code.
        seconds: The length of a step in seconds.
        reach: The length of the passage that one code describes, in seconds.
        radius: The most differing bits of two codes of the same moment.
        duration: The length of the recording in seconds.
    """

    codes: NDArray[np.uint64]
    steps: NDArray[np.int64]
    seconds: float
    reach: float
    radius: int
    duration: float


def align_chunks(
    a: Sequence[Simprint], b: Sequence[Simprint], scale: Scale, *, threshold: float = 80.0
) -> Alignment:
    """Align two contents by their chunks.

    Equal chunks in the same order are paired first. Then every other chunk of A is paired with
    the most similar chunk of B, which also finds blocks that changed places.

    Args:
        a: The chunks of A in order; they may overlap. Bodies of different lengths are compared
            by their common prefix.
        b: The chunks of B in order; they may overlap.
        scale: The unit of their offsets.
        threshold: The least share of equal bits of a pair, in percent, 50 to 100.

    Raises:
        InvalidInput: The threshold is out of range, or a side has more than 20,000 chunks.
    """
    if not 50 <= threshold <= 100:
        raise InvalidInput(f"threshold must be 50 to 100 percent, got {threshold}")
    if max(len(a), len(b)) > _CHUNKS:
        raise InvalidInput(f"more than {_CHUNKS:,} chunks; choose a larger average")
    partners = _find_equal(a, b)
    partners |= _find_similar(a, b, set(partners), threshold)
    segments = tuple(
        Segment(_range(a[i]), _range(b[j]), percent, (i, j))
        for i, (j, percent) in sorted(partners.items())
    )
    return Alignment(scale, _end(a), _end(b), segments)


def align_times(a: TimeSeries, b: TimeSeries) -> Alignment:
    """Align two sound or video recordings by the moments at which they agree.

    Args:
        a: The codes of A.
        b: The codes of B, with the same step and radius.

    Raises:
        InvalidInput: Step or radius differ, or a side has more than 250,000 codes.
    """
    if max(len(a.codes), len(b.codes)) > _CODES:
        raise InvalidInput(f"more than {_CODES:,} codes; align parts of it")
    if (a.seconds, a.radius) != (b.seconds, b.radius):
        raise InvalidInput("series of different kinds cannot be aligned")
    segments: list[Segment] = []
    taken: set[int] = set()
    for line in _find_lines(a, b):
        kept = [hit for hit in line if hit[0] not in taken]
        for run in _split_line(kept):
            if len({at for at, _, _ in run}) < _LEAST:
                continue
            taken |= set(range(run[0][0], run[-1][0] + 1))
            segments.append(_make_segment(run, a, b))
    longest = max(segments, key=lambda each: each.a[1], default=None)
    offset = None if longest is None else round(longest.b[0] - longest.a[0], 3)
    segments.sort(key=lambda each: each.a)
    return Alignment("second", a.duration, b.duration, tuple(segments), offset)


def _find_equal(a: Sequence[Simprint], b: Sequence[Simprint]) -> dict[int, tuple[int, float]]:
    """Return the partners of chunks that are equal and in the same order."""
    # Frequent chunks anchor nothing (autojunk); ``_find_similar`` pairs them.
    matcher = SequenceMatcher(None, [each.body for each in a], [each.body for each in b])
    return {
        i + k: (j + k, 100.0) for i, j, count in matcher.get_matching_blocks() for k in range(count)
    }


def _find_similar(
    a: Sequence[Simprint], b: Sequence[Simprint], done: set[int], threshold: float
) -> dict[int, tuple[int, float]]:
    """Return the most similar chunk of B for each chunk of A without a partner."""
    import numpy as np  # slow to import

    rest = [i for i in range(len(a)) if i not in done]
    if not rest or not b:
        return {}
    size = min(len(each.body) for each in (*a, *b))
    whole = -(-size // 8)  # words; a body of 4 or 12 bytes fills half of its last word
    left, right = (
        np.frombuffer(
            b"".join(each.body[:size].ljust(8 * whole, b"\0") for each in side), np.uint64
        ).reshape(-1, whole)
        for side in ([a[i] for i in rest], b)
    )
    found: dict[int, tuple[int, float]] = {}
    for first in range(0, len(rest), _SLAB):
        slab = left[first : first + _SLAB]
        differing = np.zeros((len(slab), len(right)), np.uint16)
        for word in range(whole):
            differing += np.bitwise_count(slab[:, word, None] ^ right[None, :, word])
        nearest = differing.argmin(axis=1)
        for row, j in enumerate(nearest.tolist()):
            percent = 100 - 100 * int(differing[row, j]) / (8 * size)
            if percent >= threshold:
                found[rest[first + row]] = (j, percent)
    return found


def _range(chunk: Simprint) -> tuple[float, float]:
    return (chunk.offset, chunk.size)


def _end(chunks: Sequence[Simprint]) -> float:
    return max((each.offset + each.size for each in chunks), default=0)


Hit = tuple[int, int, int]  # step in A, step in B, differing bits


def _find_lines(a: TimeSeries, b: TimeSeries) -> list[list[Hit]]:
    """Return the agreements of each shift in time, those of the most frequent shift first."""
    import numpy as np

    votes: dict[int, list[Hit]] = defaultdict(list)
    steps = b.steps.tolist()
    for code, at in zip(a.codes, a.steps.tolist(), strict=True):
        differing = np.bitwise_count(b.codes ^ code)
        near = np.flatnonzero(differing <= a.radius)
        if len(near) > _COMMON:
            continue
        for k in near.tolist():
            votes[(steps[k] - at) // _DRIFT].append((at, steps[k], int(differing[k])))
    lines = [sorted(line + votes.get(number + 1, [])) for number, line in votes.items()]
    return sorted(lines, key=len, reverse=True)


def _split_line(line: list[Hit]) -> list[list[Hit]]:
    """Split a line at long gaps without agreement."""
    runs: list[list[Hit]] = []
    for hit in line:
        if not runs or hit[0] - runs[-1][-1][0] > _GAP:
            runs.append([])
        runs[-1].append(hit)
    return runs


def _make_segment(run: list[Hit], a: TimeSeries, b: TimeSeries) -> Segment:
    shift = sorted(other - at for at, other, _ in run)[len(run) // 2]
    start, end = run[0][0], run[-1][0]
    size = min((end - start) * a.seconds + a.reach, a.duration - start * a.seconds)
    in_b = max(0.0, (start + shift) * b.seconds)
    equal = 64 - sum(differing for _, _, differing in run) / len(run)
    return Segment(
        (round(start * a.seconds, 3), round(size, 3)),
        (round(in_b, 3), round(min(size, b.duration - in_b), 3)),
        100 * equal / 64,
    )


def _share(places: list[tuple[float, float]], whole: float) -> float:
    """Return the share of ``whole`` that the places cover together, in percent."""
    covered, reached = 0.0, 0.0
    for start, size in sorted(places):
        covered += max(0.0, start + size - max(start, reached))
        reached = max(reached, start + size)
    return round(100 * covered / whole, 2) if whole else 0.0
