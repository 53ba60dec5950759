"""Blocks of metadata in pictures: real ones, and ones that Pillow wrote."""

import contextlib
import io
import struct
from importlib.resources import files

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from tests.media.metadata.test_xmp import packet

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata.fields import Metadata
from iscckit.media.metadata.read import find_metadata, read_metadata

SAMPLES = files("iscc_samples") / "files/image"
XMP = packet("<iscc:name>From XMP</iscc:name>")
LIMITS = Limits()


def source(data: bytes, mediatype: str) -> Source:
    return Source(io.BytesIO(data), "picture", mediatype)


def picture(form: str, **arguments: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, form, **arguments)
    return file.getvalue()


def exif(**tags: str | bytes) -> Image.Exif:
    numbers = {"artist": 0x013B, "title": 0x9C9B, "image_id": 0x800D}
    written = Image.Exif()
    for name, value in tags.items():
        written[numbers[name]] = value
    return written


def iptc(*datasets: tuple[int, bytes]) -> bytes:
    block = b"".join(struct.pack(">BBBH", 0x1C, 2, n, len(v)) + v for n, v in datasets)
    padded = block + b"\0" * (len(block) & 1)
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + padded


def with_iptc(jpeg: bytes, resources: bytes, parts: int = 1) -> bytes:
    size = -(-len(resources) // parts)
    segments = b""
    for at in range(0, len(resources), size):
        data = b"Photoshop 3.0\0" + resources[at : at + size]
        segments += b"\xff\xed" + struct.pack(">H", len(data) + 2) + data
    return jpeg[:2] + segments + jpeg[2:]


@pytest.mark.parametrize(
    ("name", "mediatype", "metadata"),
    [
        ("demo.jpg", "image/jpeg", Metadata(name="Concentrated Cat", creator="Some Cat Lover")),
        (
            "demo.png",
            "image/png",
            Metadata(name="Concentrated Cat PNG", creator="Another Cat Lover"),
        ),
        ("demo.tif", "image/tiff", Metadata(name="Concentrated Cat", creator="Some Cat Lover")),
        ("demo.psd", "image/vnd.adobe.photoshop", Metadata(name="Concentrated Cat")),
        ("demo.gif", "image/gif", Metadata()),
        ("demo.bmp", "image/bmp", Metadata()),
    ],
)
def test_the_samples_say_what_the_reference_says(
    name: str, mediatype: str, metadata: Metadata
) -> None:
    data = (SAMPLES / name).read_bytes()
    assert read_metadata(source(data, mediatype), limits=LIMITS) == metadata


def test_xmp_comes_before_iptc_and_iptc_before_exif() -> None:
    tags = exif(title="From EXIF".encode("utf-16-le"), artist="Ann")
    plain = picture("JPEG", exif=tags)
    with_two = with_iptc(plain, iptc((105, b"From IPTC")))
    with_all = with_iptc(picture("JPEG", exif=tags, xmp=XMP), iptc((105, b"From IPTC")))
    names = [
        find_metadata(source(x, "image/jpeg"), limits=LIMITS) for x in (plain, with_two, with_all)
    ]
    assert [found.metadata.name for found in names] == ["From EXIF", "From IPTC", "From XMP"]
    assert names[2].origin == {"name": "XMP iscc:name", "creator": "EXIF Artist"}


def test_of_repeated_datasets_the_last_counts_but_keywords_gather() -> None:
    block = iptc((5, b"first"), (25, b"a"), (5, "zuletzt ü".encode("latin-1")), (25, b"b"))
    found = read_metadata(source(with_iptc(picture("JPEG"), block, 3), "image/jpeg"), limits=LIMITS)
    assert found == Metadata(name="zuletzt ü", keywords="a, b")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF", "JPEG"])
def test_exif_and_xmp_are_found_in_what_pillow_writes(form: str) -> None:
    arguments: dict[str, object] = {"exif": exif(artist="Ann", image_id="urn:a")}
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
        arguments["pnginfo"] = info
    elif form == "TIFF":
        arguments["tiffinfo"] = {700: XMP, **dict(exif(artist="Ann", image_id="urn:a"))}
        del arguments["exif"]
    else:
        arguments["xmp"] = XMP
    data = picture(form, **arguments)
    found = read_metadata(source(data, f"image/{form.lower()}"), limits=LIMITS)
    assert found == Metadata(name="From XMP", creator="Ann", identifier="urn:a")


def test_heif_is_read_through_libheif() -> None:
    file = io.BytesIO()
    heif = pillow_heif.from_pillow(Image.new("RGB", (64, 64), "red"))
    heif.save(file, exif=exif(artist="Ann").tobytes(), xmp=XMP)
    found = read_metadata(source(file.getvalue(), "image/heic"), limits=LIMITS)
    assert found == Metadata(name="From XMP", creator="Ann")


def test_the_application_extension_of_a_gif_is_read() -> None:
    gif = picture("GIF")
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    data = gif[:-1] + b"!\xff\x0bXMP DataXMP" + XMP + trailer + b";"
    assert read_metadata(source(data, "image/gif"), limits=LIMITS).name == "From XMP"


def test_a_damaged_block_costs_only_itself() -> None:
    broken = picture("JPEG", exif=exif(artist="Ann"), xmp=b"<x:xmpmeta")
    found = find_metadata(source(broken, "image/jpeg"), limits=LIMITS)
    assert found.metadata == Metadata(creator="Ann")
    assert len(found.damage) == 1
    assert found.damage[0].startswith("XMP")


@pytest.mark.parametrize(
    ("name", "mediatype"),
    [
        ("demo.jpg", "image/jpeg"),
        ("demo.png", "image/png"),
        ("demo.tif", "image/tiff"),
        ("demo.psd", "image/vnd.adobe.photoshop"),
        ("demo.gif", "image/gif"),
    ],
)
@given(st.data())
def test_damage_costs_metadata_at_most(name: str, mediatype: str, data: st.DataObject) -> None:
    whole = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(0, 20))):
        whole[data.draw(st.integers(0, min(len(whole) - 1, 9000)))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with contextlib.suppress(ExtractionFailed):  # anything else fails the test
        find_metadata(source(cut, mediatype), limits=LIMITS)


def test_types_without_a_row_have_no_metadata() -> None:
    assert read_metadata(source(b"anything", "image/x-icon"), limits=LIMITS) == Metadata()
