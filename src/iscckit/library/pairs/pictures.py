"""Pictures that show a part of each other, in any orientation, or lie in a document."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.hamming import equal_bits
from iscckit.comparison.part import Part, Place
from iscckit.library.fingerprints import grid_fingerprints
from iscckit.library.partitions.partition import CodeHits
from iscckit.library.search.candidates import KEYPOINT_RADIUS, match_keypoints
from iscckit.library.search.crop_proposals import propose
from iscckit.library.search.crops import lay, read_picture
from iscckit.library.search.evidence import picture_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from iscckit.comparison.part import Box
    from iscckit.library.search.crops import Crop
    from iscckit.library.search.query import Query, Variant

__all__ = ["find_picture"]

_BITS: Final = 256


def find_picture(a: Query, b: Query) -> Part | None:
    """Return what two pictures share, or where a picture lies in a document; None if nowhere."""
    first, second = sorted((a, b), key=_order)
    swapped = first is not a
    found = _by_crop(first, second) or _swap(_by_crop(second, first))
    if found is None:
        parts = [*_by_code(first, second), *map(Part.swap, _by_code(second, first))]
        found = max(parts, key=lambda part: part.evidence, default=None)
    return _swap(found) if swapped else found


def _swap(part: Part | None) -> Part | None:
    return None if part is None else part.swap()


def _order(query: Query) -> tuple[int, bytes]:
    grid = query.grid
    return (0 if grid is None else grid.width * grid.height, query.datahash)


def _by_crop(query: Query, other: Query) -> Part | None:
    """Lay one picture on the other where their keypoints agree."""
    if query.grid is None or other.grid is None:
        return None
    prints = grid_fingerprints(other.grid)
    spots = prints[0]
    codes = np.frombuffer(spots.codes, ">u8").astype(np.uint64)
    places = np.frombuffer(spots.places, "<u4").astype(np.int64)
    hits = match_keypoints(query.grid, lambda asked: _near(asked, codes, places))
    crop = lay(query.grid, propose(hits, lambda _: {}), {0: read_picture(prints)}).get(0)
    return None if crop is None else _part_of(crop)


def _near(
    asked: NDArray[np.uint64], codes: NDArray[np.uint64], places: NDArray[np.int64]
) -> CodeHits:
    near = np.bitwise_count(asked[:, None] ^ codes[None, :]) <= KEYPOINT_RADIUS
    queries, rows = np.nonzero(near)
    return CodeHits(queries, np.zeros(len(rows), np.int64), places[rows])


def _part_of(crop: Crop) -> Part:
    own = None if crop.query_box is None else _upright(crop.query_box, crop.turn)
    return Part(
        "picture",
        Place(_area(own), box=own),
        Place(_area(crop.box), box=crop.box),
        max(0.0, crop.correlation),
        crop.evidence,
        crop.turn,
    )


def _area(box: Box | None) -> float:
    return 1.0 if box is None else (box[2] - box[0]) * (box[3] - box[1])


def _upright(box: Box, turn: int) -> Box:
    """Return a region of a turned picture as a region of the picture itself."""
    left, top, right, bottom = box
    for _ in range(turn % 4):  # a quarter to the right undoes one to the left
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return (1 - right, top, 1 - left, bottom) if turn >= 4 else (left, top, right, bottom)


def _by_code(query: Query, other: Query) -> Iterator[Part]:
    """Yield how the codes of a picture agree with another one, and with those of a document."""
    whole = [each.body for each in other.variants if each.turn == 0 and each.cut is None]
    if whole:
        yield from _nearest(query.variants, whole, [Place(1.0)])
    if query.grid is None or other.record is None:
        return
    for features in other.record.features:
        if features.segment == "picture":
            pages = features.pages or (0,) * len(features.contents)
            yield from _nearest(
                query.variants,
                [base64.urlsafe_b64decode(f"{each}=") for each in features.simprints],
                [
                    Place(1.0, page=page or None, name=name)
                    for name, page in zip(features.contents, pages, strict=True)
                ],
            )


def _nearest(
    variants: Sequence[Variant], bodies: Sequence[bytes], places: Sequence[Place]
) -> Iterator[Part]:
    """Yield the pair of a variant and a picture that agrees best."""
    best: tuple[int, Variant, Place] | None = None
    for variant in variants:
        for body, place in zip(bodies, places, strict=True):
            equal = equal_bits(variant.body, body)
            if best is None or equal > best[0]:
                best = equal, variant, place
    if best is not None:
        equal, variant, place = best
        own = Place(_area(variant.cut), box=variant.cut)
        evidence = picture_evidence(equal, _BITS)
        yield Part("picture", own, place, equal / _BITS, evidence, variant.turn)
