"""Image-Code: the rule of 1.5.0, its twin, both known 256-bit answers, and what is refused."""

import json
from importlib.resources import files
from random import Random

import iscc_lib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from iscckit import _kernel
from iscckit.algorithms.twin import hashes
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidInput
from iscckit.units.image import image_code, is_featureless

LEVELS = _kernel.levels["image_digest"]
VECTORS = json.loads(files("iscckit").joinpath("data/iscc-core-1.5.0.json").read_text("utf-8"))
PICTURE = VECTORS["gen_image_code_v0"]["test_0003_img_256"]["inputs"][0]
NOISE = [(1103515245 * (k + 1) + 12345) >> 16 & 255 for k in range(1024)]


def test_known_answers() -> None:
    assert str(image_code([0] * 1024)) == "ISCC:EEAQAAAAAAAAAAAA"
    assert str(image_code([255] * 1024)) == "ISCC:EEAYAAAAAAAAAAAA"
    assert str(image_code(NOISE)) == "ISCC:EEA6VUPA2VO5KQDR"
    long = "ISCC:EED6VUPA2VO5KQDRIGPEHOQDPYBX6NCRBP7BBKX7IOJ74QZ6EOVHIQI"
    assert str(image_code(NOISE, bits=256)) == long


def test_the_example_printed_in_iep_0004_is_of_the_rule_before_1_5_0() -> None:
    # One picture, two rules: the first 64 bits are the same, all others differ.
    today = "EED4GQZQTY6J5DTHNDQ7S7EGNENJNRTEGLGHFWXFGNDZHSMO4HEZGZI"
    printed = "EED4GQZQTY6J5DTHQ2DWCPDZHQOM6QZQTY6J5DTFZ2DWCPDZHQOMXDI"
    old = _kernel.image_digest(PICTURE, 256, shifted=True)
    assert image_code(PICTURE, bits=256).code == today
    assert Unit(MainType.CONTENT, SubType.IMAGE, old).code == printed
    assert image_code(PICTURE).body == old[:8]


flat_areas = st.builds(
    lambda colors, seed: [Random(seed).choice(colors) for _ in range(1024)],
    st.lists(st.integers(0, 255), min_size=1, max_size=3),
    st.integers(0, 9),
)
periodic = st.builds(
    lambda tile: (tile * 1024)[:1024], st.lists(st.integers(0, 255), min_size=1, max_size=64)
)
any_picture = st.one_of(
    st.binary(min_size=1024, max_size=1024).map(list), flat_areas, periodic, st.just([255] * 1024)
)


@given(any_picture)
def test_every_level_agrees_with_the_readable_twin(pixels: list[int]) -> None:
    expected = hashes.image_digest(pixels)
    for level in LEVELS:
        for bits in (64, 256):
            assert _kernel.image_digest(pixels, bits, False, level) == expected[: bits // 8]


def shapes() -> dict[str, np.ndarray]:
    """Return pictures whose exact coefficients are mostly zero, where any other DCT fails."""
    y, x = np.mgrid[:32, :32]
    disc = np.hypot(x - 15.5, y - 15.5) < 10
    box = (abs(x - 15.5) < 6) & (abs(y - 15.5) < 9)
    return {
        "horizontal ramp": x * 8,
        "vertical ramp": y * 8,
        "checkerboard": (x + y) % 2 * 255,
        "stripes": x // 4 % 2 * 255,
        "disc": disc * 255,
        "box": box * 200,
        "one dot": (x == 7) & (y == 3),
    }


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", shapes())
def test_symmetric_pictures_agree_with_the_twin(level: int, name: str) -> None:
    pixels = shapes()[name].astype(np.uint8).tobytes()
    assert _kernel.image_digest(pixels, 256, False, level) == hashes.image_digest(pixels)


@given(st.binary(min_size=1024, max_size=1024), st.sampled_from(range(32, 257, 32)))
def test_agrees_with_iscc_lib(pixels: bytes, bits: int) -> None:
    expected = iscc_lib.gen_image_code_v0(list(pixels), bits=bits)["iscc"]
    assert str(image_code(pixels, bits=bits)) == expected


def test_takes_lists_tuples_bytes_and_arrays() -> None:
    square = np.array(NOISE).reshape(32, 32)
    expected = image_code(NOISE)
    assert image_code(tuple(NOISE)) == expected
    assert image_code(bytes(NOISE)) == expected
    assert image_code(memoryview(bytes(NOISE))) == expected
    for dtype in (np.uint8, np.int16, np.uint32, np.int64):
        array: NDArray[np.integer] = square.astype(dtype)
        assert image_code(array) == expected
        assert image_code(array.ravel()) == expected
    assert image_code(square.T) == image_code(square.T.copy())
    assert image_code(list(square.ravel())) == expected


class Fickle:
    """A number that shortens the list it stands in while it is read."""

    def __init__(self, home: list[object]) -> None:
        self.home = home

    def __index__(self) -> int:
        self.home.clear()
        return 7


def test_a_list_that_changes_while_it_is_read_does_no_harm() -> None:
    values: list[object] = [7] * 1024
    values[100] = Fickle(values)
    assert image_code(values) == image_code([7] * 1024)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        ([0] * 1023, "1023 values"),
        ([], "0 values"),
        ([0] * 1023 + [256], "256 is not in the range 0..255"),
        ([-1] * 1024, "-1 is not in the range"),
        ([10**30] * 1024, "64 bits"),
        ([0.5] * 1024, "float"),
        (["a"] * 1024, "str"),
        (None, "an Image-Code needs"),
        (b"abc", "shape"),
        (np.zeros((16, 64), np.uint8), "shape"),
        (np.zeros((32, 32)), "integers"),
        (np.full((32, 32), 300), "300 is not in the range"),
    ],
)
def test_refuses_what_is_no_normalized_picture(pixels: list[int], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        image_code(pixels)


@pytest.mark.parametrize("bits", [0, 8, 65, 288, -64])
def test_refuses_lengths_that_are_not_offered(bits: int) -> None:
    with pytest.raises(InvalidInput, match="multiple of 32"):
        image_code(NOISE, bits=bits)


def test_plain_pictures_are_featureless() -> None:
    assert is_featureless(image_code([0] * 1024))
    assert is_featureless(image_code([255] * 1024, bits=256))
    assert not is_featureless(image_code(NOISE, bits=256))


def image_unit(body: bytes) -> Unit:
    return Unit(MainType.CONTENT, SubType.IMAGE, body)


def test_one_plain_word_of_64_bits_makes_a_code_featureless() -> None:
    rich, poor = b"\xff" * 8, b"\x7f" + bytes(7)
    assert not is_featureless(image_unit(b"\xff" + bytes(7)))
    assert is_featureless(image_unit(rich + poor))
    assert not is_featureless(image_unit(rich + poor[:4]))  # only complete words are judged


def test_only_image_codes_can_be_featureless() -> None:
    with pytest.raises(InvalidInput, match="DATA-NONE"):
        is_featureless(Unit(MainType.DATA, 0, bytes(8)))
