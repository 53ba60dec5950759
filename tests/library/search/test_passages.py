"""Hits of codes become the longest line of each item, and hits of pictures the best region."""

from __future__ import annotations

import numpy as np

from iscckit.library.partitions.partition import Hit
from iscckit.library.search.candidates import Candidates, PictureHit, UnitCandidates
from iscckit.library.search.crops import Crop
from iscckit.library.search.match import AlignedCodes, EqualBits, Region, TextSpan
from iscckit.library.search.passages import align, count_places, locate_passages
from iscckit.library.search.query import Query, Series, Variant

NO_UNITS = UnitCandidates(frozenset(), {}, 0.0)


def series(*places: int) -> Series:
    """Return a series of text whose codes are 0, 1, 2 ..."""
    return Series("text", np.arange(len(places), dtype=np.uint64), np.array(places, np.int64))


def hits(*found: tuple[int, int]) -> list[Hit]:
    return [Hit(item, place, 0, 64) for item, place in found]


def test_codes_that_follow_each_other_as_in_the_query_make_a_line() -> None:
    asked = series(0, 16, 32)
    found = {0: hits((7, 1000), (8, 96)), 1: hits((7, 1016), (8, 4000)), 2: hits((7, 1032))}
    lines = align(asked, found)
    assert lines[7] == [(1000, 0), (1016, 16), (1032, 32)]
    assert count_places(lines[8]) == 1


def test_a_line_on_the_border_of_two_bins_is_one_line() -> None:
    found = {0: hits((7, 63)), 1: hits((7, 64 + 16))}  # 63 and 64 places apart from the query
    assert align(series(0, 16), found)[7] == [(63, 0), (80, 16)]


def test_a_place_that_agrees_often_counts_once() -> None:
    found = {code: hits((7, 160)) for code in range(4)}
    assert count_places(align(series(0, 0, 0, 0), found)[7]) == 1


def test_a_passage_reaches_from_its_first_code_to_its_last() -> None:
    found = {0: hits((7, 1600)), 1: hits((7, 1616))}
    query = Query("", "text", (), series=series(32, 48))
    (passage,) = locate_passages(query, Candidates(NO_UNITS, found, {}, None, 9), {})[7]
    assert passage.place == TextSpan(1600, 1636, 32)
    assert passage.agreement == AlignedCodes(2, 2)


def test_a_crop_replaces_the_whole_picture_only_if_it_is_a_part() -> None:
    pictures = {item: PictureHit(Variant(3, None, b""), Hit(item, 2, 10, 256)) for item in (1, 2)}
    part = Crop(0, (0.0, 0.0, 0.5, 1.0), None, 0.99, 9, 100.0)
    whole = Crop(1, None, None, 0.99, 9, 100.0)
    found = locate_passages(
        Query("", "file", ()),
        Candidates(NO_UNITS, {}, pictures, None, 9),
        {1: part, 2: whole, 3: whole},
    )
    assert [passage.place for passage in found[1]] == [Region(box=part.box)]
    assert [passage.place for passage in found[2]] == [Region(picture=2, turn=3)]
    assert found[2][0].agreement == EqualBits(246, 256)
    assert [passage.place for passage in found[3]] == [Region(turn=1)]
