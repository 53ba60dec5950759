"""Crops: pictures that show a part of the query, or of which the query shows a part.

Keypoints of both pictures that look alike propose how one lies on the other. The proposals with
most keypoints in agreement are checked: the query is laid on the small picture that the library
keeps of the item.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import Keypoints, integral_image
from iscckit.algorithms.registration import Fit, register
from iscckit.library.catalog.fingerprints import unpack_keypoints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.partitions.partition import CodeHits
    from iscckit.library.search.candidates import KeypointHits
    from iscckit.library.search.match import Box
    from iscckit.media.picture_grid import Grid

__all__ = ["Crop", "find_crops"]

_SCALES: Final = (0.3, 3.0)  # of the item's grid to the query's
_SLACK_SCALE: Final = 0.25  # octaves by which the scales of two inliers may differ
_SLACK_PLACE: Final = 24.0  # pixels of the grid by which their places may differ
_FARTHEST: Final = 64  # hits of one item that are compared with each other
_CHECKED: Final = 48  # proposals that are checked
_LEAST_CORRELATION: Final = 0.85
_LEAST_DETAIL: Final = 0.8  # correlation of the detail
_FEW: Final = 3  # inliers: with fewer, the detail must agree better
_LEAST_DETAIL_OF_FEW: Final = 0.92
_CONTRAST: Final = 1.0  # grey values: a picture with less detail shows nothing
_PIXELS: Final = 1000  # of the 4,096 pixels of the small picture, at least, that both show
_SHARE: Final = 0.7  # of one of the pictures, at least, that both show
_WHOLE: Final = 0.015  # of a side: a picture that is cut by less counts as whole
_PATCH: Final = 16  # pixels of detail that count as one, because neighbours depend on each other
_BITS: Final = 300.0  # of evidence at most


@dataclass(frozen=True, slots=True)
class Crop:
    """How the query and the picture of an item lie on each other.

    Attributes:
        turn: Orientation of the query; see ``matches.Region``.
        box: Part of the item's picture that both show; None for all of it.
        query_box: Part of the query, after its turn, that both show; None for all of it.
        correlation: Correlation of what both show, -1 to 1.
        inliers: Number of keypoints whose places fit.
        evidence: Evidence of the agreement, in bits.
    """

    turn: int
    box: Box | None
    query_box: Box | None
    correlation: float
    inliers: int
    evidence: float


@dataclass(frozen=True, slots=True)
class _Proposal:
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


@dataclass(frozen=True, slots=True)
class _SmallPicture:
    """Picture of an item as the library keeps it.

    Attributes:
        pixels: Grey values.
        width: Width of the grid in which the item's keypoints lie.
        height: Height of that grid.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int


def find_crops(grid: Grid | None, hits: KeypointHits | None, catalog: Catalog) -> dict[int, Crop]:
    """Return how the query lies on each item that shows a part of it, or all of it.

    Args:
        grid: The query in grey; None for a query that is not a picture.
        hits: Keypoints of the library near those of the query; None if there are none.
        catalog: Catalog of the library.
    """
    crops: dict[int, Crop] = {}
    if grid is None or hits is None:
        return crops
    proposals = _propose(hits)
    pictures = {item: _read_picture(catalog, item) for item in {each.item for each in proposals}}
    grey = grid.array()
    turned = [np.rot90(side, turns) for side in (grey, grey[:, ::-1]) for turns in range(4)]
    sums: dict[int, NDArray[np.float64]] = {}
    for proposal in proposals:
        turn, picture = proposal.turn, pictures[proposal.item]
        if picture is None:
            continue
        if turn not in sums:
            sums[turn] = integral_image(turned[turn])
        crop = _check(proposal, turned[turn].shape, sums[turn], picture)
        best = crops.get(proposal.item)
        if crop is not None and (best is None or _certainty(best) < _certainty(crop)):
            crops[proposal.item] = crop
    return crops


def _certainty(crop: Crop) -> tuple[float, float]:
    return crop.evidence, crop.correlation


def _propose(hits: KeypointHits) -> list[_Proposal]:
    """Return how the query may lie on items, the proposals with most inliers first."""
    votes = [
        _votes(_turn(hits.keypoints, hits.shape, each.turn), each.turn, each.hits)
        for each in hits.turns
    ]
    if not votes:
        return []
    lines = np.concatenate(votes)
    lines = lines[(lines[:, 2] >= log2(_SCALES[0])) & (lines[:, 2] <= log2(_SCALES[1]))]
    return _count_votes(lines[np.lexsort((lines[:, 1], lines[:, 0]))])


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


def _count_votes(lines: NDArray[np.float64]) -> list[_Proposal]:
    """Return the best proposal of each item and turn.

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
    best: dict[tuple[int, int], int] = {}
    for row in np.argsort(-votes, kind="stable").tolist():
        key = int(lines[row, 0]), int(lines[row, 1])
        if key not in best:
            best[key] = row
            if len(best) == _CHECKED:
                break
    return [_make_proposal(lines, row, int(votes[row])) for row in best.values()]


def _agree(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which votes of two arrays agree in scale and place."""
    near: NDArray[np.bool_] = (
        (np.abs(a[:, 2] - b[:, 2]) < _SLACK_SCALE)
        & (np.abs(a[:, 3] - b[:, 3]) < _SLACK_PLACE)
        & (np.abs(a[:, 4] - b[:, 4]) < _SLACK_PLACE)
    )
    return near


def _make_proposal(lines: NDArray[np.float64], row: int, votes: int) -> _Proposal:
    """Return the median of all votes that agree with one of them."""
    one = lines[row : row + 1]
    first, last = np.searchsorted(lines[:, 0], one[0, 0] + np.array([-0.5, 0.5]))
    others = lines[first:last]
    others = others[(others[:, 1] == one[0, 1]) & _agree(others, one)]
    octaves, x, y = np.median(others[:, 2:], axis=0).tolist()
    return _Proposal(int(one[0, 0]), int(one[0, 1]), votes, 2.0**octaves, x, y)


def _read_picture(catalog: Catalog, item: int) -> _SmallPicture | None:
    """Return the small picture of an item; None if the library has none."""
    for prints in catalog.fingerprints_of(item):
        if prints.kind == "grid":
            width, height, columns, rows = np.frombuffer(prints.places, "<u4").tolist()
            values = np.frombuffer(zlib.decompress(prints.codes), np.uint8)
            return _SmallPicture(values.reshape(rows, columns), width, height)
    return None


def _check(
    proposal: _Proposal,
    shape: tuple[int, ...],
    sums: NDArray[np.float64],
    picture: _SmallPicture,
) -> Crop | None:
    """Lay the query on the small picture of an item; None if both do not agree.

    Args:
        proposal: How the query may lie on the item.
        shape: Rows and columns of the query after its turn.
        sums: Integral image of the query after its turn.
        picture: Small picture of the item.
    """
    rows, columns = picture.pixels.shape
    across, down = columns / picture.width, rows / picture.height
    half_x, half_y = (proposal.scale * side / 2 for side in (shape[1], shape[0]))
    start = (
        (proposal.x - half_x) * across,
        (proposal.y - half_y) * down,
        (proposal.x + half_x) * across,
        (proposal.y + half_y) * down,
    )
    fit = register(picture.pixels, sums, start)
    if fit is None or fit.pixels < _PIXELS or fit.contrast < _CONTRAST:
        return None
    least = _LEAST_DETAIL if proposal.inliers >= _FEW else _LEAST_DETAIL_OF_FEW
    if fit.likeness < _LEAST_CORRELATION or fit.detail < least:
        return None
    box, query_box = _boxes(fit, columns, rows)
    if max(_area(box), _area(query_box)) < _SHARE:
        return None
    independent = fit.pixels / _PATCH
    evidence = min(_BITS, -independent / 2 * log2(max(1 - fit.detail**2, 1e-12)))
    return Crop(
        proposal.turn, _part(box), _part(query_box), fit.likeness, proposal.inliers, evidence
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _part(box: Box) -> Box | None:
    """Return the box; None if it is almost the whole picture."""
    left, top, right, bottom = box
    return box if max(left, top, 1 - right, 1 - bottom) > _WHOLE else None


def _boxes(fit: Fit, columns: int, rows: int) -> tuple[Box, Box]:
    """Return what both show as a part of the item, and as a part of the query."""
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
