"""Pillow decodes, the kernel normalises; damage and excess become errors with a name."""

from __future__ import annotations

import io
import random
import struct
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL
import pillow_heif
import pytest
from PIL import Image, ImageFile, ImageOps, _imaging
from PIL.PngImagePlugin import PngInfo

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import ImageContent, Limits, Source
from iscckit.media.readers.image import extract

NOISE = np.random.default_rng(7)


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture without a border that trimming could take for one."""
    bands = {"L": (), "RGB": (3,), "RGBA": (4,), "LA": (2,), "CMYK": (4,)}[mode]
    array = NOISE.integers(0, 256, (height, width, *bands), np.uint8)
    return Image.fromarray(array, mode if mode == "CMYK" else None)


def encoded(picture: Image.Image, format_name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def read(
    data: bytes, mediatype: str, *, profile: str = "iscckit-1", pixels: int = 10**6
) -> ImageContent:
    source = Source(io.BytesIO(data), "dir/pic", mediatype)
    return extract(source, profile=profile, limits=Limits(pixels=pixels))  # type: ignore[arg-type]


def by_pillow(data: bytes) -> bytes:
    """Return the pixels as the reference SDK makes them, trimming aside."""
    picture: Image.Image = Image.open(io.BytesIO(data))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA"):
        page = Image.new("RGB", picture.size, "white")
        page.paste(picture.convert("RGBA").convert("RGB"), mask=picture.getchannel("A"))
        picture = page
    grey = picture.convert("RGB").convert("L")
    return grey.resize((32, 32), Image.Resampling.BICUBIC).tobytes()


def test_heic_gives_the_pixels_that_its_own_reader_gives() -> None:
    heif = pillow_heif.from_pillow(noise(64, 48))
    buffer = io.BytesIO()
    heif.save(buffer, quality=-1)
    picture = pillow_heif.read_heif(buffer.getvalue()).to_pillow()
    again = encoded(picture, "PNG")
    assert read(buffer.getvalue(), "image/heic").pixels == read(again, "image/png").pixels
    assert "pillow-heif" in read(buffer.getvalue(), "image/heic").extractor


def test_an_apple_icon_gives_its_largest_picture() -> None:
    data = encoded(noise(256, 256), "ICNS", append_images=[noise(32, 32)])
    content = read(data, "image/x-icns", pixels=1 << 22)
    assert (content.width, content.height) == Image.open(io.BytesIO(data)).size


@pytest.mark.parametrize(
    ("format_name", "mediatype", "options"),
    [
        ("JPEG", "image/jpeg", {"quality": 90}),
        ("JPEG", "image/jpeg", {"progressive": True}),
        ("PNG", "image/png", {}),
        ("GIF", "image/gif", {}),
        ("TIFF", "image/tiff", {}),
        ("TIFF", "image/tiff", {"compression": "tiff_lzw"}),
        ("TIFF", "image/tiff", {"compression": "jpeg"}),
        ("BMP", "image/bmp", {}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("AVIF", "image/avif", {}),
        ("JPEG2000", "image/jp2", {}),
        ("TGA", "image/x-tga", {}),
        ("TGA", "image/x-tga", {"compression": "tga_rle"}),
        ("QOI", "image/qoi", {}),
        ("PPM", "image/x-portable-anymap", {}),
        ("PCX", "image/x-pcx", {}),
        ("SGI", "image/x-sgi", {}),
        ("DDS", "image/vnd.ms-dds", {}),
        ("MPO", "image/jpeg", {}),
    ],
)
def test_each_format_gives_the_pixels_that_pillow_gives(
    format_name: str, mediatype: str, options: dict[str, object]
) -> None:
    data = encoded(noise(61, 47), format_name, **options)
    content = read(data, mediatype)
    assert content.pixels == by_pillow(data)
    assert (content.width, content.height) == (61, 47)
    assert content.extractor == {"pillow": PIL.__version__}


def variants() -> dict[str, bytes]:
    palette = noise(50, 40).quantize(64)
    deep = Image.fromarray(NOISE.integers(0, 2000, (40, 50), np.int32).astype(np.uint16))
    see_through = noise(50, 40).quantize(64)
    return {
        "grey": encoded(noise(50, 40, "L"), "PNG"),
        "alpha": encoded(noise(50, 40, "RGBA"), "PNG"),
        "grey with alpha": encoded(noise(50, 40, "LA"), "PNG"),
        "palette": encoded(palette, "PNG"),
        "palette with one transparent colour": encoded(see_through, "PNG", transparency=3),
        "palette with alphas": encoded(see_through, "PNG", transparency=bytes(range(64))),
        "one bit": encoded(noise(50, 40, "L").convert("1"), "PNG"),
        "16 bits": encoded(deep, "PNG"),
        "grey with a transparent shade": encoded(noise(50, 40, "L"), "PNG", transparency=9),
    }


# Kinds that the default profile reads otherwise than Pillow and the SDK.
RARE = ("16 bits", "grey with a transparent shade")


@pytest.mark.parametrize("name", variants())
def test_each_kind_of_pixel_is_flattened_as_pillow_flattens_it(name: str) -> None:
    data = variants()[name]
    assert read(data, "image/png", profile="sdk-0.9.7").pixels == by_pillow(data)
    if name not in RARE:
        assert read(data, "image/png").pixels == by_pillow(data)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("format_name", ["JPEG", "PNG"])
def test_a_picture_larger_than_a_block_of_pillows_memory_gives_the_same(
    format_name: str, mode: str
) -> None:
    width, height = 2101, 2011  # of four bytes each: more than the 16 MiB of a block
    tile = noise(191, 173, mode)
    picture = Image.new(mode, (width, height))
    for left in range(0, width, tile.width):
        for top in range(0, height, tile.height):
            picture.paste(tile, (left, top))
    if format_name == "JPEG" and mode == "RGBA":
        picture = picture.convert("RGB")
    data = encoded(picture, format_name)
    content = read(data, f"image/{format_name.lower()}", pixels=10**7)
    assert content.pixels == by_pillow(data)


@pytest.mark.parametrize("alignment", [1, 64])
def test_rows_that_pillow_was_told_to_align_give_the_same(alignment: int) -> None:
    data = encoded(noise(333, 222), "PNG")
    _imaging.set_alignment(alignment)
    try:
        assert read(data, "image/png").pixels == by_pillow(data)
    finally:
        _imaging.set_alignment(1)


def test_cmyk_is_converted_by_pillow() -> None:
    data = encoded(noise(50, 40, "CMYK"), "JPEG")
    assert read(data, "image/jpeg").pixels == by_pillow(data)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_pictures_are_turned_as_their_exif_says(format_name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(noise(60, 40), format_name, exif=exif)
    content = read(data, f"image/{format_name.lower()}")
    assert content.pixels == by_pillow(data)


def test_orientation_in_xmp_counts_where_exif_has_none() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6"/></x:xmpmeta>'
    turned = encoded(noise(60, 40), "JPEG", xmp=xmp)
    assert read(turned, "image/jpeg").pixels == by_pillow(turned)
    plain = turned.replace(b'Orientation="6"', b'Orientation="1"')
    assert read(plain, "image/jpeg").pixels != read(turned, "image/jpeg").pixels


def test_size_is_that_of_the_stored_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = read(encoded(noise(60, 40), "JPEG", exif=exif), "image/jpeg")
    assert (content.width, content.height) == (60, 40)


def test_long_compressed_text_does_not_cost_a_png() -> None:
    info = PngInfo()
    info.add_text("workflow", "x" * (3 << 20), zip=True)
    info.add_itxt("prompt", "y" * (3 << 20), zip=True)
    picture = noise(60, 40)
    data = encoded(picture, "PNG", pnginfo=info)
    assert read(data, "image/png").pixels == read(encoded(picture, "PNG"), "image/png").pixels
    assert read(data[:-500], "image/png").cut


def test_broken_exif_does_not_cost_the_picture() -> None:
    good = encoded(noise(60, 40), "JPEG")
    broken = encoded(noise(60, 40), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(read(broken, "image/jpeg").pixels) == len(read(good, "image/jpeg").pixels)


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "TIFF", "PNG", "AVIF"])
def test_the_first_frame_stands_for_all(format_name: str) -> None:
    first, second = noise(40, 40), noise(40, 40)
    data = encoded(first, format_name, save_all=True, append_images=[second])
    assert read(data, f"image/{format_name.lower()}").pixels == by_pillow(data)


def test_the_profile_decides_how_borders_are_cut() -> None:
    page = Image.new("RGB", (80, 80), (250, 250, 250))
    page.putpixel((2, 3), (245, 250, 250))  # a speck within the tolerance
    page.paste(noise(40, 40), (20, 20))
    data = encoded(page, "PNG")
    tolerant, exact = read(data, "image/png"), read(data, "image/png", profile="iso")
    assert tolerant.pixels == read(data, "image/png", profile="sdk-0.9.7").pixels
    assert tolerant.pixels == by_pillow(encoded(page.crop((20, 20, 60, 60)), "PNG"))
    assert exact.pixels == by_pillow(encoded(page.crop((2, 3, 60, 60)), "PNG"))


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "AVIF"])
@pytest.mark.parametrize("part", [0.02, 0.1, 0.5, 0.95])
def test_a_truncated_file_fails_by_name_or_says_how_much_is_there(
    format_name: str, part: float
) -> None:
    data = encoded(noise(64, 64), format_name)
    cut, mediatype = data[: int(len(data) * part)], f"image/{format_name.lower()}"
    with pytest.raises(ExtractionFailed) as caught:
        read(cut, mediatype, profile="sdk-0.9.7")
    assert (caught.value.path, caught.value.mediatype) == ("dir/pic", mediatype)
    assert str(caught.value).startswith("dir/pic: cannot be read as image/")
    try:
        content = read(cut, mediatype)
    except ExtractionFailed:
        assert part < 0.5
    else:
        assert content.cut
        assert part - 0.3 < content.share <= part + 0.05


@pytest.mark.parametrize("mediatype", ["image/jpeg", "image/png", "image/tiff", "image/avif"])
def test_what_is_no_picture_fails(mediatype: str) -> None:
    with pytest.raises(ExtractionFailed):
        read(b"This is no picture at all, whatever its name says.", mediatype)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(2000, 501), (40_000, 40_000), (2**31 - 1, 2**31 - 1)])
def test_a_huge_header_is_refused_before_a_pixel_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(LimitExceeded, match="dir/pic: exceeds the limit of 1000000 pixels"):
        read(png_header(*size), "image/png")


def test_a_bomb_within_pillows_own_limit_but_not_ours_is_refused() -> None:
    bomb = encoded(Image.new("L", (3000, 3000)), "PNG")
    assert len(bomb) < 20_000
    with pytest.raises(LimitExceeded):
        read(bomb, "image/png")


def test_a_picture_beyond_pillows_warning_is_read_in_silence() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        large = encoded(Image.new("1", (10_000, 9_000)), "PNG")
        content = read(large, "image/png", pixels=100_000_000)
    assert (content.width, content.height) == (10_000, 9_000)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "AVIF"])
def test_damage_of_any_kind_becomes_one_of_two_errors(format_name: str) -> None:
    rng = random.Random(format_name)
    whole = encoded(noise(40, 30), format_name)
    failed = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 3, 10])):
            at = rng.randrange(min(len(data), rng.choice([40, 400, len(data)])))
            data[at : at + rng.randrange(4)] = rng.randbytes(rng.randrange(1, 4))
        try:
            content = read(bytes(data), f"image/{format_name.lower()}")
        except (ExtractionFailed, LimitExceeded):
            failed += 1
        else:
            assert len(content.pixels) == 1024
    assert failed


def test_pillows_global_state_is_left_alone() -> None:
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    read(encoded(noise(40, 40), "PNG"), "image/png")
    assert read(encoded(noise(40, 40), "PNG")[:900], "image/png").cut
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_many_threads_decode_the_same() -> None:
    thread_count = 4
    data = encoded(noise(300, 200), "JPEG")
    expected = read(data, "image/jpeg")
    barrier = threading.Barrier(thread_count)

    def one(_: int) -> ImageContent:
        barrier.wait()
        return read(data, "image/jpeg")

    with ThreadPoolExecutor(thread_count) as pool:
        assert list(pool.map(one, range(thread_count))) == [expected] * thread_count


@pytest.mark.parametrize(
    ("kind", "value"), [(5, struct.pack("<II", 6, 1)), (11, struct.pack("<f", 6))]
)
def test_an_orientation_may_be_a_fraction(kind: int, value: bytes) -> None:
    inline = len(value) == 4
    entry = struct.pack("<HHI", 0x0112, kind, 1) + (value if inline else struct.pack("<I", 26))
    exif = b"Exif\0\0II*\0\x08\0\0\0\1\0" + entry + bytes(4) + (b"" if inline else value)
    data = encoded(noise(60, 40), "JPEG", exif=exif)
    assert ImageOps.exif_transpose(Image.open(io.BytesIO(data))).size == (40, 60)
    assert read(data, "image/jpeg").pixels == by_pillow(data)


@pytest.mark.filterwarnings("ignore")
def test_the_reason_of_a_damaged_tiff_is_in_words() -> None:
    """Some errors of parsers hold nothing but a byte or a key."""
    good = encoded(noise(40, 30), "TIFF", compression="tiff_lzw")
    rng, reasons = random.Random(12), set()
    for _ in range(400):
        data = bytearray(good)
        start = struct.unpack_from("<I", data, 4)[0]
        for _ in range(3):
            data[rng.randrange(start, len(data))] = rng.choice((0, 1, 2, 255))
        try:
            read(bytes(data), "image/tiff")
        except ExtractionFailed as error:
            reasons.add(error.reason)
        except LimitExceeded:
            continue
    assert len(reasons) > 3
    assert [reason for reason in reasons if " " not in reason or reason.startswith("b'")] == []
