"""Passages: parts of items that agree with the query, made of hits of the index."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from iscckit.algorithms.chromaprint import SECONDS_A_WORD
from iscckit.library.search.match import (
    AlignedCodes,
    EqualBits,
    Passage,
    Region,
    Registration,
    TextSpan,
    TimeSpan,
)
from iscckit.records.timeline import SECONDS_A_FRAME, SOUND_REACH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.library.partitions.partition import Hit
    from iscckit.library.search.candidates import Candidates, PictureHit
    from iscckit.library.search.crops import Crop
    from iscckit.library.search.query import Query, Series

__all__ = ["SLACK", "Line", "align", "count_places", "locate_passages"]

SLACK: Final = {"text": 64, "sound": 2, "frame": 2}  # places by which a line may drift
_LEAST: Final = {"text": 1, "sound": 6, "frame": 5}  # codes in one line that show something
_SPACING: Final = 20  # characters from one kept hash to the next, on average

Line = list[tuple[int, int]]  # places in the item and in the query of codes that agree


def locate_passages(
    query: Query, candidates: Candidates, crops: Mapping[int, Crop]
) -> dict[int, list[Passage]]:
    """Return the passages of each item that has some, at most one of each kind.

    Args:
        query: What is looked for.
        candidates: Everything that the index has near the query.
        crops: How the query lies on the pictures of items.
    """
    passages: dict[int, list[Passage]] = defaultdict(list)
    if query.series is not None:
        for item, passage in _locate_series(query.series, candidates.series).items():
            passages[item].append(passage)
    for item, passage in _locate_pictures(candidates.pictures, crops).items():
        passages[item].append(passage)
    return dict(passages)


def align(series: Series, hits: Mapping[int, list[Hit]]) -> dict[int, Line]:
    """Return the longest line of each item: codes that follow each other as in the query.

    Args:
        series: Codes of the query.
        hits: Hits of each of these codes.
    """
    slack = SLACK[series.kind]
    votes: dict[tuple[int, int], Line] = defaultdict(list)
    for code, place in zip(series.codes.tolist(), series.places.tolist(), strict=True):
        for hit in hits.get(code, ()):
            votes[hit.item, (hit.place - place) // slack].append((hit.place, place))
    best: dict[int, Line] = {}
    for (item, offset), line in votes.items():
        # A line on the border of two bins has its votes in both.
        both = line + votes.get((item, offset + 1), [])
        if count_places(both) > count_places(best.get(item, [])):
            best[item] = both
    return best


def count_places(line: Line) -> int:
    """Return the number of places of the item in a line; a place that agrees twice counts once."""
    return len({place for place, _ in line})


def _locate_series(series: Series, hits: Mapping[int, list[Hit]]) -> dict[int, Passage]:
    least = min(_LEAST[series.kind], max(1, len(series.codes) // 4))
    return {
        item: _span(series, line)
        for item, line in align(series, hits).items()
        if count_places(line) >= least
    }


def _span(series: Series, line: Line) -> Passage:
    """Return the passage from the first code of a line to the last one."""
    start, end = min(line)[0], max(line)[0]
    query_start = min(place for _, place in line)
    agreement = AlignedCodes(count_places(line), len(series.codes))
    if series.kind == "text":
        return Passage("text", TextSpan(start, end + _SPACING, query_start), agreement)
    scale = SECONDS_A_WORD if series.kind == "sound" else SECONDS_A_FRAME
    reach = SOUND_REACH if series.kind == "sound" else scale  # seconds that one code covers
    place = TimeSpan(start * scale, end * scale + reach, query_start * scale)
    return Passage(series.kind, place, agreement)


def _locate_pictures(
    hits: Mapping[int, PictureHit], crops: Mapping[int, Crop]
) -> dict[int, Passage]:
    passages = {item: _whole_picture(each) for item, each in hits.items()}
    for item, crop in crops.items():
        # A crop says more than the code of the whole picture, except where it is all of both.
        is_part = crop.box is not None or crop.query_box is not None
        if is_part or item not in passages:
            passages[item] = _part_of_picture(crop)
    return passages


def _whole_picture(each: PictureHit) -> Passage:
    hit, variant = each.hit, each.variant
    place = Region(picture=hit.place, turn=variant.turn, cut=variant.cut)
    return Passage("picture", place, EqualBits(hit.bits - hit.distance, hit.bits))


def _part_of_picture(crop: Crop) -> Passage:
    place = Region(turn=crop.turn, box=crop.box, query_box=crop.query_box)
    agreement = Registration(crop.correlation, crop.inliers, crop.evidence)
    return Passage("picture", place, agreement)
