"""Pictures that lost their manifests get them back, and the score tells how sure that is."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from tests.c2pa_signing import MINING, make_signer, sign_bytes

from iscckit.codec.unit import MainType, Unit
from iscckit.errors import InvalidInput
from iscckit.library.library import Library
from iscckit.library.scan.scan import ScanOptions
from iscckit.records.create import create
from iscckit.records.options import Options
from iscckit.trust.declarations.c2pa_binding import encode_binding
from iscckit.trust.declarations.c2pa_manifests import read_manifest
from iscckit.trust.declarations.c2pa_resolver import find_store, resolve_binding

SAMPLES = Path(__file__).parents[3] / "samples"
SHARE = 50 if os.environ.get("ISCCKIT_DEEP") else 6  # pictures


def draw_picture(number: int) -> Image.Image:
    """Return a picture like no other: blurred noise has features of all sizes."""
    random = np.random.default_rng(number)
    coarse = Image.fromarray(random.integers(0, 256, (9, 12, 3), np.uint8))
    fine = Image.fromarray(random.integers(0, 256, (240, 320, 3), np.uint8))
    smooth = coarse.resize((320, 240), Image.Resampling.BICUBIC)
    return Image.blend(smooth, fine.filter(ImageFilter.GaussianBlur(2)), 0.3)


def units_of(path: Path, *, meta: bool = True) -> list[str | Unit]:
    units = create(path, Options(bits=256)).units
    return [unit for unit in units if meta or unit.maintype != MainType.META]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    place = tmp_path_factory.mktemp("signed")
    (place / "files").mkdir()
    (place / "copies").mkdir()
    stores = []
    for number in range(SHARE):
        picture = draw_picture(number)
        kind = ("jpeg", "png", "webp")[number % 3]
        plain = io.BytesIO()
        picture.save(plain, kind)
        signed, store = sign_bytes(plain.getvalue(), f"image/{kind}", make_signer(), MINING)
        (place / "files" / f"{number}.{kind}").write_bytes(signed)
        stores.append(store)
        small = picture.resize((256, 192))
        other = ("webp", "jpeg", "jpeg")[number % 3]
        small.save(place / "copies" / f"{number}.{other}", other, quality=60)
    shutil.copy(SAMPLES / "rocket.jpg", place / "files")
    with Library.open(place / "library") as library:
        assert all(
            each.what == "new"
            for each in library.add(place / "files", options=ScanOptions(keep_manifests=True))
        )
    return place, stores


@pytest.mark.deep
def test_a_stripped_and_re_encoded_copy_gets_its_manifest_back(
    place: tuple[Path, list[bytes]],
) -> None:
    folder, stores = place
    copies = sorted((folder / "copies").iterdir(), key=lambda path: int(path.stem))
    assert len(copies) == SHARE
    for copy in copies:
        assert read_manifest(str(copy)) is None
        found = resolve_binding(str(folder / "library"), encode_binding(units_of(copy)))
        assert 0 < found[0].score <= 99
        assert find_store(str(folder / "library"), found[0].name) == stores[int(copy.stem)]


def test_only_the_same_bytes_score_100(place: tuple[Path, list[bytes]]) -> None:
    folder, stores = place
    units = units_of(folder / "files" / "0.jpeg")
    (found, *others) = resolve_binding(str(folder / "library"), encode_binding(units))
    assert found.score == 100
    assert find_store(str(folder / "library"), found.name) == stores[0]
    assert all(each.score <= 99 for each in others)
    content = [unit for unit in units if Unit.parse(str(unit)).maintype == MainType.CONTENT]
    (found, *_) = resolve_binding(str(folder / "library"), encode_binding(content))
    assert found.score == 99


def test_a_title_alone_finds_nothing(place: tuple[Path, list[bytes]]) -> None:
    folder, _ = place
    units = units_of(folder / "files" / "0.jpeg")
    meta = [unit for unit in units if Unit.parse(str(unit)).maintype == MainType.META]
    for given in (meta, units_of(SAMPLES / "cat.jpg")):
        if given:
            assert resolve_binding(str(folder / "library"), encode_binding(given)) == ()


def test_a_file_without_a_manifest_answers_nothing(place: tuple[Path, list[bytes]]) -> None:
    folder, _ = place
    units = units_of(SAMPLES / "rocket.jpg")
    assert resolve_binding(str(folder / "library"), encode_binding(units)) == ()


def test_malformed_values_and_libraries_without_manifests(
    tmp_path: Path, place: tuple[Path, list[bytes]]
) -> None:
    with pytest.raises(InvalidInput):
        resolve_binding(str(place[0] / "library"), "no base64")
    value = encode_binding(units_of(SAMPLES / "rocket.jpg"))
    assert resolve_binding(str(tmp_path), value) == ()
    assert find_store(str(tmp_path), "urn:c2pa:x") is None
    assert find_store(str(place[0] / "library"), "urn:c2pa:x") is None
