"""Where in the items of a library a part of them was found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.algorithms.chromaprint import SECONDS_A_WORD
from iscckit.index.radius import default_radius
from iscckit.library.search.crops import find_crops
from iscckit.library.search.evidence import passage_evidence, picture_evidence
from iscckit.library.search.query import TURNS
from iscckit.records.timeline import FRAME_RADIUS, SECONDS_A_FRAME, SOUND_RADIUS, SOUND_REACH

if TYPE_CHECKING:
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.library.index.partitions import Found, Partitions
    from iscckit.library.search.crops import Crop
    from iscckit.library.search.query import Query, Series

__all__ = ["Passage", "aligned", "distinct", "passages"]

_RADIUS: Final = {"text": 0, "sound": SOUND_RADIUS, "frame": FRAME_RADIUS}
_SLACK: Final = {"text": 64, "sound": 2, "frame": 2}  # of one place, that two may drift apart
_LEAST: Final = {"text": 1, "sound": 6, "frame": 5}  # codes in line that show something
_COMMON: Final = 2000  # hits of one code: what is everywhere shows nothing
_GRAM: Final = 20  # characters from one kept sequence to the next, on average
_PICTURE: Final = 80  # of 256 bits: a region that is farther off shows nothing
_WHOLE: Final = 0.015  # of a side: what is cut by less is not cut


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an item that agrees with the query.

    Attributes:
        kind: ``text``, ``sound``, ``frame`` or ``picture``.
        start: Where it begins in the item: characters or seconds; the number of a picture.
        end: Where it ends, likewise.
        query_start: Where in the query it begins, likewise.
        evidence: In bits: how much it shows that this is no chance.
        words: The same for people.
        box: Of a picture: left, top, right and lower edge of the part, as shares; None if all
            of it agrees.
    """

    kind: Literal["text", "sound", "frame", "picture"]
    start: float
    end: float
    query_start: float
    evidence: float
    words: str
    box: tuple[float, float, float, float] | None = None


def passages(query: Query, partitions: Partitions, catalog: Catalog) -> dict[int, Passage]:
    """Return the best passage of each item that has one."""
    found: dict[int, Passage] = {}
    if query.series is not None:
        found |= _of_series(query.series, partitions)
    pictures = _of_pictures(query, partitions)
    if query.grid is not None:
        for item, crop in find_crops(query.grid, partitions["spot"], catalog).items():
            # Where it is not all of both, it says more than the code of the whole.
            part = _box(crop.box) is not None or _box(crop.query_box) is not None
            if part or item not in pictures:
                pictures[item] = _of_crop(crop)
    for item, passage in pictures.items():
        if item not in found or found[item].evidence < passage.evidence:
            found[item] = passage
    return found


def _of_crop(crop: Crop) -> Passage:
    box, query_box = _box(crop.box), _box(crop.query_box)
    where = "the whole picture" if box is None else f"the part {_span(box)}"
    how = "" if crop.turn == 0 else f", the query {TURNS[crop.turn]}"
    if query_box is not None:
        how += f", in its part {_span(query_box)}" if how else f", in the query {_span(query_box)}"
    agreed = f"correlation {crop.likeness:.2f}, {crop.keypoints} spots in line"
    return Passage("picture", 0, 0, 0, crop.evidence, f"{where}{how} ({agreed})", box)


def _box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float] | None:
    """Return it, None if it is as good as the whole."""
    left, top, right, bottom = box
    return box if max(left, top, 1 - right, 1 - bottom) > _WHOLE else None


def _span(box: tuple[float, float, float, float]) -> str:
    left, top, right, bottom = box
    return f"from {left:.0%}, {top:.0%} to {right:.0%}, {bottom:.0%}"


def aligned(series: Series, partitions: Partitions) -> dict[int, list[tuple[int, int]]]:
    """Return of each item the most codes that agree with the query in one line.

    Returns:
        Of each code that agrees its place in the item and in the query.
    """
    partition = partitions[series.kind]
    if not len(partition):
        return {}
    votes: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    slack = _SLACK[series.kind]
    seen: dict[int, list[Found]] = {}
    for code, place in zip(series.codes.tolist(), series.places.tolist(), strict=True):
        if code not in seen:
            hits = partition.within(code.to_bytes(8, "big"), _RADIUS[series.kind])
            seen[code] = hits if len(hits) <= _COMMON else []
        for hit in seen[code]:
            votes[hit.item, (hit.place - place) // slack].append((hit.place, place))
    best: dict[int, list[tuple[int, int]]] = {}
    for (item, line), those in votes.items():
        # A line that lies on the border of two bins has its votes in both.
        both = those + votes.get((item, line + 1), [])
        if distinct(both) > distinct(best.get(item, [])):
            best[item] = both
    return best


def _of_series(series: Series, partitions: Partitions) -> dict[int, Passage]:
    least = min(_LEAST[series.kind], max(1, len(series.codes) // 4))
    return {
        item: _passage(series, line)
        for item, line in aligned(series, partitions).items()
        if distinct(line) >= least
    }


def distinct(line: list[tuple[int, int]]) -> int:
    """Return how many places of the item agree: one that agrees often counts once."""
    return len({place for place, _ in line})


def _passage(series: Series, line: list[tuple[int, int]]) -> Passage:
    kind = series.kind
    start, end = min(line)[0], max(line)[0]
    at = min(place for _, place in line)
    evidence = passage_evidence(kind, distinct(line), len(series.codes))
    if kind == "text":
        words = f"the text from character {start:,} to about {end + _GRAM:,}"
        return Passage(kind, start, end + _GRAM, at, evidence, words)
    scale = SECONDS_A_WORD if kind == "sound" else SECONDS_A_FRAME
    reach = SOUND_REACH if kind == "sound" else scale  # what one code looks at
    first, last = start * scale, end * scale + reach
    what = "the sound" if kind == "sound" else "the pictures"
    words = f"{what} from {_clock(first)} to {_clock(last)}"
    return Passage(kind, first, last, at * scale, evidence, words)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _of_pictures(query: Query, partitions: Partitions) -> dict[int, Passage]:
    partition = partitions["picture"]
    if not len(partition) or not query.variants:
        return {}
    radius = min(_PICTURE, default_radius(256, len(partition) * len(query.variants)))
    found: dict[int, Passage] = {}
    for variant in query.variants:
        for hit in partition.within(variant.body, radius):
            evidence = picture_evidence(hit.bits - hit.distance, hit.bits)
            old = found.get(hit.item)
            if old is None or old.evidence < evidence:
                found[hit.item] = _region(hit, variant.name, evidence)
    return found


def _region(hit: Found, variant: str, evidence: float) -> Passage:
    agreed = f"{hit.bits - hit.distance} of {hit.bits} bits"
    where = "the whole picture" if hit.place == 0 else f"picture {hit.place}"
    how = "" if variant == "as it is" else f", the query {variant}"
    return Passage(
        "picture", hit.place, hit.place, 0, evidence, f"{where}{how} ({agreed} are equal)"
    )
