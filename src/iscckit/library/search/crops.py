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

from iscckit.algorithms.keypoints import integral_image
from iscckit.algorithms.registration import Fit, register
from iscckit.library.search.crop_proposals import Proposal, propose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.catalog.item import Fingerprints
    from iscckit.library.search.candidates import KeypointHits
    from iscckit.library.search.match import Box
    from iscckit.media.picture_grid import Grid

__all__ = ["Crop", "SmallPicture", "find_crops", "lay", "read_picture"]

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
class SmallPicture:
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
    if grid is None or hits is None:
        return {}
    proposals = propose(hits, catalog.rank_keys)
    items = {each.item for each in proposals}
    return lay(
        grid, proposals, {item: read_picture(catalog.fingerprints_of(item)) for item in items}
    )


def lay(
    grid: Grid, proposals: Iterable[Proposal], pictures: Mapping[int, SmallPicture | None]
) -> dict[int, Crop]:
    """Lay the query on pictures as proposed, and return what agrees best with each item.

    Args:
        grid: The query in grey.
        proposals: How the query may lie on items.
        pictures: Small picture of each of these items; None where there is none.
    """
    crops: dict[int, Crop] = {}
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


def read_picture(found: Iterable[Fingerprints]) -> SmallPicture | None:
    """Return the small picture among fingerprints; None if there is none."""
    for prints in found:
        if prints.kind == "grid":
            width, height, columns, rows = np.frombuffer(prints.places, "<u4").tolist()
            values = np.frombuffer(zlib.decompress(prints.codes), np.uint8)
            return SmallPicture(values.reshape(rows, columns), width, height)
    return None


def _check(
    proposal: Proposal,
    shape: tuple[int, ...],
    sums: NDArray[np.float64],
    picture: SmallPicture,
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
