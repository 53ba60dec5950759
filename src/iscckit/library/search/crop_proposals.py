"""Proposals how a query may lie on pictures: the places at which most keypoints agree."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import Keypoints
from iscckit.library.fingerprints import unpack_keypoints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from iscckit.library.partitions.partition import CodeHits
    from iscckit.library.search.candidates import KeypointHits

    RankKeys = Callable[[set[int]], Mapping[int, tuple[bytes, bytes]]]

__all__ = ["Proposal", "propose"]

_SCALES: Final = (0.3, 3.0)  # of the item's grid to the query's
_SLACK_SCALE: Final = 0.25  # octaves by which the scales of two inliers may differ
_SLACK_PLACE: Final = 24.0  # pixels of the grid by which their places may differ
_FARTHEST: Final = 64  # hits of one item that are compared with each other
_CHECKED: Final = 48  # proposals that are checked


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guess how the query lies on an item.

    Attributes:
        item: Number of the item.
        turn: Orientation of the query.
        inliers: Number of keypoints whose places fit.
        scale: Scale of the item's grid to the query's.
        x: Column of the item's grid in which the middle of the query lies.
        y: Row of the item's grid in which the middle of the query lies.
    """

    item: int
    turn: int
    inliers: int
    scale: float
    x: float
    y: float


def propose(hits: KeypointHits, rank_keys: RankKeys) -> list[Proposal]:
    """Return how the query may lie on items, the proposals with most inliers first.

    Args:
        hits: Keypoints near those of the query.
        rank_keys: Returns what breaks ties between items: datahash and path of each.
    """
    votes = [
        _votes(_turn(hits.keypoints, hits.shape, each.turn), each.turn, each.hits)
        for each in hits.turns
    ]
    if not votes:
        return []
    lines: NDArray[np.float64] = np.concatenate(votes)
    lines = lines[(lines[:, 2] >= log2(_SCALES[0])) & (lines[:, 2] <= log2(_SCALES[1]))]
    if not len(lines):
        return []
    lines = lines[np.lexsort((lines[:, 1], lines[:, 0]))]
    counts = _count_votes(lines)
    chosen = _choose_rows(lines, counts, rank_keys)
    return [_make_proposal(lines, row, int(counts[row])) for row in chosen]


def _turn(keypoints: Keypoints, shape: tuple[int, ...], turn: int) -> NDArray[np.float64]:
    """Return x and y from the middle of the picture, and side, of keypoints after a turn."""
    x, y = keypoints.x - shape[1] / 2, keypoints.y - shape[0] / 2
    if turn >= 4:
        x = -x
    for _ in range(turn % 4):  # a quarter to the left
        x, y = y, -x
    return np.stack([x, y, keypoints.side])


def _votes(keypoints: NDArray[np.float64], turn: int, hits: CodeHits) -> NDArray[np.float64]:
    """Return item, turn, octaves of scale, and place of the query's middle, for each hit."""
    x, y, side = keypoints[:, hits.queries]
    there = unpack_keypoints(hits.places)
    scale = there.side / side
    middle = (there.x - x * scale, there.y - y * scale)
    count = len(hits.items)
    return np.stack([hits.items, np.full(count, turn), np.log2(scale), *middle], axis=1)


def _count_votes(lines: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of votes of the same item and turn that agree with each vote.

    Args:
        lines: Votes, sorted by item and turn.
    """
    votes = np.ones(len(lines), np.int64)
    for lag in range(1, min(_FARTHEST, len(lines) - 1) + 1):
        a, b = lines[:-lag], lines[lag:]
        same = (a[:, 0] == b[:, 0]) & (a[:, 1] == b[:, 1])
        if not same.any():
            break
        near = np.flatnonzero(same & _agree(a, b))
        votes[near] += 1
        votes[near + lag] += 1
    return votes


def _choose_rows(
    lines: NDArray[np.float64], votes: NDArray[np.int64], rank_keys: RankKeys
) -> list[int]:
    """Return the row with most votes of each item and turn, for those with most votes of all.

    Where more of them have equally many votes than can be checked, datahash and path decide: the
    numbers of items depend on the order in which files were scanned.
    """
    starts = np.flatnonzero(np.r_[True, np.diff(lines[:, :2], axis=0).any(axis=1)])
    most = np.maximum.reduceat(votes, starts)
    groups = np.arange(len(starts))
    if len(starts) > _CHECKED:
        least = np.partition(most, -_CHECKED)[-_CHECKED]
        sure, tied = np.flatnonzero(most > least), np.flatnonzero(most == least)
        items = lines[starts[tied], 0].astype(np.int64).tolist()
        keys = rank_keys(set(items))
        order = sorted(range(len(tied)), key=lambda i: (keys.get(items[i], (b"", b"")), i))
        groups = np.sort(np.r_[sure, tied[order[: _CHECKED - len(sure)]]])
    ends = np.r_[starts[1:], len(votes)]
    rows = [int(starts[g] + np.argmax(votes[starts[g] : ends[g]])) for g in groups.tolist()]
    return sorted(rows, key=lambda row: (-int(votes[row]), row))


def _agree(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which votes of two arrays agree in scale and place."""
    near: NDArray[np.bool_] = (
        (np.abs(a[:, 2] - b[:, 2]) < _SLACK_SCALE)
        & (np.abs(a[:, 3] - b[:, 3]) < _SLACK_PLACE)
        & (np.abs(a[:, 4] - b[:, 4]) < _SLACK_PLACE)
    )
    return near


def _make_proposal(lines: NDArray[np.float64], row: int, votes: int) -> Proposal:
    """Return the median of all votes that agree with one of them."""
    one = lines[row : row + 1]
    first, last = np.searchsorted(lines[:, 0], one[0, 0] + np.array([-0.5, 0.5]))
    others = lines[first:last]
    others = others[(others[:, 1] == one[0, 1]) & _agree(others, one)]
    octaves, x, y = np.median(others[:, 2:], axis=0).tolist()
    return Proposal(int(one[0, 0]), int(one[0, 1]), votes, 2.0**octaves, x, y)
