"""Keypoints are where and as large as what is in the picture, and move with it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tools.planted import SAMPLES

from iscckit.algorithms.keypoints import cell_means, cut_windows, find_keypoints, integral_image


def test_a_disc_is_one_spot_in_its_middle_and_as_large_as_it() -> None:
    picture = Image.new("L", (256, 200), 90)
    ImageDraw.Draw(picture).circle((120, 80), 12, fill=200)
    keypoints = find_keypoints(np.asarray(picture), most=50, largest=144.0)
    assert keypoints.x[0] == pytest.approx(120.5, abs=0.5)
    assert keypoints.y[0] == pytest.approx(80.5, abs=0.5)
    # The Laplacian of a disc is strongest at a deviation of its radius by the root of two.
    assert keypoints.side[0] == pytest.approx(8 * 12.5 / 2**0.5, rel=0.1)


def test_spots_move_with_the_picture() -> None:
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        grey = np.asarray(picture.convert("L").resize((330, 220)))
    a = find_keypoints(grey, most=60, largest=100.0)
    b = find_keypoints(grey[30:, 50:], most=60, largest=100.0)
    moved = np.hypot(a.x[:, None] - 50 - b.x, a.y[:, None] - 30 - b.y)
    same = (moved < 1) & (np.abs(a.side[:, None] / b.side - 1) < 0.05)
    assert same.any(axis=0).sum() > 0.6 * len(b)


def test_windows_lie_inside_and_use_all_greys() -> None:
    with Image.open(SAMPLES / "cat.jpg") as picture:
        grey = np.asarray(picture.convert("L").resize((300, 218)))
    keypoints = find_keypoints(grey, most=80, largest=144.0)
    assert 20 < len(keypoints) <= 80
    assert (keypoints.x - keypoints.side / 2 >= 0).all()
    assert (keypoints.y + keypoints.side / 2 <= 218).all()
    cut = cut_windows(grey, keypoints)
    assert cut.shape == (len(keypoints), 32, 32)
    assert (cut.min((1, 2)) == 0).all()
    assert (cut.max((1, 2)) == 255).all()


def test_plain_and_tiny_pictures_have_no_spots() -> None:
    for shape in ((256, 256), (16, 1023)):
        keypoints = find_keypoints(np.full(shape, 77, np.uint8), most=10, largest=144.0)
        assert len(keypoints) == 0
        assert cut_windows(np.full(shape, 77, np.uint8), keypoints).shape == (0, 32, 32)


def test_averages_are_those_of_pixels_and_of_shares_of_them() -> None:
    grey = np.random.default_rng(4).integers(0, 256, (9, 7)).astype(np.uint8)
    sums = integral_image(grey)
    assert cell_means(sums, np.arange(8.0), np.arange(10.0)) == pytest.approx(grey.astype(float))
    assert cell_means(sums, np.array([0.0, 7]), np.array([0.0, 9])) == pytest.approx(grey.mean())
    half = cell_means(sums, np.array([1.5, 2.5]), np.array([3.0, 4]))
    assert half == pytest.approx((float(grey[3, 1]) + float(grey[3, 2])) / 2)
