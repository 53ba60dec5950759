"""A picture is laid on another one to a fraction of a pixel, or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tools.planted import SAMPLES

from iscckit.algorithms.keypoints import integral_image
from iscckit.algorithms.registration import register


def grey(name: str, size: tuple[int, int]) -> np.ndarray:
    with Image.open(SAMPLES / name) as picture:
        return np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX))


def test_a_part_is_laid_where_it_was_cut() -> None:
    large = grey("rocket.jpg", (640, 420))
    still = np.asarray(Image.fromarray(large).resize((80, 52), Image.Resampling.BOX))
    part = large[60:380, 100:600] // 2 + 40  # darker, with less contrast
    fit = register(still, integral_image(part), (14.0, 6.0, 77.0, 48.5))
    assert fit is not None
    edges = (fit.left, fit.top, fit.right, fit.bottom)
    right = (100 / 8, 60 * 52 / 420, 600 / 8, 380 * 52 / 420)
    assert edges == pytest.approx(right, abs=0.15)
    assert fit.likeness > 0.99
    assert fit.detail > 0.97


def test_another_picture_does_not_agree_in_detail() -> None:
    fit = register(
        grey("cat.jpg", (80, 52)), integral_image(grey("rocket.jpg", (320, 208))), (0, 0, 80, 52)
    )
    assert fit is None or fit.detail < 0.5


@pytest.mark.parametrize(
    "start", [(200, 0, 260, 40), (0, 0, 5, 5), (70, 40, 150, 90), (9, 9, 1, 1)]
)
def test_what_hardly_lies_on_the_other_has_no_fit(start: tuple[int, int, int, int]) -> None:
    still = grey("cat.jpg", (80, 52))
    assert register(still, integral_image(still), start) is None


def test_a_plain_picture_fits_nothing() -> None:
    still = grey("cat.jpg", (80, 52))
    fit = register(still, integral_image(np.full((60, 90), 9, np.uint8)), (0, 0, 80, 52))
    assert fit is None or abs(fit.likeness) < 0.1
