"""Files of several pictures: pages are parts, and one picture stands for an icon or a HEIC file."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.field.pictures import ALPHA, COLOUR, HEIGHT, SCAN, WIDTH, content, encode, equal, record

from iscckit.codec.unit import MainType
from iscckit.comparison.verdict import compare


def pages(*pictures: NDArray[np.uint8], **options: object) -> bytes:
    first, *others = [Image.fromarray(each) for each in pictures]
    return encode(first, "TIFF", save_all=True, append_images=others, **options)


def test_a_file_of_different_pages_has_them_as_parts() -> None:
    a, b = pages(SCAN, 255 - SCAN), pages(SCAN, COLOUR[:, :, 1], COLOUR)
    first, second = record(a, "a.tif"), record(b, "a.tif")
    assert content(first) == content(second)  # the first page of both is the same
    assert list(first.flags) == list(second.flags) == ["first-page"]
    assert [len(each.parts) for each in (first, second)] == [2, 3]
    assert [part.name for part in second.parts] == ["page 1", "page 2", "page 3"]
    alone = [
        content(record(encode(Image.fromarray(page), "TIFF"), "a.tif")) for page in (SCAN, COLOUR)
    ]
    assert second.parts[0].unit == alone[0]
    assert second.parts[2].unit == alone[1]
    found = compare(first.units, second.units, quality_a=first.flags, quality_b=second.flags)
    assert found.verdict not in ("identical", "near", "same")
    images = [unit for unit in found.units if unit.a.maintype == MainType.CONTENT]
    assert [unit.answer for unit in images] == ["undecided"]


def test_the_pages_make_a_mixed_code() -> None:
    data = pages(SCAN, 255 - SCAN, COLOUR[:, :, 1])
    found = record(data, "a.tif", mixed=True)
    assert found.mode == "mixed"
    assert found.flags == ()
    single = record(encode(Image.fromarray(SCAN), "TIFF"), "a.tif", mixed=True)
    assert (single.mode, single.missing, single.parts) == ("image", {}, ())


@pytest.mark.parametrize(
    "tags",
    [
        {254: 1},  # reduced resolution
        {254: 4},  # mask
        {255: 2},  # reduced resolution, as older files say it
        {},  # said by the size alone
    ],
)
def test_masks_and_levels_of_a_pyramid_are_no_pages(tags: dict[int, int]) -> None:
    half = Image.fromarray(SCAN).resize((WIDTH // 2, HEIGHT // 2)) if 254 not in tags else None
    second = half or Image.fromarray(ALPHA)
    for tag, value in tags.items():
        second.encoderinfo = {"tiffinfo": {tag: value}}
    data = encode(Image.fromarray(SCAN), "TIFF", save_all=True, append_images=[second])
    found = record(data, "a.tif")
    assert (found.flags, found.parts) == ((), ())


def test_the_profile_of_the_sdk_reads_the_first_page() -> None:
    found = record(pages(SCAN, COLOUR), "a.tif", "sdk-0.9.7")
    assert (found.flags, found.parts) == ((), ())


def test_the_largest_picture_of_an_icon_stands_for_it() -> None:
    large = Image.fromarray(COLOUR).resize((128, 128))
    small = Image.new("RGB", (32, 32), "white")
    data = encode(large, "ICO", sizes=[(32, 32), (128, 128)], append_images=[small])
    found = record(data, "a.ico")
    assert (found.width, found.height) == (128, 128)
    assert equal(content(found), content(record(encode(large, "PNG"), "a.png"))) >= 250


def test_the_primary_picture_of_a_heic_stands_for_it() -> None:
    heif = pillow_heif.HeifFile()
    heif.add_from_pillow(Image.fromarray(255 - COLOUR))
    heif.add_from_pillow(Image.fromarray(COLOUR))
    buffer = io.BytesIO()
    heif.save(buffer, quality=90, primary_index=1)
    expected = content(record(encode(Image.fromarray(COLOUR), "PNG"), "a.png"))
    assert equal(content(record(buffer.getvalue(), "a.heic")), expected) >= 240
