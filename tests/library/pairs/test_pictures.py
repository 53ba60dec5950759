"""Pictures of which one shows a part of the other, in all orientations, and in documents."""

from __future__ import annotations

from pathlib import Path

import iscc_samples
import pytest
from PIL import Image, ImageOps
from tools.planted import SAMPLES, pdf_with

from iscckit.library.pairs.pictures import find_picture
from iscckit.library.search.query import Query, build_query

PICTURES = [SAMPLES / "cat.jpg", SAMPLES / "rocket.jpg", *iscc_samples.images(ext="jpg")]


def query(path: Path) -> Query:
    return build_query(str(path), "file")


@pytest.mark.parametrize("cut", [0.05, 0.1, 0.25])
@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_crop_lies_in_its_place(path: Path, cut: float, tmp_path: Path) -> None:
    with Image.open(path) as picture:
        width, height = picture.size
        box = (round(width * cut), 0, width, round(height * (1 - cut)))
        picture.convert("RGB").crop(box).save(tmp_path / "crop.jpg", quality=75)
    whole, crop = query(path), query(tmp_path / "crop.jpg")
    part = find_picture(whole, crop)
    assert part is not None
    assert part.a.box == pytest.approx((cut, 0, 1, 1 - cut), abs=0.02)
    assert (part.b.box, part.b.share, part.turn) == (None, 1.0, 0)
    assert part.a.share == pytest.approx((1 - cut) ** 2, abs=0.03)
    assert part.agreement > 0.9
    assert find_picture(crop, whole) == part.swap()


@pytest.mark.parametrize("turn", range(1, 8))
def test_the_turn_makes_b_of_a_and_the_place_is_that_of_the_upright_picture(
    turn: int, tmp_path: Path
) -> None:
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        width, height = picture.size
        part = picture.crop((0, 0, width * 4 // 5, height))
    flat = ImageOps.mirror(part) if turn >= 4 else part
    flat.rotate(90 * (turn % 4), expand=True).save(tmp_path / "turned.png")
    found = find_picture(query(SAMPLES / "rocket.jpg"), query(tmp_path / "turned.png"))
    assert found is not None
    assert found.turn == turn
    assert found.a.box == pytest.approx((0, 0, 0.8, 1), abs=0.02)
    assert found.b.box is None


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_picture_is_found_in_a_document(mirrored: bool, tmp_path: Path) -> None:
    pdf_with(SAMPLES / "rocket.jpg", tmp_path / "with a rocket.pdf")
    path = SAMPLES / "rocket.jpg"
    if mirrored:
        path = tmp_path / "mirrored.png"
        with Image.open(SAMPLES / "rocket.jpg") as picture:
            ImageOps.mirror(picture).save(path)
    one, other = query(path), query(tmp_path / "with a rocket.pdf")
    found = find_picture(one, other)
    assert found is not None
    assert (found.turn, found.a.box) == (4 if mirrored else 0, None)
    assert found.b.page == 10  # the last one
    assert found.agreement > 0.95
    assert find_picture(other, one) == found.swap()
    assert not _beyond_chance(find_picture(query(SAMPLES / "cat.jpg"), other))


def _beyond_chance(part: object) -> bool:
    return getattr(part, "evidence", 0.0) >= 10


def test_other_pictures_have_no_part_beyond_chance() -> None:
    queries = [query(path) for path in PICTURES]
    for number, one in enumerate(queries):
        for other in queries[:number]:
            assert not _beyond_chance(find_picture(one, other))
