"""Pictures of others: what reports say went wrong, each source named, and the kind of it elsewhere.

The pictures are made of a grey scan and a colour picture of 96 x 72 pixels.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from tests.field.pictures import (
    ALPHA,
    COLOUR,
    HEIGHT,
    SCAN,
    TYPES,
    WIDTH,
    content,
    encode,
    equal,
    record,
)

from iscckit.codec.unit import Unit
from iscckit.comparison.verdict import compare
from iscckit.media.content_values import Limits, Source
from iscckit.media.readers.image import decode_image
from iscckit.media.readers.thumbnail import make_thumbnail


def tiff(samples: NDArray[np.generic], *, photometric: int | None = None, **tags: int) -> bytes:
    """Return samples of any type as TIFF; rows are in one strip and not compressed by default."""
    if samples.ndim == 2:
        samples = samples[:, :, None]
    height, width, channels = samples.shape
    big = samples.dtype.byteorder == ">"
    prefix = b"MM\0*\0\0\0\x08" if big else b"II*\0\x08\0\0\0"
    described = ImageFileDirectory_v2(prefix)
    alpha = channels in (2, 4)
    body: bytes = samples.tobytes()
    if tags.get("predictor"):
        body = predict(samples, tags["predictor"])
    if tags.get("packed"):
        body = pack(samples, tags["packed"])
    bodies = [body]
    if tags.get("planar") == 2:
        bodies = [samples[:, :, each].tobytes() for each in range(channels)]
    if tags.get("compression") == 8:
        bodies = [zlib.compress(each) for each in bodies]
    values = {
        256: width,
        257: height,
        258: (tags.get("packed", samples.dtype.itemsize * 8),) * channels,
        259: tags.get("compression", 1),
        262: photometric if photometric is not None else 2 if channels > 2 else 1,
        273: (0,) * len(bodies),
        277: channels,
        278: height,
        279: tuple(len(each) for each in bodies),
        284: tags.get("planar", 1),
        317: tags.get("predictor", 1),
        339: ({"u": 1, "i": 2, "f": 3}[samples.dtype.kind],) * channels,
        **({338: tags.get("extra", 2)} if alpha else {}),
    }
    for tag, value in values.items():
        described[tag] = value
    # The writer adds the place behind the directory.
    described[273] = tuple(sum(map(len, bodies[:number])) for number in range(len(bodies)))
    head: bytes = described.tobytes(8)
    return b"".join((prefix, head, *bodies))


def pack(samples: NDArray[np.generic], bits: int) -> bytes:
    """Return rows of samples that share bytes, the highest bit first."""
    rows = samples.reshape(len(samples), -1).astype(np.uint16)
    split = rows[:, :, None] >> np.arange(bits - 1, -1, -1) & 1
    return np.packbits(split.reshape(len(samples), -1).astype(np.uint8), axis=1).tobytes()


def big_tiff(samples: NDArray[np.generic]) -> bytes:
    """Return samples as big-endian BigTIFF."""
    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim == 3 else 1
    body = samples.astype(samples.dtype.newbyteorder(">")).tobytes()
    kinds = {"u": 1, "i": 2, "f": 3}
    same = {256: width, 257: height, 259: 1, 262: 2 if channels > 1 else 1, 277: channels}
    size = samples.dtype.itemsize * 8
    each = {258: size, 339: kinds[samples.dtype.kind]}
    count = len(same) + len(each) + 3
    behind = 16 + 8 + 20 * count + 8
    single = {**same, 273: behind, 278: height, 279: len(body)}
    entries = {tag: struct.pack(">HHQQ", tag, 16, 1, value) for tag, value in single.items()}
    for tag, value in each.items():
        values = struct.pack(f">{channels}H", *(value,) * channels).ljust(8, b"\0")
        entries[tag] = struct.pack(">HHQ", tag, 3, channels) + values
    directory = struct.pack(">Q", count) + b"".join(entries[tag] for tag in sorted(entries))
    return b"MM\0+\0\b\0\0" + struct.pack(">Q", 16) + directory + bytes(8) + body


def pam(samples: NDArray[np.integer], white: int) -> bytes:
    channels = samples.shape[2] if samples.ndim == 3 else 1
    head = f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\n# made\nDEPTH {channels}\nMAXVAL {white}\nENDHDR\n"
    return head.encode() + samples.astype(">u2" if white > 255 else "u1").tobytes()


def psd(samples: NDArray[np.generic], *, packed: bool = False) -> bytes:
    """Return samples of 16 or 32 bits as PSD, with PackBits in which no bytes repeat if packed."""
    planes = np.moveaxis(samples.reshape(HEIGHT, WIDTH, -1), 2, 0)
    planes = planes.astype(planes.dtype.newbyteorder(">"))
    depth, mode = planes.dtype.itemsize * 8, 3 if len(planes) == 3 else 1
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, len(planes), HEIGHT, WIDTH, depth, mode)
    if not packed:
        return head + bytes(12) + bytes(2) + planes.tobytes()
    rows = [bytes(row.tobytes()) for plane in planes for row in plane]
    short = [
        b"".join(
            bytes([len(row[at : at + 128]) - 1]) + row[at : at + 128]
            for at in range(0, len(row), 128)
        )
        for row in rows
    ]
    lengths = struct.pack(f">{len(short)}H", *(len(row) for row in short))
    return head + bytes(12) + b"\0\1" + lengths + b"".join(short)


def predict(samples: NDArray[np.generic], predictor: int) -> bytes:
    """Return the differences of neighbours, as Adobe's technical notes on TIFF define them."""
    height, width, channels = samples.shape
    size = samples.dtype.itemsize
    if predictor == 2:
        before = np.concatenate([np.zeros_like(samples[:, :1]), samples[:, :-1]], axis=1)
        return bytes((samples - before).astype(samples.dtype).tobytes())
    big = samples.astype(samples.dtype.newbyteorder(">"))
    planes = np.frombuffer(big.tobytes(), np.uint8).reshape(height, width * channels, size)
    row = np.swapaxes(planes, 1, 2).reshape(height, -1)
    shifted = np.zeros_like(row)
    shifted[:, channels:] = row[:, :-channels]
    return (row - shifted).tobytes()


def fits(samples: NDArray[np.generic], zero: int = 0) -> bytes:
    """Return samples as FITS: big-endian, from the bottom up."""
    bits = samples.dtype.itemsize * (-8 if samples.dtype.kind == "f" else 8)
    cards = {"SIMPLE": "T", "BITPIX": bits, "NAXIS": 2, "NAXIS1": WIDTH, "NAXIS2": HEIGHT}
    if zero:
        cards["BZERO"] = zero
    lines = [f"{name:8}= {value!s:>20}".ljust(80) for name, value in cards.items()]
    header = "".join([*lines, "END".ljust(80)]).ljust(2880).encode()
    body = samples[::-1].astype(samples.dtype.newbyteorder(">")).tobytes()
    return header + body + bytes(-len(body) % 2880)


def float_map(samples: NDArray[np.float32], order: str = "<") -> bytes:
    kind, scale = ("Pf" if samples.ndim == 2 else "PF"), (-1.0 if order == "<" else 1.0)
    body = samples[::-1].astype(f"{order}f4").tobytes()
    return f"{kind}\n{WIDTH} {HEIGHT}\n{scale}\n".encode() + body


def png(bits: int, kind: int, rows: NDArray[np.integer], transparent: bytes = b"") -> bytes:
    """Return a PNG of the rows as they are, with tRNS if it is given."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checked = name + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, kind, 0, 0, 0)
    body = b"".join(b"\0" + row.tobytes() for row in rows)
    named = chunk(b"tRNS", transparent) if transparent else b""
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + named
    return start + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def heic(samples: NDArray[np.uint16]) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_bytes("I;16", (WIDTH, HEIGHT), samples.tobytes()).save(buffer, quality=-1)
    return buffer.getvalue()


DEEP16 = SCAN.astype(np.uint16) * 257
TWELVE = SCAN.astype(np.uint16) * 16 + 7  # as a scanner of 12 bits writes it into 16
SHARES = (SCAN / 255).astype(np.float32)
GREY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG": ("a.png", lambda: encode(Image.fromarray(DEEP16), "PNG")),
    "PNG of 12 bits": ("a.png", lambda: encode(Image.fromarray(TWELVE), "PNG")),
    "PNG of 14 bits": ("a.png", lambda: encode(Image.fromarray(TWELVE * 4), "PNG")),
    "PNG of 8 bits in 16": ("a.png", lambda: encode(Image.fromarray(SCAN.astype("u2")), "PNG")),
    "TIFF, Intel": ("a.tif", lambda: tiff(DEEP16.astype("<u2"))),
    "TIFF, Motorola": ("a.tif", lambda: tiff(DEEP16.astype(">u2"))),
    "TIFF of 12 bits in 32": ("a.tif", lambda: tiff(TWELVE.astype("<i4"))),
    "TIFF of 12 bits in 32, Motorola": ("a.tif", lambda: tiff(TWELVE.astype(">i4"))),
    "TIFF of 32 bits": ("a.tif", lambda: tiff(SCAN.astype("<u4") * 0x01010101)),
    "TIFF of 32 bits, Motorola": ("a.tif", lambda: tiff(SCAN.astype(">u4") * 0x01010101)),
    "TIFF of 64 bits": ("a.tif", lambda: tiff(SCAN.astype("<u8") * 1000)),
    "TIFF with signs": ("a.tif", lambda: tiff((DEEP16.astype("<i4") - 32768).astype("<i2"))),
    "TIFF, white is zero": ("a.tif", lambda: tiff(65535 - DEEP16, photometric=0)),
    "TIFF of floats": ("a.tif", lambda: tiff(SHARES)),
    "TIFF of floats, Motorola": ("a.tif", lambda: tiff(SHARES.astype(">f4"))),
    "TIFF of floats to 255": ("a.tif", lambda: tiff(SCAN.astype("<f4"))),
    "TIFF of floats to 65535": ("a.tif", lambda: tiff(DEEP16.astype("<f4"))),
    "TIFF of half floats": ("a.tif", lambda: tiff(SHARES.astype("<f2"))),
    "TIFF of double floats": ("a.tif", lambda: tiff(SHARES.astype("<f8"))),
    "TIFF of floats, predicted": ("a.tif", lambda: tiff(SHARES, compression=8, predictor=3)),
    "TIFF of floats, predicted, Motorola": (
        "a.tif",
        lambda: tiff(SHARES.astype(">f4"), compression=8, predictor=3),
    ),
    "TIFF of packed 12 bits": ("a.tif", lambda: tiff(TWELVE.astype("<u2"), packed=12)),
    "TIFF of packed 12 bits, Motorola": ("a.tif", lambda: tiff(TWELVE.astype(">u2"), packed=12)),
    "BigTIFF, Motorola": ("a.tif", lambda: big_tiff(DEEP16)),
    "BigTIFF of 8 bits, Motorola": ("a.tif", lambda: big_tiff(SCAN)),
    "PAM": ("a.pam", lambda: pam(DEEP16, 65535)),
    "PAM of 10 bits": ("a.pam", lambda: pam(SCAN.astype(int) * 1023 // 255, 1023)),
    "PAM of 8 bits": ("a.pam", lambda: pam(SCAN, 255)),
    "PSD of 16 bits": ("a.psd", lambda: psd(DEEP16)),
    "PSD of 32 bits": ("a.psd", lambda: psd(SHARES)),
    "TIFF, deflated": ("a.tif", lambda: tiff(DEEP16.astype("<u2"), compression=8, predictor=2)),
    "PGM": ("a.pgm", lambda: encode(Image.fromarray(DEEP16), "PPM")),
    "PFM": ("a.pfm", lambda: float_map(SHARES)),
    "PFM, big-endian": ("a.pfm", lambda: float_map(SHARES, ">")),
    "JPEG 2000": ("a.jp2", lambda: encode(Image.fromarray(DEEP16), "JPEG2000")),
    "HEIC": ("a.heic", lambda: heic(DEEP16)),
    "FITS of 16 bits": ("a.fits", lambda: fits(TWELVE.astype(np.int16))),
    "FITS of 16 bits without sign": (
        "a.fits",
        lambda: fits((DEEP16.astype(np.int32) - 32768).astype(np.int16), zero=32768),
    ),
    "FITS of 32 bits": ("a.fits", lambda: fits(DEEP16.astype(np.int32))),
    "FITS of floats": ("a.fits", lambda: fits(SHARES)),
    "FITS of double floats": ("a.fits", lambda: fits(DEEP16.astype(np.float64))),
}
WIDE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG": ("a.png", lambda: png(16, 2, COLOUR.astype(">u2") * 257)),
    "PPM": (
        "a.ppm",
        lambda: b"P6 %d %d 65535\n" % (WIDTH, HEIGHT) + (COLOUR.astype(">u2") * 257).tobytes(),
    ),
    "TIFF": ("a.tif", lambda: tiff(COLOUR.astype("<u2") * 257)),
    "TIFF of 32 bits": ("a.tif", lambda: tiff(COLOUR.astype("<u4") * 0x01010101)),
    "TIFF of floats": ("a.tif", lambda: tiff((COLOUR / 255).astype("<f4"))),
    "TIFF of floats, deflated": (
        "a.tif",
        lambda: tiff((COLOUR / 255).astype("<f4"), compression=8, predictor=3),
    ),
    "TIFF of 32 bits, deflated": (
        "a.tif",
        lambda: tiff(COLOUR.astype(">u4") << 8, compression=8, predictor=2),
    ),
    "TIFF in planes": ("a.tif", lambda: tiff(COLOUR.astype("<u2") * 257, planar=2)),
    "TIFF in planes, Motorola": ("a.tif", lambda: tiff(COLOUR.astype(">u2") * 257, planar=2)),
    "TIFF in planes, deflated": (
        "a.tif",
        lambda: tiff(COLOUR.astype("<u2") * 257, planar=2, compression=8),
    ),
    "TIFF of packed 12 bits": ("a.tif", lambda: tiff(COLOUR.astype("<u2") * 16 + 7, packed=12)),
    "TIFF of packed 14 bits": ("a.tif", lambda: tiff(COLOUR.astype(">u2") * 64, packed=14)),
    "BigTIFF, Motorola": ("a.tif", lambda: big_tiff(COLOUR.astype("u2") * 257)),
    "BigTIFF of floats, Motorola": ("a.tif", lambda: big_tiff((COLOUR / 255).astype("f4"))),
    "PAM": ("a.pam", lambda: pam(COLOUR.astype("u2") * 257, 65535)),
    "PSD of 16 bits": ("a.psd", lambda: psd(COLOUR.astype("u2") * 257)),
    "PSD of 16 bits, packed": ("a.psd", lambda: psd(COLOUR.astype("u2") * 257, packed=True)),
    "PSD of 32 bits": ("a.psd", lambda: psd((COLOUR / 255).astype("f4"))),
    "PFM": ("a.pfm", lambda: float_map((COLOUR / 255).astype(np.float32))),
}


@pytest.mark.parametrize("name", GREY)
def test_a_deep_scan_is_the_scan_of_8_bits(name: str) -> None:
    """python-pillow/Pillow 3011, 2574, 1108, 5991: 16-bit grey became white or black."""
    filename, make = GREY[name]
    found = record(make(), filename)
    expected = record(encode(Image.fromarray(SCAN), "PNG"), "a.png")
    assert equal(content(found), content(expected)) >= 250
    assert found.flags == ()


@pytest.mark.parametrize("name", WIDE)
def test_a_deep_colour_picture_is_that_of_8_bits(name: str) -> None:
    filename, make = WIDE[name]
    found = record(make(), filename)
    expected = record(encode(Image.fromarray(COLOUR), "PNG"), "a.png")
    assert equal(content(found), content(expected)) >= 250


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.6])
def test_a_dim_scan_of_16_bits_is_its_scan_of_8_bits(share: float) -> None:
    dim = (SCAN * share).astype(np.uint8)
    expected = content(record(encode(Image.fromarray(dim), "PNG"), "a.png"))
    for deep in (dim.astype(np.uint16) * 257, dim.astype(np.uint16) * 256):
        found = content(record(encode(Image.fromarray(deep), "PNG"), "a.png"))
        assert found == expected


@pytest.mark.parametrize("name", ["PNG", "TIFF, Intel", "TIFF of floats", "PGM", "FITS of floats"])
def test_the_thumbnail_of_a_deep_scan_shows_it(name: str) -> None:
    filename, make = GREY[name]
    mediatype = record(make(), filename).mediatype
    small = make_thumbnail(Source(io.BytesIO(make()), filename, mediatype))
    shown = np.asarray(Image.open(io.BytesIO(small)).convert("L")).astype(int)
    assert abs(shown - SCAN).mean() < 20


def test_the_profile_of_the_sdk_leaves_deep_scans_white() -> None:
    found = record(GREY["PNG"][1](), "a.png", "sdk-0.9.7")
    assert equal(content(found), content(record(GREY["PNG"][1](), "a.png"))) < 200
    assert record(WIDE["TIFF of floats"][1](), "a.tif", "sdk-0.9.7").mode is None


def test_grey_with_alpha_of_16_bits() -> None:
    """Probe: "unknown pixel mode"."""
    both = np.stack([SCAN, ALPHA], axis=2)
    expected = content(record(encode(Image.fromarray(both), "PNG"), "a.png"))
    for kind, order in (("TIFF", "<"), ("TIFF", ">"), ("PNG", ">")):
        deep = both.astype(f"{order}u2") * 257
        data = tiff(deep) if kind == "TIFF" else png(16, 4, deep)
        assert equal(content(record(data, TYPES[kind][0])), expected) >= 250


# --- transparency


def on_white(colour: NDArray[np.uint8], clear: NDArray[np.bool_]) -> Unit:
    white = np.where(clear[:, :, None] if colour.ndim == 3 else clear, 255, colour)
    return content(record(encode(Image.fromarray(white.astype(np.uint8)), "PNG"), "a.png"))


def test_a_transparent_colour_is_white() -> None:
    """python-pillow/Pillow 421, 154, 3379: tRNS was ignored but for palettes."""
    clear = ALPHA == 0
    colour = np.where(clear[:, :, None], (1, 2, 3), np.maximum(COLOUR, 9)).astype(np.uint8)
    grey = np.where(clear, 5, np.maximum(SCAN, 9)).astype(np.uint8)
    dots = np.where(clear, 0, 1 + SCAN // 128).astype(np.uint8)  # 0 is transparent
    four = np.where(clear, 3, np.where(SCAN // 17 == 3, 4, SCAN // 17)).astype(np.uint8)
    packed = four[:, ::2] << 4 | four[:, 1::2]
    wide = colour.astype(">u2") * 257
    deep = grey.astype(">u2") * 257
    cases = {
        "truecolour": (png(8, 2, colour, struct.pack(">3H", 1, 2, 3)), on_white(colour, clear)),
        "truecolour of 16 bits": (
            png(16, 2, wide, struct.pack(">3H", 257, 514, 771)),
            on_white(colour, clear),
        ),
        "grey": (png(8, 0, grey, struct.pack(">H", 5)), on_white(grey, clear)),
        "grey of 16 bits": (png(16, 0, deep, struct.pack(">H", 5 * 257)), on_white(grey, clear)),
        "grey of 4 bits": (png(4, 0, packed, struct.pack(">H", 3)), on_white(four * 17, clear)),
    }
    palette = Image.fromarray(dots, "P")
    palette.putpalette([0, 0, 0, 90, 90, 90, 200, 200, 200])
    shown = np.choose(dots, [0, 90, 200]).astype(np.uint8)
    for kind in ("PNG", "GIF"):
        data = encode(palette, kind, transparency=0)
        cases[f"palette, {kind}"] = (data, on_white(shown, clear))
    for name, (data, expected) in cases.items():
        found = record(data, "a.gif" if "GIF" in name else "a.png")
        assert equal(content(found), expected) >= 254, name


def test_a_transparent_shade_of_1_bit_is_white() -> None:
    dark = ALPHA > 0
    dots = np.packbits(~dark, axis=1)
    opaque, clear = png(1, 0, dots), png(1, 0, dots, struct.pack(">H", 0))
    assert content(record(opaque, "a.png")) != content(record(clear, "a.png"))
    assert record(clear, "a.png").flags == ("featureless-image",)  # black is gone: all is white
    assert content(record(clear, "a.png", "sdk-0.9.7")) == content(record(opaque, "a.png"))


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("extra", [1, 2])
@pytest.mark.parametrize("number", ["<u1", "<u2"])
def test_alpha_of_tiff_counts_with_and_without_association(
    channels: int, extra: int, number: str
) -> None:
    soft = np.full_like(SCAN, 128)
    soft[ALPHA > 0] = 255
    colour = SCAN[:, :, None] if channels == 2 else COLOUR
    straight = np.concatenate([colour, soft[:, :, None]], axis=2)
    expected = content(record(encode(Image.fromarray(straight), "PNG"), "a.png"))
    samples = straight.astype(np.float64)
    if extra == 1:
        samples[:, :, :-1] *= soft[:, :, None] / 255
    deep = np.round(samples * (257 if number == "<u2" else 1)).astype(number)
    assert equal(content(record(tiff(deep, extra=extra), "a.tif")), expected) >= 248


# --- files cut at the end


def jpeg(**options: object) -> bytes:
    return encode(Image.fromarray(COLOUR), "JPEG", quality=90, **options)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_a_jpeg_without_its_end_marker_is_whole_and_flagged(options: dict[str, object]) -> None:
    """haiwen/seahub 796, beeftornado/duplicate-image-finder 2, haltakov/simple-photo-gallery 125,
    knjcode/imgdupes 52: "image file is truncated", though all pixels are there."""
    whole = jpeg(**options)
    found = record(whole[:-2], "a.jpg")
    assert content(found) == content(record(whole, "a.jpg"))
    assert found.flags == ("truncated-image",)
    assert found.failure is None
    assert record(whole[:-2], "a.jpg", "sdk-0.9.7").mode is None


CUT: dict[str, dict[str, object]] = {
    "JPEG": {},
    "PNG": {},
    "GIF": {},
    "BMP": {},
    "WEBP": {"lossless": True},
    "TIFF": {},
    "JPEG2000": {},
    "PPM": {},
    "TGA": {},
    "QOI": {},
}


@pytest.mark.parametrize("kind", CUT)
def test_a_picture_cut_near_its_end_gives_what_is_there(kind: str) -> None:
    filename = TYPES[kind][0]
    whole = encode(Image.fromarray(COLOUR), kind, **CUT[kind])
    expected = content(record(whole, filename))
    near = record(whole[: int(len(whole) * 0.97)], filename)
    assert equal(content(near), expected) >= (200 if kind == "JPEG" else 230)  # blocks are lost
    assert near.flags == ("truncated-image",)
    half = record(whole[: len(whole) // 2], filename)
    if kind == "JPEG2000":  # the first half has the whole picture, less sharp
        assert equal(content(half), expected) >= 230
    else:
        assert "partial-image" in half.flags
    assert half.flags


@pytest.mark.parametrize("kind", CUT)
def test_a_whole_picture_has_no_flag(kind: str) -> None:
    whole = encode(Image.fromarray(COLOUR), kind, **CUT[kind])
    assert record(whole, TYPES[kind][0]).flags == ()


@pytest.mark.parametrize("options", [{}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("end", [b"\xff\xd9", bytes(100), bytes(20_000)])
def test_half_a_jpeg_is_flagged_whatever_stands_behind_it(
    end: bytes, options: dict[str, object]
) -> None:
    """Repaired files have an end marker behind the cut, files of a lost connection have zeros."""
    whole = jpeg(**options)
    assert record(whole[: len(whole) // 2] + end, "a.jpg").flags == ("partial-image",)


def test_codes_of_half_a_picture_decide_nothing() -> None:
    whole = jpeg()
    half = record(whole[: len(whole) // 2], "a.jpg")
    again = record(whole[: len(whole) // 2 + 10], "a.jpg")
    found = compare([content(half)], [content(again)], quality_a=half.flags, quality_b=again.flags)
    assert [unit.answer for unit in found.units] == ["undecided"]


def test_grey_pictures_are_not_taken_for_cut_ones() -> None:
    page = COLOUR.copy()
    page[-9:] = 128
    for picture in (page, np.full_like(COLOUR, 128)):
        found = record(encode(Image.fromarray(picture), "JPEG"), "a.jpg")
        assert "truncated-image" not in found.flags
        assert "partial-image" not in found.flags


def test_state_of_pillow_is_left_alone() -> None:
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    data = jpeg()[:-200]
    decode_image(Source(io.BytesIO(data), "a.jpg", "image/jpeg"), Limits())
    assert before == ImageFile.LOAD_TRUNCATED_IMAGES


# --- files of several pages
