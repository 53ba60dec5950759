"""Video-Code: known answers, its twin, and what is refused."""

from typing import cast

import iscc_lib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit import _kernel
from iscckit.algorithms.twin import hashes
from iscckit.errors import InvalidInput
from iscckit.units.video import video_code

LEVELS = _kernel.levels["video_digest"]
FRAMES = [[k * j % 3 for k in range(380)] for j in range(1, 6)]
LOW, HIGH = -(2**31), 2**31 - 1


def test_known_answers() -> None:
    assert str(video_code([[0] * 380])) == "ISCC:EMAQAAAAAAAAAAAA"
    ramp = "ISCC:EMDVFD4RIMPXYSWSNEZPYBZ2FDFMSPZBUMDRUFJPYKJFXWXNDUMQAYI"
    assert str(video_code([range(380)], bits=256)) == ramp
    assert str(video_code(FRAMES)) == "ISCC:EMAVACA3ABAAAAIA"
    long = "ISCC:EMDVACA3ABAAAAIACQMAEDDIEQAYIGIACQQEKDIIERGUW2EICMIASIQ"
    assert str(video_code(FRAMES, bits=256)) == long


def test_a_repeated_frame_counts_once_and_order_does_not_matter() -> None:
    assert video_code(FRAMES * 3, bits=256) == video_code(FRAMES, bits=256)
    assert video_code(FRAMES[::-1], bits=256) == video_code(FRAMES, bits=256)
    assert video_code(FRAMES[:1] * 2 + FRAMES) == video_code(FRAMES)


def frames_of(seed: int, count: int, low: int, high: int) -> list[tuple[int, ...]]:
    make = np.random.default_rng(seed)
    return [tuple(row) for row in make.integers(low, high, (count, 380), endpoint=True).tolist()]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("low", "high", "dtypes"),
    [
        (0, 2, "bBhHiIlq"),
        (0, 255, "BhHiIlq"),
        (0, 65535, "HiIlq"),
        (-128, 127, "bhilq"),
        (LOW, HIGH, "ilq"),
    ],
)
def test_every_level_and_type_agrees_with_the_twin(
    level: int, low: int, high: int, dtypes: str
) -> None:
    for count in (1, 2, 7, 8, 9, 300):
        frames = frames_of(count, count, low, high)
        frames += frames[: count // 2]
        expected = hashes.video_digest(frames)
        assert _kernel.video_digest(frames, 256, level) == expected
        for dtype in dtypes:
            assert _kernel.video_digest(np.array(frames, dtype), 256, level) == expected


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.sampled_from(range(32, 257, 32)))
def test_agrees_with_iscc_lib(picks: list[int], bits: int) -> None:
    pool = frames_of(1, 6, 0, 2)
    frames = [pool[pick] for pick in picks]
    expected = iscc_lib.gen_video_code_v0(frames, bits=bits)["iscc"]
    assert str(video_code(frames, bits=bits)) == expected


@pytest.mark.parametrize("level", LEVELS)
def test_frames_that_differ_in_one_element_are_two(level: int) -> None:
    frames = np.zeros((381, 380), np.uint8)
    frames[np.arange(380), np.arange(380)] = np.arange(380) % 2 + 1
    expected = hashes.video_digest(frames.tolist())
    assert _kernel.video_digest(frames, 256, level) == expected


def test_sums_of_very_many_frames_do_not_overflow() -> None:
    frames = np.full((70_000, 380), 255, np.uint8)
    frames[:, 0] = np.arange(70_000) % 256
    frames[:, 1] = np.arange(70_000) // 256 % 256
    frames[:, 2] = np.arange(70_000) // 65536
    sums = np.unique(frames, axis=0).sum(axis=0, dtype=np.int64)
    assert video_code(frames, bits=256).body == hashes.wtahash(sums.tolist())


def test_takes_every_kind_of_frame() -> None:
    expected = video_code(FRAMES, bits=256)
    assert video_code(tuple(tuple(frame) for frame in FRAMES), bits=256) == expected
    assert video_code([bytes(frame) for frame in FRAMES], bits=256) == expected
    arrays = cast("list[list[int]]", [np.array(frame) for frame in FRAMES])
    assert video_code(arrays, bits=256) == expected
    packed = memoryview(b"".join(map(bytes, FRAMES))).cast("B", (5, 380))
    assert video_code(packed, bits=256) == expected
    assert video_code(np.array(FRAMES, np.uint8).T.copy().T, bits=256) == expected


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "no frames"),
        ([[0] * 379], "frame 0 has 379 elements"),
        ([[0] * 380, [0] * 381], "frame 1 has 381 elements"),
        ([[0] * 379 + [2**31]], "not in the range"),
        ([[0.0] * 380], "float"),
        ([5], "iterable"),
        (None, "a Video-Code needs"),
        (b"\0" * 380, "shape"),
        (np.zeros((0, 380), np.uint8), "shape"),
        (np.zeros((2, 379), np.uint8), "shape"),
        (np.zeros((2, 380)), "integers"),
        (np.full((1, 380), 2**31), "not in the range"),
        (np.full((1, 380), 2**31, np.uint32), "not in the range"),
    ],
)
def test_refuses_what_are_no_frame_signatures(frames: list[list[int]], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        video_code(frames)


@pytest.mark.parametrize("bits", [0, 16, 65, 512])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput, match="multiple of 32"):
        video_code(FRAMES, bits=bits)
