"""The readable twin of the picture steps against Pillow and the known answers of the standard."""

import base64
import hashlib
import random

import pytest
from PIL import Image, ImageOps

from iscckit.algorithms.twin import hashes
from iscckit.algorithms.twin.pixels import Rgb, grey, normalize, on_white, resize, transpose
from iscckit.algorithms.twin.pixels import trim as trim_border


def noise(width: int, height: int) -> list[int]:
    """Grey values of the linear congruential generator that the known answers are stated for."""
    return [(1103515245 * (k + 1) + 12345) >> 16 & 255 for k in range(width * height)]


def rows_of(picture: Image.Image) -> list[list[Rgb]]:
    data = picture.tobytes()
    pixels = [(data[i], data[i + 1], data[i + 2]) for i in range(0, len(data), 3)]
    return [pixels[i : i + picture.width] for i in range(0, len(pixels), picture.width)]


@pytest.mark.parametrize(
    ("width", "height", "sha256", "code"),
    [
        (50, 200, "2d1877c89781dc92", "EED4PLCQ7SBLDVVJO5K2UDL6RQ5EJEWM2TLLDRXQUM7EA2J6NE3SUNY"),
        (200, 50, "324217a2d294e3d8", "EED3TTUR32Q2JAH4FKSP35PYUIANKVVD26DNNIEC476SG5JVQCQPB6Q"),
        (20, 20, "7d4c00fe58aeccc4", "EEDYVD5A5O3OIJUTVDJ74ZMCY2BMPSMMNXMZ6SMUJG65HAOQSHIZXRI"),
        (33, 34, "f0e77320ff557349", "EED5BH6AT3AG7NB2QWDIPK4R7OI3F5KYBAXP6XKUAPSUHKOLQEVWTKY"),
        (33, 35, "0d5e99098837898e", "EED5NHOCDHDGTNZQ5YD26CP2AHJTD52RXIG245KUAHXUDKWDZKBSVKY"),
    ],
)
def test_resize_gives_the_known_answers(width: int, height: int, sha256: str, code: str) -> None:
    values = noise(width, height)
    rows = [values[i : i + width] for i in range(0, len(values), width)]
    small = bytes(value for row in resize(rows) for value in row)
    assert hashlib.sha256(small).hexdigest()[:16] == sha256
    header_and_body = b"\x21\x07" + hashes.image_digest(list(small))
    assert base64.b32encode(header_and_body).decode().rstrip("=") == code


@pytest.mark.parametrize("seed", range(30))
def test_resize_equals_pillow(seed: int) -> None:
    random_size = random.Random(seed)
    width, height = random_size.randint(1, 120), random_size.randint(1, 120)
    values = random_size.randbytes(width * height)
    rows = [list(values[i : i + width]) for i in range(0, len(values), width)]
    expected = Image.frombytes("L", (width, height), values).resize(
        (32, 32), Image.Resampling.BICUBIC
    )
    assert bytes(value for row in resize(rows) for value in row) == expected.tobytes()


def test_grey_and_white_background_equal_pillow() -> None:
    colors = random.Random(3)
    for _ in range(500):
        red, green, blue, alpha = (colors.randrange(256) for _ in range(4))
        picture = Image.new("RGBA", (1, 1), (red, green, blue, alpha))
        white = Image.new("RGB", (1, 1), "white")
        white.paste(picture, mask=picture.getchannel("A"))
        assert on_white((red, green, blue), alpha) == white.getpixel((0, 0))
        assert grey((red, green, blue)) == picture.convert("RGB").convert("L").getpixel((0, 0))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_transpose_equals_pillow(orientation: int) -> None:
    picture = Image.frombytes("RGB", (3, 2), bytes(range(18)))
    rows = rows_of(picture)
    picture.getexif()[0x0112] = orientation
    assert transpose(rows, orientation) == rows_of(ImageOps.exif_transpose(picture))


def framed(width: int, height: int, box: tuple[int, int, int, int], border: Rgb) -> list[list[Rgb]]:
    left, upper, right, lower = box
    inside = random.Random(4)
    return [
        [
            (inside.randrange(200), 255, 0) if left <= x < right and upper <= y < lower else border
            for x in range(width)
        ]
        for y in range(height)
    ]


def test_a_border_of_nearly_one_colour_is_cut_only_by_the_tolerant_trim() -> None:
    rows = framed(20, 10, (3, 2, 15, 9), (10, 10, 10))
    rows[0][1] = (20, 10, 10)
    assert [len(trim_border(rows, "tolerant")), len(trim_border(rows, "tolerant")[0])] == [7, 12]
    assert [len(trim_border(rows, "exact")), len(trim_border(rows, "exact")[0])] == [9, 14]
    assert trim_border(rows, "none") == rows


def test_a_smooth_band_on_one_side_stays_and_a_flat_one_goes() -> None:
    flat = framed(20, 10, (0, 4, 20, 10), (10, 10, 10))
    assert len(trim_border(flat)) == 6
    smooth = [list(row) for row in flat]
    smooth[3] = [(20, 10, 10)] * 20
    assert len(trim_border(smooth)) == 10


def test_a_picture_of_one_colour_is_not_cut() -> None:
    rows = [[(7, 7, 7)] * 5 for _ in range(4)]
    assert trim_border(rows) == rows
    assert normalize(rows) == bytes([7]) * 1024
