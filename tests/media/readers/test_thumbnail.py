"""Thumbnails: what is shown of which file, upright, on white, within the size."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import iscc_samples
import pytest
from PIL import Image, ImageOps

from iscckit.errors import ExtractionFailed, UnsupportedMedia
from iscckit.media.content_values import Source
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.readers.thumbnail import make_thumbnail

TEXTS = "doc ppt xls rtf txt md json html xhtml xml sqlite".split()  # noqa: SIM905
SHOWN = [
    path
    for path in iscc_samples.all()
    if path.name not in ("demo.docx", "demo.xlsx")  # no preview and no pictures in them
    and path.suffix[1:] not in TEXTS
]


def picture_of(data: bytes, name: str, side: int = 128) -> Image.Image:
    stream = io.BytesIO(data)
    mediatype = detect(data[:HEAD_SIZE], name, stream).mediatype
    stream.seek(0)
    picture = Image.open(io.BytesIO(make_thumbnail(Source(stream, name, mediatype), side=side)))
    assert picture.format == "WEBP"
    picture.load()
    return picture


def colour(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    found = picture.getpixel(at)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_sample_that_can_be_shown_is_shown(path: Path) -> None:
    picture = picture_of(path.read_bytes(), path.name)
    assert max(picture.size) == 128
    if path.parent.name != "video" or path.suffix != ".gif":  # that one starts black
        assert len(set(picture.convert("L").tobytes())) > 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(orientation: int) -> None:
    picture = Image.new("RGB", (100, 60), "white")
    picture.paste("red", (0, 0, 50, 30))
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", exif=exif)
    shown = picture_of(buffer.getvalue(), "a.png")
    expected = ImageOps.exif_transpose(Image.open(buffer)).convert("RGB")
    assert shown.size == expected.size
    for at in ((10, 10), (shown.width - 10, 10), (10, shown.height - 10)):
        assert (
            max(abs(a - b) for a, b in zip(colour(shown, at), colour(expected, at), strict=True))
            < 60
        )


def test_what_is_transparent_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(buffer, "PNG")
    assert min(colour(picture_of(buffer.getvalue(), "a.png"), (25, 25))) > 250


def test_small_pictures_keep_their_size_and_large_ones_do_not() -> None:
    for side, expected in ((128, 40), (16, 16)):
        buffer = io.BytesIO()
        Image.new("RGB", (40, 20), "blue").save(buffer, "PNG")
        assert picture_of(buffer.getvalue(), "a.png", side).width == expected


def test_sound_shows_its_cover_before_its_waveform() -> None:
    paths = {path.name: path for path in iscc_samples.audios()}
    cover = picture_of(paths["withcover.mp3"].read_bytes(), "withcover.mp3")
    wave = picture_of(paths["demo.mp3"].read_bytes(), "demo.mp3")
    assert cover.width == cover.height
    assert wave.width == 2 * wave.height


@pytest.mark.parametrize("name", ["a.txt", "a.bin"])
def test_what_has_no_picture_says_so(name: str) -> None:
    with pytest.raises(UnsupportedMedia, match="picture"):
        picture_of(b"words", name)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # so says Pillow before it raises
@pytest.mark.parametrize("path", SHOWN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_half_a_file_costs_an_error_at_most(path: Path) -> None:
    data = path.read_bytes()
    with suppress(ExtractionFailed, UnsupportedMedia):
        assert max(picture_of(data[: len(data) // 2], path.name).size) <= 128
