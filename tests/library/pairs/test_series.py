"""Passages that two texts, recordings or films share, and their places in both."""

from __future__ import annotations

import numpy as np
import pytest
from tools.planted import SAMPLES

from iscckit.library.fingerprints import winnow
from iscckit.library.pairs.series import find_passage
from iscckit.library.search.query import Series, build_query

SPEECH = (SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8")
OTHER = " ".join(f"sentence {n} of {n * n} words about nothing." for n in range(400))


def text(value: str) -> Series:
    codes, places = winnow(value, keep_all=True)
    return Series("text", codes, places.astype(np.int64))


def sound(start: int, stop: int, noise: int = 0) -> Series:
    random = np.random.default_rng(7)
    codes = random.integers(0, 2**64, 2000, np.uint64)[start:stop]
    flips = np.random.default_rng(start).integers(0, 64, (len(codes), noise)).astype(np.uint64)
    for column in flips.T:
        codes = codes ^ (np.uint64(1) << column)
    return Series("sound", codes, np.arange(len(codes)))


@pytest.mark.parametrize(("start", "stop"), [(300, 900), (0, 120), (700, 800)])
def test_a_quote_lies_where_it_was_taken_from(start: int, stop: int) -> None:
    whole, quote = text(SPEECH), text(SPEECH[start:stop])
    part = find_passage(whole, quote, None, None)
    assert part is not None
    assert part.a.start == pytest.approx(start, abs=24)
    assert part.a.end == pytest.approx(stop, abs=32)
    assert (part.b.share, part.agreement) == (1.0, 1.0)
    assert part.evidence > 10
    assert find_passage(quote, whole, None, None) == part.swap()


def test_a_passage_of_two_longer_texts_is_a_part_of_both() -> None:
    passage = SPEECH[300:700]
    part = find_passage(text(OTHER + passage), text(passage + OTHER[::-1]), None, None)
    assert part is not None
    assert part.a.start == pytest.approx(len(OTHER), abs=32)
    assert part.b.start == 0
    assert part.b.end == pytest.approx(400, abs=32)


def test_texts_without_a_common_sentence_share_nothing() -> None:
    part = find_passage(text(OTHER), text(SPEECH), None, None)
    assert part is None or part.evidence < 10


@pytest.mark.parametrize("noise", [0, 5])
def test_a_clip_of_sound_lies_at_its_time(noise: int) -> None:
    part = find_passage(sound(0, 2000), sound(400, 600, noise), None, None)
    assert part is not None
    assert part.a.start == pytest.approx(400 * 0.1238, abs=0.2)
    assert part.b.share == pytest.approx(1.0, abs=0.02)
    assert part.evidence > 10


def test_codes_that_occur_everywhere_show_nothing() -> None:
    silence = Series("sound", np.full(500, 7, np.uint64), np.arange(500))
    assert find_passage(silence, silence, None, None) is None


def test_different_kinds_and_contents_without_codes_share_nothing() -> None:
    assert find_passage(text(SPEECH), sound(0, 100), None, None) is None
    assert find_passage(None, sound(0, 100), None, None) is None


def test_a_long_text_is_searched_by_a_share_of_its_codes() -> None:
    words = np.random.default_rng(3).integers(97, 123, 600_000, np.uint8).tobytes().decode()
    part = find_passage(text(words), text(words[400_000:402_000]), None, None)
    assert part is not None
    assert part.a.start == pytest.approx(400_000, abs=300)
    assert part.evidence > 10


def test_the_page_of_a_passage_is_known() -> None:
    paper = build_query(str(SAMPLES / "paper.pdf"), "file")
    assert paper.record is not None
    (pages,) = [each for each in paper.record.features if each.segment == "page"]
    assert paper.series is not None
    last = pages.offsets[-1]
    kept = paper.series.places >= last
    quote = Series("text", paper.series.codes[kept], paper.series.places[kept] - int(last))
    part = find_passage(paper.series, quote, paper.record, None)
    assert part is not None
    assert part.a.page == pages.pages[-1]
    assert part.b.page is None
