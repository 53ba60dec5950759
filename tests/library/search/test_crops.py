"""Crops of random place, area and proportions are found in their place; other pictures are not."""

from __future__ import annotations

import random
from pathlib import Path

import iscc_samples
import numpy as np
import pytest
from benchmarks.crops import crop, halved
from PIL import Image, ImageOps
from tools.planted import SAMPLES

from iscckit.algorithms.keypoints import find_keypoints
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.fingerprints import extract_fingerprints, unpack_keypoints
from iscckit.library.library import Library
from iscckit.library.partitions.key import FingerprintKey
from iscckit.library.partitions.partition import Partition
from iscckit.library.partitions.store import Partitions
from iscckit.library.scan.scan import scan
from iscckit.library.search.candidates import find_keypoint_hits
from iscckit.library.search.crops import Crop, find_crops
from iscckit.library.search.match import Match, Region, Registration
from iscckit.media.picture_grid import Grid, make_grid
from iscckit.records.create import create_with_content
from iscckit.records.options import Options

PICTURES = [SAMPLES / "cat.jpg", SAMPLES / "rocket.jpg", *iscc_samples.images(ext="jpg")]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a library of real pictures."""
    folder = str(tmp_path_factory.mktemp("pictures") / "lib")
    assert len(list(scan(folder, [str(path) for path in PICTURES]))) == len(PICTURES)
    return folder


def region_of(match: Match) -> Region:
    assert match.passage is not None
    assert isinstance(match.passage.place, Region)
    return match.passage.place


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_random_crops_of_half_the_picture_are_found_in_their_place(
    pictures: str, path: Path, tmp_path: Path
) -> None:
    library, chance = Library.open(pictures), random.Random(7)
    for number in range(8):
        with Image.open(path) as picture:
            part, box = crop(picture.convert("RGB"), chance, 0.5, 0.8)
        halved(part).save(tmp_path / f"{number}.jpg", quality=75)
        matches = library.search(tmp_path / f"{number}.jpg").matches
        assert [match.item.path for match in matches] == [str(path)]
        assert region_of(matches[0]).box == pytest.approx(box, abs=0.02)
        assert matches[0].score > 0.999


@pytest.mark.parametrize("turn", range(8))
def test_a_crop_is_found_in_all_eight_orientations(
    pictures: str, turn: int, tmp_path: Path
) -> None:
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        part = picture.crop((90, 40, 600, 400))
    flat = ImageOps.mirror(part) if turn >= 4 else part
    flat.rotate(90 * (turn % 4), expand=True).save(tmp_path / "turned.png")
    match = Library.open(pictures).search(tmp_path / "turned.png").matches[0]
    assert Path(match.item.path).name == "rocket.jpg"
    region = region_of(match)
    assert region.box == pytest.approx([0.1406, 0.0937, 0.9375, 0.9368], abs=0.01)
    assert region.turn == (turn if turn >= 4 else -turn % 4)  # turns the query back
    assert region.query_box is None
    assert match.passage is not None
    agreement = match.passage.agreement
    assert isinstance(agreement, Registration)
    assert agreement.correlation > 0.95
    assert agreement.inliers >= 3


def test_a_picture_beside_another_one_is_found_with_its_place_in_the_query(
    pictures: str, tmp_path: Path
) -> None:
    with Image.open(SAMPLES / "rocket.jpg") as a, Image.open(SAMPLES / "cat.jpg") as b:
        both = Image.new("RGB", (a.width + a.width // 2, a.height))
        both.paste(a, (0, 0))
        both.paste(b.resize((a.width // 2, a.height)), (a.width, 0))
    both.save(tmp_path / "both.png")
    matches = Library.open(pictures).search(tmp_path / "both.png").matches
    match = next(each for each in matches if each.item.path.endswith("rocket.jpg"))
    region = region_of(match)
    assert region.box is None
    assert region.query_box == pytest.approx([0, 0, 2 / 3, 1], abs=0.01)


def test_crops_of_other_pictures_find_nothing(library: str, tmp_path: Path) -> None:
    opened, chance = Library.open(library), random.Random(3)
    (path,) = iscc_samples.images(ext="jpg")
    for number in range(10):
        with Image.open(path) as picture:
            part, _ = crop(picture.convert("RGB"), chance, 0.3, 0.9)
        part.save(tmp_path / f"{number}.jpg", quality=75)
        assert opened.search(tmp_path / f"{number}.jpg").matches == ()


def test_what_is_kept_of_a_keypoint_says_where_it_is() -> None:
    record, content = create_with_content(SAMPLES / "cat.jpg", Options(bits=256, granular=True))
    prints = {each.kind: each for each in extract_fingerprints(record, content)}
    grid = content.grid  # type: ignore[union-attr]
    assert grid is not None
    keypoints = find_keypoints(grid.array(), most=100, largest=144.0)
    kept = unpack_keypoints(np.frombuffer(prints["spot"].places, "<u4"))
    assert len(prints["spot"].codes) == 8 * len(keypoints)
    assert kept.x == pytest.approx(keypoints.x, abs=0.26)
    assert kept.y == pytest.approx(keypoints.y, abs=0.26)
    assert kept.side == pytest.approx(keypoints.side, abs=0.13)
    assert sum(len(each.codes) + len(each.places) for each in prints.values()) < 8192


def test_plain_pictures_and_empty_partitions_find_nothing(pictures: str) -> None:
    catalog = Catalog(pictures)
    partition = Partitions(catalog)[FingerprintKey("spot")]

    def crops(grid: Grid, partition: Partition) -> dict[int, Crop]:
        return find_crops(grid, find_keypoint_hits(grid, partition), catalog)

    assert crops(make_grid(Image.new("L", (600, 400), 99)), partition) == {}
    with Image.open(SAMPLES / "cat.jpg") as picture:
        grid = make_grid(picture)
    assert crops(grid, Partition((), np.empty(0, np.int64))) == {}
    assert len(crops(grid, partition)) == 1
    assert find_crops(None, find_keypoint_hits(grid, partition), catalog) == {}
    catalog.close()
