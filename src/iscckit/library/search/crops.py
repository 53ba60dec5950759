"""Pictures of which another one is a part, or which are a part of it.

Keypoints of both that look alike propose how one lies on the other; those in line are counted, and
the best proposals are checked by laying the query on the small picture that the library keeps.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import Keypoints, find_keypoints, integral, windows
from iscckit.algorithms.registration import Fit, registered
from iscckit.library.catalog.fingerprints import keypoint_codes, unpack_keypoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.index.partitions import Partition
    from iscckit.media.regions import Grid

__all__ = ["Crop", "find_crops"]

_MOST: Final = 150  # keypoints of the query
_MOST_TURNED: Final = 75  # the same in each of the other orientations
_LARGEST: Final = 200.0  # pixels: side of their windows
_RADII: Final = ((20_000_000, 8), (60_000_000, 6))  # rows up to which, and bits of 64
_LEAST_RADIUS: Final = 4
_SCALES: Final = (0.3, 3.0)  # of the item's grid to the query's
_SLACK_SCALE: Final = 0.25  # octaves that two keypoints in line may differ
_SLACK_PLACE: Final = 24.0  # pixels of the grid, likewise
_FARTHEST: Final = 64  # hits of one item that are compared with each other
_CHECKED: Final = 48  # proposals that are checked
_LIKE: Final = 0.85  # least correlation
_DETAILED: Final = 0.8  # least correlation of the detail
_FEW: Final = 3  # keypoints: with fewer in line, the detail must be the same
_SAME: Final = 0.92
_CONTRAST: Final = 1.0  # grey values: less detail shows nothing
_PIXELS: Final = 1000  # of the 4,096 that are kept: what both show is at least so large
_SHARE: Final = 0.7  # of one of them, at least, that both show
_PATCH: Final = 16  # pixels of detail that count as one: neighbours depend on each other
_BITS: Final = 300.0  # of evidence at most


@dataclass(frozen=True, slots=True)
class Crop:
    """How the query and the picture of an item lie on each other.

    Attributes:
        turn: Number of the query's orientation.
        box: Left, top, right and lower edge of what both show, as shares of the item's picture.
        query_box: The same as shares of the query, as it was turned.
        likeness: Their correlation there.
        keypoints: That are in line.
        evidence: In bits.
    """

    turn: int
    box: tuple[float, float, float, float]
    query_box: tuple[float, float, float, float]
    likeness: float
    keypoints: int
    evidence: float


@dataclass(frozen=True, slots=True)
class _Proposal:
    item: int
    turn: int
    votes: int
    scale: float
    x: float  # where in the item's grid the middle of the query lies
    y: float


def find_crops(grid: Grid, partition: Partition, catalog: Catalog) -> dict[int, Crop]:
    """Return the items that show a part of the query, or all of it, each with the best place."""
    found: dict[int, Crop] = {}
    if not len(partition):
        return found
    grey = grid.array()
    turned = [np.rot90(side, turns) for side in (grey, grey[:, ::-1]) for turns in range(4)]
    sums: dict[int, NDArray[np.float64]] = {}
    for each in _proposals(grey, partition):
        if each.turn not in sums:
            sums[each.turn] = integral(turned[each.turn])
        crop = _checked(each, turned[each.turn].shape, sums[each.turn], catalog)
        old = found.get(each.item)
        if crop is not None and (old is None or _sureness(old) < _sureness(crop)):
            found[each.item] = crop
    return found


def _sureness(crop: Crop) -> tuple[float, float]:
    return crop.evidence, crop.likeness


def _radius(rows: int) -> int:
    """Return how far codes of keypoints may be apart: in a large library chance gives too many."""
    return next((radius for most, radius in _RADII if rows <= most), _LEAST_RADIUS)


def _proposals(grey: NDArray[np.uint8], partition: Partition) -> list[_Proposal]:
    """Return where the query may lie on items, those with most keypoints in line first."""
    keypoints = find_keypoints(grey, most=_MOST, largest=_LARGEST)
    cut = windows(grey, keypoints)
    radius = _radius(len(partition))
    hits: list[NDArray[np.float64]] = []
    for turn in range(8):
        count = _MOST if turn == 0 else _MOST_TURNED
        pictures = cut[:count, :, ::-1] if turn >= 4 else cut[:count]
        codes = keypoint_codes(np.rot90(pictures, turn % 4, axes=(1, 2)))
        numbers, items, places = partition.all_within(codes, radius)
        if len(items):
            hits.append(_lines(_turned(keypoints, grey.shape, turn), turn, numbers, items, places))
    if not hits:
        return []
    lines = np.concatenate(hits)
    lines = lines[(lines[:, 2] >= log2(_SCALES[0])) & (lines[:, 2] <= log2(_SCALES[1]))]
    return _counted(lines[np.lexsort((lines[:, 1], lines[:, 0]))])


def _turned(keypoints: Keypoints, shape: tuple[int, ...], turn: int) -> NDArray[np.float64]:
    """Return x, y from the middle of the picture, and side of keypoints after a turn."""
    x, y = keypoints.x - shape[1] / 2, keypoints.y - shape[0] / 2
    if turn >= 4:
        x = -x
    for _ in range(turn % 4):  # a quarter to the left
        x, y = y, -x
    return np.stack([x, y, keypoints.side])


def _lines(
    keypoints: NDArray[np.float64],
    turn: int,
    numbers: Sequence[int] | NDArray[np.int64],
    items: NDArray[np.int64],
    places: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return item, turn, octaves of scale and place of the query's middle for each hit."""
    x, y, side = keypoints[:, numbers]
    there = unpack_keypoints(places)
    scale = there.side / side
    where = (there.x - x * scale, there.y - y * scale)
    return np.stack([items, np.full(len(items), turn), np.log2(scale), *where], axis=1)


def _counted(lines: NDArray[np.float64]) -> list[_Proposal]:
    """Return the best proposal of each item and turn, from hits in their order."""
    votes = np.ones(len(lines), np.int64)
    for lag in range(1, min(_FARTHEST, len(lines) - 1) + 1):
        a, b = lines[:-lag], lines[lag:]
        same = (a[:, 0] == b[:, 0]) & (a[:, 1] == b[:, 1])
        if not same.any():
            break
        near = np.flatnonzero(same & _in_line(a, b))
        votes[near] += 1
        votes[near + lag] += 1
    best: dict[tuple[int, int], int] = {}
    for row in np.argsort(-votes, kind="stable").tolist():
        key = int(lines[row, 0]), int(lines[row, 1])
        if key not in best:
            best[key] = row
            if len(best) == _CHECKED:
                break
    return [_proposal(lines, row, int(votes[row])) for row in best.values()]


def _in_line(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = (
        (np.abs(a[:, 2] - b[:, 2]) < _SLACK_SCALE)
        & (np.abs(a[:, 3] - b[:, 3]) < _SLACK_PLACE)
        & (np.abs(a[:, 4] - b[:, 4]) < _SLACK_PLACE)
    )
    return near


def _proposal(lines: NDArray[np.float64], row: int, votes: int) -> _Proposal:
    one = lines[row : row + 1]
    first, last = np.searchsorted(lines[:, 0], one[0, 0] + np.array([-0.5, 0.5]))
    others = lines[first:last]
    others = others[(others[:, 1] == one[0, 1]) & _in_line(others, one)]
    octaves, x, y = np.median(others[:, 2:], axis=0).tolist()
    return _Proposal(int(one[0, 0]), int(one[0, 1]), votes, 2.0**octaves, x, y)


def _checked(
    proposal: _Proposal,
    shape: tuple[int, ...],
    sums: NDArray[np.float64],
    catalog: Catalog,
) -> Crop | None:
    """Lay the query on the small picture of an item; None if they do not agree."""
    for kind, codes, places, _ in catalog.fingerprints_of(proposal.item):
        if kind == "grid":
            width, height, columns, rows = np.frombuffer(places, "<u4").tolist()
            still = np.frombuffer(zlib.decompress(codes), np.uint8).reshape(rows, columns)
            break
    else:
        return None
    across, down = columns / width, rows / height
    half_x, half_y = (proposal.scale * side / 2 for side in (shape[1], shape[0]))
    start = (
        (proposal.x - half_x) * across,
        (proposal.y - half_y) * down,
        (proposal.x + half_x) * across,
        (proposal.y + half_y) * down,
    )
    fit = registered(still, sums, start)
    if fit is None or fit.pixels < _PIXELS or fit.contrast < _CONTRAST:
        return None
    if fit.likeness < _LIKE or fit.detail < (_DETAILED if proposal.votes >= _FEW else _SAME):
        return None
    box, query_box = _boxes(fit, columns, rows)
    if max(_area(box), _area(query_box)) < _SHARE:
        return None
    independent = fit.pixels / _PATCH
    evidence = min(_BITS, -independent / 2 * log2(max(1 - fit.detail**2, 1e-12)))
    return Crop(proposal.turn, box, query_box, fit.likeness, proposal.votes, evidence)


def _area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _boxes(
    fit: Fit, columns: int, rows: int
) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]]:
    """Return what both show as shares of the item, and of the query."""
    left, top = max(0.0, fit.left), max(0.0, fit.top)
    right, bottom = min(float(columns), fit.right), min(float(rows), fit.bottom)
    width, height = fit.right - fit.left, fit.bottom - fit.top
    return (
        (left / columns, top / rows, right / columns, bottom / rows),
        (
            (left - fit.left) / width,
            (top - fit.top) / height,
            (right - fit.left) / width,
            (bottom - fit.top) / height,
        ),
    )
