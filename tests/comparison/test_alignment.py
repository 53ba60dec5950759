"""What is in two contents, and where: by chunks and by times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.comparison.alignment import TimeSeries, align_chunks, align_times
from iscckit.errors import InvalidInput
from iscckit.units.simprint import Simprint

RANDOM = np.random.default_rng(5)


def chunks(*bodies: bytes) -> list[Simprint]:
    return [Simprint(body, 10 * k, 10) for k, body in enumerate(bodies)]


def body(seed: int) -> bytes:
    return np.random.default_rng(seed).bytes(32)


def series(codes: np.ndarray, start: int = 0) -> TimeSeries:
    steps = np.arange(start, start + len(codes))
    return TimeSeries(codes, steps, 0.2, 0.2, 8, len(codes) * 0.2)


def random_codes(count: int) -> np.ndarray:
    return RANDOM.integers(0, 1 << 63, count, np.uint64)


def test_a_chunk_that_was_put_first_moves_all_others_and_changes_none() -> None:
    a, b, c, new = body(1), body(2), body(3), body(4)
    found = align_chunks(chunks(a, b, c), chunks(new, a, b, c), "character")
    assert [each.chunks for each in found.segments] == [(0, 1), (1, 2), (2, 3)]
    assert found.covered == (100.0, 75.0)
    assert found.segments[0].to_dict() == {"a": [0, 10], "b": [10, 10], "percent": 100.0}


def test_blocks_that_changed_places_and_similar_chunks_are_found() -> None:
    a, b = body(1), body(2)
    nearly = bytes([b[0] ^ 0xFF]) + b[1:]
    found = align_chunks(chunks(a, b), chunks(nearly, a), "byte")
    assert {each.chunks: each.percent for each in found.segments} == {
        (0, 1): 100.0,
        (1, 0): 100 - 100 * 8 / 256,
    }


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 9), max_size=12))
def test_every_chunk_of_a_that_is_in_b_has_a_partner(left: list[int], right: list[int]) -> None:
    a, b = chunks(*map(body, left)), chunks(*map(body, right))
    segments = align_chunks(a, b, "byte").segments
    found = dict(each.chunks or (-1, -1) for each in segments)
    assert set(found) == {k for k, each in enumerate(left) if each in right}
    assert all(left[i] == right[j] for i, j in found.items())


@pytest.mark.parametrize("size", [4, 8, 12, 20, 32])
def test_bodies_of_any_length_are_compared(size: int) -> None:
    one, other = body(1)[:size], body(2)[:size]
    nearly = bytes([one[0] ^ 1]) + one[1:]
    (found,) = align_chunks(chunks(one), chunks(other, nearly), "character").segments
    assert found.chunks == (0, 1)
    assert found.percent == 100 - 100 / (8 * size)
    (found,) = align_chunks(chunks(one), chunks(body(1)), "character").segments
    assert found.percent == 100


def test_what_lies_in_two_chunks_is_covered_once() -> None:
    a = [Simprint(body(1), 0, 60), Simprint(body(2), 40, 60)]
    b = [Simprint(body(1), 0, 50), Simprint(body(3), 50, 50)]
    assert align_chunks(a, b, "character").covered == (60.0, 50.0)
    assert align_chunks(a, a, "character").covered == (100.0, 100.0)


@pytest.mark.parametrize("threshold", [49.0, 101.0])
def test_thresholds_out_of_range_are_refused(threshold: float) -> None:
    with pytest.raises(InvalidInput, match="50 to 100"):
        align_chunks([], [], "byte", threshold=threshold)


def test_nothing_and_something_have_nothing_in_common() -> None:
    assert align_chunks([], chunks(body(1)), "byte").covered == (0.0, 0.0)


@pytest.mark.parametrize("start", [0, 1, 250, 300])
def test_a_cut_is_found_where_it_is(start: int) -> None:
    whole = random_codes(500)
    noisy = whole[start : start + 90] ^ (np.uint64(1) << RANDOM.integers(0, 63, 90, np.uint64))
    found = align_times(series(whole), series(noisy))
    assert len(found.segments) == 1
    assert found.offset == pytest.approx(-start * 0.2, abs=0.41)
    place, size = found.segments[0].a
    assert place == pytest.approx(start * 0.2, abs=0.41)
    assert size == pytest.approx(90 * 0.2, abs=0.41)
    assert found.segments[0].percent > 95
    assert found.covered[1] > 97


def test_two_cuts_in_another_order_are_two_segments() -> None:
    whole = random_codes(400)
    other = np.concatenate([whole[300:380], random_codes(40), whole[20:90]])
    found = align_times(series(whole), series(other))
    assert [round(each.a[0]) for each in found.segments] == [4, 60]


def test_unrelated_series_and_silence_align_nowhere() -> None:
    assert not align_times(series(random_codes(300)), series(random_codes(300))).segments
    silence = np.zeros(300, np.uint64)
    assert not align_times(series(silence), series(silence)).segments


def test_series_of_different_kinds_are_refused() -> None:
    sound = TimeSeries(random_codes(5), np.arange(5), 0.1238, 2.7, 10, 1.0)
    with pytest.raises(InvalidInput, match="different kinds"):
        align_times(series(random_codes(5)), sound)
