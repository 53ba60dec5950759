"""Frame signatures: known answers of FFmpeg's filter, the twin, strides of either sign."""

import hashlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from iscckit import _kernel
from iscckit.algorithms.frame_signature import BLANK, frame_signature
from iscckit.algorithms.twin import av
from iscckit.errors import InvalidInput

Plane = NDArray[np.uint8]

LEVELS = _kernel.levels["frame_signature"]
SIDES = st.sampled_from([32, 33, 63, 64, 65, 144, 176, 257]) | st.integers(32, 400)


def formula(width: int, height: int) -> Plane:
    k = np.arange(width * height, dtype=np.uint64)
    return ((k * k) >> np.uint64(9)).astype(np.uint8).reshape(height, width)


def picture(kind: str, width: int, height: int, seed: int) -> Plane:
    rng = np.random.default_rng(seed)
    if kind == "constant":
        return np.full((height, width), seed % 256, dtype=np.uint8)
    if kind == "two":
        return rng.choice(np.array([0, 255], dtype=np.uint8), (height, width))
    if kind == "gradient":
        y, x = np.mgrid[0:height, 0:width]
        slope: Plane = ((x * (seed % 7) + y * (seed % 5)) % 256).astype(np.uint8)
        return slope
    return rng.integers(0, 256, (height, width), dtype=np.uint8)


KINDS = st.sampled_from(["constant", "two", "gradient", "random"])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("width", "height", "sha256"),
    [
        (176, 144, "16ec2bf00b61d112"),
        (100, 75, "5a8f8a3ee47c8565"),
        (1000, 1000, "be947f5292da9563"),  # sums exceed 2**64
        (1920, 1080, "4d0e77accc88e27c"),
        (7680, 4320, "4b1160acebba94f1"),  # the rule of large frames
    ],
)
def test_known_answers_of_the_filter(width: int, height: int, sha256: str, level: int) -> None:
    signature = _kernel.frame_signature(formula(width, height).data, width, height, width, level)
    assert hashlib.sha256(signature).hexdigest()[:16] == sha256


@pytest.mark.parametrize(("width", "height"), [(176, 144), (100, 75), (1000, 1000)])
def test_the_twin_knows_the_answers(width: int, height: int) -> None:
    plane = formula(width, height)
    assert av.frame_signature(plane) == frame_signature(plane.data, width, height)


@given(KINDS, SIDES, SIDES, st.integers(0, 2**32 - 1))
@example("random", 32, 32, 0)
@example("constant", 33, 32, 255)
@settings(max_examples=60)
def test_every_level_agrees_with_the_readable_twin(
    kind: str, width: int, height: int, seed: int
) -> None:
    plane = picture(kind, width, height, seed)
    expected = av.frame_signature(plane)
    for level in LEVELS:
        assert _kernel.frame_signature(plane.data, width, height, width, level) == expected


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (1023, 1025),  # wraps
        (2000, 1999),
        (40, 8224),  # 257 white rows in a cell: the most that 16 bits hold
        (33, 8225),
        (50, 20_000),
        (20_000, 50),
        (6991, 4003),  # large, no side divisible
    ],
)
@pytest.mark.parametrize("kind", ["constant", "random"])
def test_sizes_at_the_limits_agree_with_the_readable_twin(
    kind: str, width: int, height: int
) -> None:
    plane = picture(kind, width, height, 255)
    expected = av.frame_signature(plane)
    for level in LEVELS:
        assert _kernel.frame_signature(plane.data, width, height, width, level) == expected


@given(SIDES, SIDES, st.integers(0, 255))
@example(64, 64, 128)
def test_a_picture_of_one_brightness_is_blank(width: int, height: int, value: int) -> None:
    plane = picture("constant", width, height, value)
    assert frame_signature(plane.data, width, height) == BLANK


@given(SIDES, SIDES, st.integers(0, 70), st.integers(0, 2**32 - 1), st.booleans())
def test_padding_and_direction_of_lines_do_not_matter(
    width: int, height: int, padding: int, seed: int, upwards: bool
) -> None:
    padded = picture("random", width + padding, height, seed)
    plane = np.ascontiguousarray(padded[:, :width])
    lines = np.ascontiguousarray(padded[::-1]) if upwards else padded
    stride = -(width + padding) if upwards else width + padding
    assert frame_signature(lines.data, width, height, stride=stride) == frame_signature(
        plane.data, width, height
    )


def test_the_last_line_may_end_with_its_last_pixel() -> None:
    padded = formula(200, 100)
    assert frame_signature(padded.tobytes()[:-50], 150, 100, stride=200) == frame_signature(
        padded.data, 150, 100, stride=200
    )


@pytest.mark.parametrize(
    ("width", "height", "stride", "size", "message"),
    [
        (31, 32, 31, 10_000, "pixels a side"),
        (32, 31, 32, 10_000, "pixels a side"),
        (32, 65_537, 32, 10_000, "pixels a side"),
        (40, 40, 39, 10_000, "stride"),
        (40, 40, -39, 10_000, "stride"),
        (40, 40, 40, 1599, "do not fit"),
        (40, 40, -41, 41 * 39 + 39, "do not fit"),
    ],
)
def test_refuses_a_plane_that_does_not_fit(
    width: int, height: int, stride: int, size: int, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        frame_signature(bytes(size), width, height, stride=stride)
