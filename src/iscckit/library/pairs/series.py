"""Passages of text, sound and video that two contents share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from iscckit.algorithms.chromaprint import SECONDS_A_WORD
from iscckit.comparison.part import Part, Place
from iscckit.library.partitions.partition import Hit
from iscckit.library.search.evidence import series_evidence
from iscckit.library.search.passages import SLACK, count_places
from iscckit.library.search.query import Series
from iscckit.records.timeline import FRAME_RADIUS, SECONDS_A_FRAME, SOUND_RADIUS, SOUND_REACH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iscckit.library.search.passages import Line
    from iscckit.records.record import Record

__all__ = ["find_passage"]

_RADII: Final = {"sound": SOUND_RADIUS, "frame": FRAME_RADIUS}  # bits; texts agree exactly
_COMMON: Final = 64  # hits of one code; a code that occurs everywhere shows nothing
_GAP: Final = {"text": 400, "sound": 25, "frame": 25}  # places without agreement that end a part
_LEAST: Final = {"text": 3, "sound": 6, "frame": 5}  # places that agree, at least
_BLOCK: Final = 16  # characters of one place of a text
_LETTERS: Final = 13  # that one code of a text covers
_LINES: Final = 16  # lines with most hits, of which the one with most places is taken
_CODES: Final = 1 << 17  # codes of a text that are compared; of longer texts a share
_PAIRS: Final = 1 << 31  # pairs of codes of sound or video that are compared
_SLAB: Final = 1 << 22  # of them at a time


def find_passage(
    a: Series | None, b: Series | None, record_a: Record | None, record_b: Record | None
) -> Part | None:
    """Return the longest passage that two contents share; None if there is none.

    Args:
        a: Codes of A; None for content without.
        b: Codes of B.
        record_a: Record of A, which knows the pages of a text.
        record_b: Record of B.
    """
    if a is None or b is None or a.kind != b.kind:
        return None
    if len(a.codes) > len(b.codes):  # the shorter one asks, whichever side it is
        found = find_passage(b, a, record_b, record_a)
        return None if found is None else found.swap()
    line = _best_line(a, _find_hits(a, b))
    run = max(_split(line, _GAP[a.kind]), key=count_places, default=[])
    count = count_places(run)
    if count < min(_LEAST[a.kind], max(1, _count(a) // 4)):
        return None
    evidence = series_evidence(a.kind, count, len(a.codes))
    place_a = _place(a, record_a, [at for _, at in run])
    place_b = _place(b, record_b, _follow(run) if a.kind != "text" else [at for at, _ in run])
    agreement = min(1.0, count / max(1, len({at for at in a.places.tolist() if _within(at, run)})))
    return Part(a.kind, place_a, place_b, agreement, evidence)


def _find_hits(a: Series, b: Series) -> dict[int, list[Hit]]:
    """Return the places in B that agree with each code of A."""
    if a.kind == "text":
        return _find_equal(_thin(a, len(b.codes)), _thin(b, len(b.codes)))
    step = 1 + len(a.codes) * len(b.codes) // _PAIRS
    return _find_near(a.codes[::step], b, _RADII[a.kind])


def _thin(series: Series, count: int) -> Series:
    """Return a share of the codes of long texts: the same codes of both sides."""
    share = np.uint64((1 << max(0, count.bit_length() - _CODES.bit_length())) - 1)
    kept = (series.codes & share) == 0
    return Series(series.kind, series.codes[kept], series.places[kept])


def _find_equal(a: Series, b: Series) -> dict[int, list[Hit]]:
    hits: dict[int, list[Hit]] = defaultdict(list)
    kept = np.isin(b.codes, a.codes)
    for code, place in zip(b.codes[kept].tolist(), b.places[kept].tolist(), strict=True):
        hits[code].append(Hit(0, place, 0, 64))
    return {code: found for code, found in hits.items() if len(found) <= _COMMON}


def _find_near(codes: NDArray[np.uint64], b: Series, radius: int) -> dict[int, list[Hit]]:
    hits: dict[int, list[Hit]] = {}
    step = max(1, _SLAB // max(1, len(b.codes)))
    places = b.places.tolist()
    for first in range(0, len(codes), step):
        slab = codes[first : first + step]
        differing = np.bitwise_count(slab[:, None] ^ b.codes[None, :])
        for row, code in enumerate(slab.tolist()):
            near = np.flatnonzero(differing[row] <= radius).tolist()
            if 0 < len(near) <= _COMMON:
                hits[code] = [Hit(0, places[i], int(differing[row, i]), 64) for i in near]
    return hits


def _best_line(a: Series, hits: dict[int, list[Hit]]) -> Line:
    """Return the longest line, as ``align`` does among items; one pass over the hits."""
    slack = SLACK[a.kind]
    votes: dict[int, Line] = defaultdict(list)
    for code, place in zip(a.codes.tolist(), a.places.tolist(), strict=True):
        for hit in hits.get(code, ()):
            votes[(hit.place - place) // slack].append((hit.place, place))
    sizes = {bin_: len(line) + len(votes.get(bin_ + 1, ())) for bin_, line in votes.items()}
    likely = sorted(sizes, key=lambda bin_: (-sizes[bin_], abs(bin_), bin_))[:_LINES]
    lines = [votes[bin_] + votes.get(bin_ + 1, []) for bin_ in likely]
    return max(lines, key=count_places, default=[])


def _split(line: Line, gap: int) -> list[Line]:
    """Split a line where nothing agrees for long."""
    runs: list[Line] = []
    for hit in sorted(line):
        if not runs or hit[0] - runs[-1][-1][0] > gap:
            runs.append([])
        runs[-1].append(hit)
    return runs


def _follow(run: Line) -> list[int]:
    """Return the places in B at the shift of most codes: neighbours of still pictures drift."""
    shift = sorted(there - here for there, here in run)[len(run) // 2]
    return [max(0, here + shift) for _, here in run]


def _count(series: Series) -> int:
    return len(set(series.places.tolist()))


def _within(place: int, run: Line) -> bool:
    return run[0][1] <= place <= run[-1][1]


def _place(series: Series, record: Record | None, places: list[int]) -> Place:
    """Return the place of a passage from its first code to its last one."""
    start, end, last = min(places), max(places), int(series.places.max())
    if series.kind == "text":
        size = last + _BLOCK + _LETTERS
        stop = min(size, end + _BLOCK + _LETTERS)
        return Place((stop - start) / size, start, stop, page=_page(record, start))
    scale = SECONDS_A_WORD if series.kind == "sound" else SECONDS_A_FRAME
    reach = SOUND_REACH if series.kind == "sound" else scale
    duration = last * scale + reach
    first, stop_at = start * scale, min(duration, end * scale + reach)
    return Place((stop_at - first) / duration, round(first, 3), round(stop_at, 3))


def _page(record: Record | None, start: int) -> int | None:
    """Return the page on which a passage begins; None for a text without pages."""
    for features in () if record is None else record.features:
        if features.segment == "page":
            pages = [
                page
                for offset, page in zip(features.offsets, features.pages, strict=True)
                if offset <= start + _BLOCK
            ]
            return pages[-1] if pages else None
    return None
