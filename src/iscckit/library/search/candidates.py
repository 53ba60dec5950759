"""Candidates: everything that the index has near a query.

This is the only step of a search that asks the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.keypoints import Keypoints, cut_windows, find_keypoints
from iscckit.codec.unit import MainType
from iscckit.index.radius import default_radius, estimate_false_hits
from iscckit.library.fingerprints import keypoint_codes
from iscckit.library.partitions.key import FingerprintKey, UnitKey
from iscckit.library.partitions.store import UNIT_BITS
from iscckit.records.timeline import FRAME_RADIUS, SOUND_RADIUS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from iscckit.codec.unit import Unit
    from iscckit.library.partitions.partition import CodeHits, Hit, Partition
    from iscckit.library.partitions.store import Partitions
    from iscckit.library.search.query import Query, Series, Variant
    from iscckit.media.picture_grid import Grid

__all__ = [
    "KEYPOINT_RADIUS",
    "Candidates",
    "KeypointHits",
    "PictureHit",
    "TurnHits",
    "UnitCandidates",
    "find_candidates",
    "find_keypoint_hits",
    "find_series_hits",
    "match_keypoints",
]

_SERIES_RADIUS: Final = {"text": 0, "sound": SOUND_RADIUS, "frame": FRAME_RADIUS}
_COMMON: Final = 2000  # hits of one code of a series; a code that occurs everywhere shows nothing
_PICTURE_RADIUS: Final = 80  # of 256 bits: a picture that is farther away shows nothing
_KEYPOINTS: Final = 150  # of the query
_KEYPOINTS_TURNED: Final = 75  # of each of the other orientations
_LARGEST: Final = 200.0  # pixels: side of the largest window
# Rows up to which a radius, of 64 bits, is used: in a large library chance gives too many hits.
_KEYPOINT_RADII: Final = ((20_000_000, 8), (60_000_000, 6))
KEYPOINT_RADIUS: Final = _KEYPOINT_RADII[0][1]  # bits; where chance gives few hits
_LEAST_KEYPOINT_RADIUS: Final = 4
_TURNS: Final = 8


@dataclass(frozen=True, slots=True)
class PictureHit:
    """A picture whose code is near that of the query in one orientation.

    Attributes:
        variant: Variant of the query.
        hit: Picture in the library.
    """

    variant: Variant
    hit: Hit


@dataclass(frozen=True, slots=True)
class TurnHits:
    """Keypoints near those of the query in one orientation.

    Attributes:
        turn: Orientation of the query; see ``matches.Region``.
        hits: Hits; ``queries`` are indices of the query's keypoints.
    """

    turn: int
    hits: CodeHits


@dataclass(frozen=True, slots=True)
class KeypointHits:
    """Keypoints of the library near those of a query.

    Attributes:
        keypoints: Keypoints of the query.
        shape: Rows and columns of the query's grid.
        turns: Hits in each orientation that has some.
    """

    keypoints: Keypoints
    shape: tuple[int, ...]
    turns: tuple[TurnHits, ...]


@dataclass(frozen=True, slots=True)
class UnitCandidates:
    """Items with a unit near one of the query.

    Attributes:
        items: Numbers of the items.
        radius: Radius in bits within which each kind of unit was searched, by its type.
        false_hits: Number of items that chance is expected to give within these radii.
    """

    items: frozenset[int]
    radius: dict[str, int]
    false_hits: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everything that the index has near a query.

    Attributes:
        units: Items with a unit near one of the query.
        series: Hits of each code of the query's series.
        pictures: Picture of each item that is nearest to a variant of the query.
        keypoints: Keypoints near those of the query; None for a query without a grid.
        total: Number of files in the library that have a Data-Code.
    """

    units: UnitCandidates
    series: dict[int, list[Hit]]
    pictures: dict[int, PictureHit]
    keypoints: KeypointHits | None
    total: int


def find_candidates(query: Query, partitions: Partitions, radius: int | None) -> Candidates:
    """Ask the index for everything near a query.

    Args:
        query: What to look for.
        partitions: Partitions of the library.
        radius: Radius of all units in bits; None for the largest radius at which chance is
            expected to give few candidates in a library of this size.
    """
    return Candidates(
        units=_find_units(query.units, partitions, radius),
        series={} if query.series is None else find_series_hits(query.series, partitions),
        pictures=_find_pictures(query.variants, partitions[FingerprintKey("picture")]),
        keypoints=None
        if query.grid is None
        else find_keypoint_hits(query.grid, partitions[FingerprintKey("spot")]),
        total=partitions.count_units(MainType.DATA),
    )


def _find_units(
    units: Sequence[Unit], partitions: Partitions, radius: int | None
) -> UnitCandidates:
    items: set[int] = set()
    used: dict[str, int] = {}
    false_hits = 0.0
    for unit in units:
        partition = partitions[UnitKey.of(unit)]
        if not len(partition):
            continue
        if unit.maintype == MainType.INSTANCE:
            items.update(hit.item for hit in partition.within(unit.body, 0))
            continue
        bits = min(unit.bits, UNIT_BITS)
        widest = default_radius(bits, len(partition)) if radius is None else radius
        used[unit.type_id] = widest
        false_hits += estimate_false_hits(bits, len(partition), widest)
        items.update(hit.item for hit in partition.within(unit.body, widest))
    return UnitCandidates(frozenset(items), used, false_hits)


def find_series_hits(series: Series, partitions: Partitions) -> dict[int, list[Hit]]:
    """Return the hits of each code of a series; none of a code that occurs everywhere."""
    partition = partitions[FingerprintKey(series.kind)]
    if not len(partition):
        return {}
    found: dict[int, list[Hit]] = {}
    for code in dict.fromkeys(series.codes.tolist()):
        hits = partition.within(code.to_bytes(8, "big"), _SERIES_RADIUS[series.kind])
        found[code] = hits if len(hits) <= _COMMON else []
    return found


def _find_pictures(variants: Sequence[Variant], partition: Partition) -> dict[int, PictureHit]:
    """Return the picture of each item that is nearest to a variant."""
    nearest: dict[int, PictureHit] = {}
    if not len(partition) or not variants:
        return nearest
    radius = min(_PICTURE_RADIUS, default_radius(256, len(partition) * len(variants)))
    for variant in variants:
        for hit in partition.within(variant.body, radius):
            best = nearest.get(hit.item)
            if best is None or best.hit.distance > hit.distance:
                nearest[hit.item] = PictureHit(variant, hit)
    return nearest


def find_keypoint_hits(grid: Grid, partition: Partition) -> KeypointHits | None:
    """Return the keypoints of a library near those of a picture; None if the library has none.

    Args:
        grid: Picture in grey.
        partition: Keypoints of the library.
    """
    if not len(partition):
        return None
    radius = _keypoint_radius(len(partition))
    return match_keypoints(grid, lambda codes: partition.all_within(codes, radius))


def match_keypoints(grid: Grid, find: Callable[[NDArray[np.uint64]], CodeHits]) -> KeypointHits:
    """Return the hits of a picture's keypoints in each orientation.

    Args:
        grid: Picture in grey.
        find: Returns what is near the codes of keypoints.
    """
    grey = grid.array()
    keypoints = find_keypoints(grey, most=_KEYPOINTS, largest=_LARGEST)
    cut = cut_windows(grey, keypoints)
    turns = []
    for turn in range(_TURNS):
        count = _KEYPOINTS if turn == 0 else _KEYPOINTS_TURNED
        pictures = cut[:count, :, ::-1] if turn >= 4 else cut[:count]
        hits = find(keypoint_codes(np.rot90(pictures, turn % 4, axes=(1, 2))))
        if len(hits.items):
            turns.append(TurnHits(turn, hits))
    return KeypointHits(keypoints, grey.shape, tuple(turns))


def _keypoint_radius(rows: int) -> int:
    return next(
        (radius for most, radius in _KEYPOINT_RADII if rows <= most), _LEAST_KEYPOINT_RADIUS
    )
