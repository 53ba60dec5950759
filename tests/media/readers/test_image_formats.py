"""Formats and kinds of pixels that are rare: each gives what Pillow gives, or says why not."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from iscckit.algorithms.pixels import normalize_pixels
from iscckit.errors import LimitExceeded
from iscckit.media.content_values import ImageContent, Limits, Source
from iscckit.media.picture_grid import REGIONS, crop_regions, make_grid
from iscckit.media.readers import image, svg
from iscckit.records.create import create_stream
from iscckit.records.options import Options

CHOSEN = np.random.default_rng(4)
PICTURE = Image.fromarray(CHOSEN.integers(0, 256, (9, 12, 3), np.uint8)).resize((96, 72))


def read(data: bytes, mediatype: str, *, granular: bool = False) -> ImageContent:
    source = Source(io.BytesIO(data), "picture", mediatype)
    return image.extract(source, profile="iscckit-1", limits=Limits(), granular=granular)


def expected(picture: Image.Image) -> bytes:
    rgb = picture if picture.mode == "L" else picture.convert("RGB")
    return normalize_pixels(rgb.tobytes(), rgb.width, rgb.height, rgb.mode)  # type: ignore[arg-type]


def sun(picture: Image.Image) -> bytes:
    """Return a Sun raster of 24 bits, as its specification writes it."""
    rows = np.asarray(picture)[:, :, ::-1].tobytes()
    words = (0x59A66A95, picture.width, picture.height, 24, len(rows), 1, 0, 0)
    return b"".join(word.to_bytes(4) for word in words) + rows


def fits(picture: Image.Image) -> bytes:
    """Return a FITS file of 8 bits; its rows go upwards."""
    cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2"]
    cards += (f"NAXIS1  = {picture.width}", f"NAXIS2  = {picture.height}", "END")
    head = "".join(f"{card:80}" for card in cards).encode()
    data = ImageOps.flip(picture).tobytes()
    return head + b" " * (-len(head) % 2880) + data + bytes(-len(data) % 2880)


def colour(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


def xpm(picture: Image.Image) -> bytes:
    """Return an XPM with one symbol a colour."""
    small = picture.quantize(40).convert("RGB")
    colours = sorted({colour(small, x, y) for x in range(96) for y in range(72)})
    symbols = {each: chr(48 + i) for i, each in enumerate(colours)}
    lines = [f'"{small.width} {small.height} {len(colours)} 1",']
    lines += [f'"{symbols[c]} c #{c[0]:02x}{c[1]:02x}{c[2]:02x}",' for c in colours]
    for y in range(small.height):
        row = "".join(symbols[colour(small, x, y)] for x in range(small.width))
        lines.append(f'"{row}",')
    return ("/* XPM */\nstatic char * a[] = {\n" + "\n".join(lines) + "\n};\n").encode()


def saved(picture: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


GREY = PICTURE.convert("L")
FILES = {
    "image/x-icon": (saved(PICTURE.convert("RGBA"), "ICO", sizes=[(96, 72)]), PICTURE),
    "image/x-sun-raster": (sun(PICTURE), PICTURE),
    "image/fits": (fits(GREY), GREY),
    "image/x-xpixmap": (xpm(PICTURE), PICTURE.quantize(40).convert("RGB")),
    "image/x-xbitmap": (saved(GREY.convert("1"), "XBM"), GREY.convert("1").convert("L")),
}


@pytest.mark.parametrize("mediatype", FILES)
def test_rare_formats_are_known_and_give_the_pixels_they_hold(mediatype: str) -> None:
    data, picture = FILES[mediatype]
    record = create_stream(io.BytesIO(data), filename="picture")
    assert record.mediatype == mediatype
    assert record.mode == "image"
    assert read(data, mediatype).pixels == expected(picture)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_is_shown_as_its_reader_turns_it(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = pillow_heif.from_pillow(PICTURE)
    target = io.BytesIO()
    file.save(target, exif=exif.tobytes(), quality=-1)
    data = target.getvalue()
    with pillow_heif.HeifImageFile(io.BytesIO(data)) as picture:
        picture.load()
        shown = ImageOps.exif_transpose(picture)
    assert read(data, "image/heic").pixels == expected(shown)


@pytest.mark.parametrize("mode", ["I", "F", "I;16"])
def test_deep_pictures_become_grey_as_pillow_makes_them(mode: str) -> None:
    values = np.linspace(0, 255, 96 * 72).reshape(72, 96)
    kinds = {"I": np.int32, "F": np.float32, "I;16": np.uint16}
    picture = Image.fromarray(values.astype(kinds[mode]))
    assert picture.mode == mode
    data = saved(picture, "TIFF")
    assert read(data, "image/tiff").pixels == expected(picture.convert("RGB"))


@pytest.mark.parametrize(
    ("data", "name", "mediatype"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "a.eps", "postscript"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(40), "a.cr2", "cr2"),
    ],
)
def test_what_would_need_another_program_is_a_sum_with_the_reason(
    data: bytes, name: str, mediatype: str
) -> None:
    record = create_stream(io.BytesIO(data), filename=name)
    assert mediatype in record.mediatype
    assert record.mode is None
    assert "no content decoder" in record.missing["content"]
    assert record.failure is None


def test_a_drawing_keeps_to_the_limit_of_pixels() -> None:
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>'
    source = Source(io.BytesIO(data), "a.svg", "image/svg+xml")
    with pytest.raises(LimitExceeded):
        svg.extract(source, profile="iscckit-1", limits=Limits(pixels=800_000))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "CMYK", "PA", "La"])
def test_a_grid_is_made_of_pictures_of_any_mode(mode: str) -> None:
    step = PICTURE.convert("RGBA") if mode == "PA" else PICTURE
    picture = step.convert("LA").convert("La") if mode == "La" else step.convert(mode)
    grid = make_grid(picture)
    assert len(grid.values) == grid.width * grid.height == pytest.approx(65536, rel=0.02)
    assert grid.width / grid.height == pytest.approx(picture.width / picture.height, rel=0.02)
    found = crop_regions(grid)
    assert len(found) == len(REGIONS)
    assert all(len(pixels) == 1024 for pixels in found)
    if mode in {"RGB", "RGBA", "CMYK"}:
        difference = grid.array().astype(int) - make_grid(PICTURE).array()
        assert np.abs(difference).mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_grid_is_that_of_the_upright_picture(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(PICTURE, "PNG", exif=exif)
    with Image.open(io.BytesIO(data)) as picture:
        upright = ImageOps.exif_transpose(picture)
    grid = read(data, "image/png", granular=True).grid
    assert grid is not None
    difference = grid.array().astype(int) - make_grid(upright).array()
    assert np.abs(difference).mean() < 2


def test_the_longest_picture_has_a_grid_of_bounded_sides() -> None:
    grid = make_grid(Image.new("L", (60_000, 1)))
    assert (grid.width, grid.height) == (1023, 16)
    assert grid.shrink(4096).width <= 1023


def test_without_features_no_grid_is_made() -> None:
    assert read(saved(PICTURE, "PNG"), "image/png").grid is None
    assert create_stream(io.BytesIO(saved(PICTURE, "PNG")), Options(), filename="a.png").iscc
