"""From decoded pixels to 32 x 32: Pillow itself is the judge, bit by bit."""

import base64
import gc
import hashlib
import io
import json
import random
from pathlib import Path

import numpy as np
import PIL
import pytest
from PIL import Image, ImageOps

from iscckit import _kernel
from iscckit.algorithms.pixels import PixelMode, crop_box, normalize_pixels
from iscckit.algorithms.twin import pixels as reference_pixels
from iscckit.errors import InvalidInput
from iscckit.units.image import image_code

LEVELS = _kernel.levels["normalize_pixels"]
MODES: tuple[PixelMode, ...] = ("L", "LA", "RGB", "RGBA")
NUMBER_OF_TRIM = {"tolerant": 1, "exact": 2}
NUMBER_OF_MODE = {"L": 0, "LA": 1, "RGB": 2, "RGBA": 3}
TRIMS = json.loads((Path(__file__).parent.parent / "data" / "c2pa-trim.json").read_text("utf-8"))

needs_pillow_13 = pytest.mark.skipif(
    int(PIL.__version__.split(".", 1)[0]) < 13, reason="older Pillows reduce in another order"
)


def noise(width: int, height: int) -> bytes:
    return bytes((1103515245 * (k + 1) + 12345) >> 16 & 255 for k in range(width * height))


def upright_on_white(picture: Image.Image, orientation: int) -> Image.Image:
    picture.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(picture)
    if "A" in upright.mode:
        white = Image.new("RGB", upright.size, "white")
        white.paste(upright.convert("RGBA"), mask=upright.getchannel("A"))
        return white
    return upright.convert("RGB")


def by_pillow(picture: Image.Image, orientation: int) -> bytes:
    grey = upright_on_white(picture, orientation).convert("L")
    return grey.resize((32, 32), Image.Resampling.BICUBIC).tobytes()


SIZES = [
    (1, 1), (1, 40), (40, 1), (2, 3), (31, 33), (32, 32), (32, 33), (33, 32), (32, 200), (200, 32),
    (33, 34), (33, 35), (64, 96), (64, 97), (1, 3000), (3000, 1), (5, 700), (700, 5), (130, 131),
    (301, 222), (222, 301),
]  # fmt: skip


@needs_pillow_13
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_equals_pillow_in_every_orientation(
    level: int, mode: PixelMode, size: tuple[int, int]
) -> None:
    width, height = size
    data = random.Random(f"{mode}{size}").randbytes(width * height * len(mode))
    for orientation in range(1, 9):
        picture = Image.frombytes(mode, size, data)
        small = _kernel.normalize_pixels(
            data, width, height, NUMBER_OF_MODE[mode], orientation, 0, level
        )
        assert small == by_pillow(picture, orientation)


@needs_pillow_13
@pytest.mark.parametrize("seed", range(60))
def test_equals_pillow_at_random_sizes(seed: int) -> None:
    make = random.Random(seed)
    mode = make.choice(MODES)
    size = make.choice([(make.randint(1, 400), make.randint(1, 900)), (make.randint(1, 5000), 3)])
    data = make.randbytes(size[0] * size[1] * len(mode))
    orientation = make.randint(1, 8)
    expected = by_pillow(Image.frombytes(mode, size, data), orientation)
    small = normalize_pixels(data, *size, mode, orientation=orientation, trim=None)
    assert small == expected


@needs_pillow_13
@pytest.mark.parametrize("size", [(5000, 40), (40, 5000), (2049, 1030), (4097, 8200)], ids=str)
@pytest.mark.parametrize("orientation", [1, 7])
def test_equals_pillow_beyond_one_block_of_columns(size: tuple[int, int], orientation: int) -> None:
    data = random.Random(5).randbytes(size[0] * size[1])
    expected = by_pillow(Image.frombytes("L", size, data), orientation)
    assert normalize_pixels(data, *size, "L", orientation=orientation, trim=None) == expected


def test_the_weights_stay_exact_on_the_longest_rows() -> None:
    for width, height in ((300_000, 1), (1, 300_000)):
        white = normalize_pixels(b"\xff" * (width * height), width, height, "L", trim=None)
        assert white == b"\xff" * 1024


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
def test_known_answers(width: int, height: int, sha256: str, code: str) -> None:
    small = normalize_pixels(noise(width, height), width, height, "L", trim=None)
    assert hashlib.sha256(small).hexdigest()[:16] == sha256
    assert image_code(small, bits=256).code == code


@pytest.mark.parametrize("name", [name for name in TRIMS if name != "_metadata"])
def test_the_official_trim_vectors(name: str) -> None:
    vector = TRIMS[name]
    picture = Image.open(io.BytesIO(base64.b64decode(vector["png"]))).convert("RGB")
    data = picture.tobytes()
    assert crop_box(data, *picture.size, "RGB") == tuple(vector["crop"])
    small = normalize_pixels(data, *picture.size, "RGB")
    assert str(image_code(small, bits=256)) == vector["iscc"]


def framed(make: random.Random, mode: PixelMode, size: tuple[int, int]) -> bytes:
    """Return noise inside up to three frames of nearly one colour."""
    width, height = size
    pixels = np.frombuffer(make.randbytes(width * height * len(mode)), np.uint8)
    pixels = pixels.reshape(height, width, len(mode)).copy()
    for _ in range(make.randint(0, 3)):
        left, right = sorted((make.randint(0, width), make.randint(0, width)))
        upper, lower = sorted((make.randint(0, height), make.randint(0, height)))
        inside = pixels[upper:lower, left:right].copy()
        wobble = make.choice([0, 6, 12, 30])
        color = [make.randint(0, 255 - wobble) for _ in mode]
        pixels[...] = np.add(
            color,
            np.frombuffer(make.randbytes(pixels.size), np.uint8).reshape(pixels.shape)
            % (wobble + 1),
        )
        pixels[upper:lower, left:right] = inside
    return pixels.tobytes()


@pytest.mark.parametrize("seed", range(150))
def test_trim_agrees_with_the_readable_twin(seed: int) -> None:
    make = random.Random(seed)
    mode = make.choice(MODES)
    size = (make.randint(1, 230), make.randint(1, 30))
    data = framed(make, mode, size)
    orientation = make.randint(1, 8)
    upright = upright_on_white(Image.frombytes(mode, size, data), orientation)
    rgb = upright.tobytes()
    pixels = [(rgb[i], rgb[i + 1], rgb[i + 2]) for i in range(0, len(rgb), 3)]
    rows = [pixels[i : i + upright.width] for i in range(0, len(pixels), upright.width)]
    for trim in ("tolerant", "exact"):
        left, upper, right, lower = crop_box(data, *size, mode, orientation=orientation, trim=trim)
        for level in _kernel.levels["crop_box"]:
            arguments = (NUMBER_OF_MODE[mode], orientation, NUMBER_OF_TRIM[trim], level)
            assert _kernel.crop_box(data, *size, *arguments) == (left, upper, right, lower)
        cut = [row[left:right] for row in rows[upper:lower]]
        assert cut == reference_pixels.trim(rows, trim)
        small = normalize_pixels(data, *size, mode, orientation=orientation, trim=trim)
        assert small == reference_pixels.normalize(rows, 1, trim)


def test_a_picture_of_one_colour_is_not_cut() -> None:
    for trim in ("tolerant", "exact", None):
        assert crop_box(bytes([7]) * 60, 5, 4, "RGB", trim=trim) == (0, 0, 5, 4)
        assert normalize_pixels(bytes([7]) * 60, 5, 4, "RGB", trim=trim) == bytes([7]) * 1024


def test_the_fourth_byte_of_rgbx_is_ignored() -> None:
    rgb = np.frombuffer(random.Random(1).randbytes(90 * 70 * 3), np.uint8).reshape(70, 90, 3)
    for filler in (0, 255):
        rgbx = np.dstack([rgb, np.full((70, 90), filler, np.uint8)])
        rgbx[5, 5, 3] = 128
        for trim in ("tolerant", None):
            expected = normalize_pixels(rgb.tobytes(), 90, 70, "RGB", trim=trim)
            assert normalize_pixels(rgbx.data, 90, 70, "RGBX", trim=trim) == expected


def test_any_contiguous_buffer_will_do() -> None:
    data = noise(30, 20)
    expected = normalize_pixels(data, 30, 20, "L")
    assert normalize_pixels(bytearray(data), 30, 20, "L") == expected
    assert normalize_pixels(memoryview(data), 30, 20, "L") == expected
    lines = np.frombuffer(data, np.uint8).reshape(20, 30)
    assert normalize_pixels(lines.data, 30, 20, "L") == expected


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((b"", 0, 0, "L"), {}, "no picture of 0 x 0"),
        ((b"abc", 2, 1, "L"), {}, "3 bytes are no picture"),
        ((b"abc", -1, -3, "L"), {}, "no picture"),
        ((b"abc", 3, 1, "CMYK"), {}, "mode must be"),
        ((b"abc", 3, 1, "L"), {"orientation": 0}, "orientation must be"),
        ((b"abc", 3, 1, "L"), {"orientation": 9}, "orientation must be"),
        ((b"abc", 3, 1, "L"), {"trim": "fuzzy"}, "trim must be"),
        (([1, 2], 2, 1, "L"), {}, "must be a buffer"),
        ((memoryview(b"abcdef")[::2], 3, 1, "L"), {}, "contiguous"),
    ],
)
def test_refuses_what_is_no_picture(
    arguments: tuple[bytes, int, int, PixelMode], options: dict[str, int], message: str
) -> None:
    for function in (normalize_pixels, crop_box):
        with pytest.raises(InvalidInput, match=message):
            function(*arguments, **options)  # type: ignore[arg-type]


def test_shared_pixels_outlive_the_picture_and_are_only_read() -> None:
    picture = Image.frombytes("RGB", (30, 20), noise(90, 20))
    expected = picture.tobytes("raw", "RGBX")
    view = memoryview(_kernel.ArrowBytes(picture.__arrow_c_array__()[1]))
    del picture
    gc.collect()
    assert bytes(view) == expected
    assert view.readonly


def test_only_lists_of_plain_values_are_taken_as_shared_pixels() -> None:
    grey = Image.new("L", (30, 20)).__arrow_c_array__()[1]
    for other in (grey, b"bytes", 7):
        with pytest.raises(ValueError):  # noqa: PT011 (Python's text for other objects)
            _kernel.ArrowBytes(other)
