"""A grey scan and a colour picture of 96 x 72 pixels, and their records in any format."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from iscckit.codec.unit import MainType, Unit
from iscckit.records.create import create_stream
from iscckit.records.options import Options
from iscckit.records.record import Record

WIDTH, HEIGHT = 96, 72


def make_scan() -> NDArray[np.uint8]:
    chosen = np.random.default_rng(4).integers(0, 256, (9, 12), np.uint8)
    coarse = Image.fromarray(chosen)
    return np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


SCAN = make_scan()
COLOUR = np.stack([SCAN, np.asarray(Image.fromarray(SCAN).rotate(180)), 255 - SCAN], axis=2)
ALPHA = np.where(np.hypot(*np.mgrid[-36:36, -48:48]) < 30, 255, 0).astype(np.uint8)

TYPES = {
    "PNG": ("a.png", "image/png"),
    "TIFF": ("a.tif", "image/tiff"),
    "PPM": ("a.pgm", "image/x-portable-anymap"),
    "JPEG2000": ("a.jp2", "image/jp2"),
    "JPEG": ("a.jpg", "image/jpeg"),
    "GIF": ("a.gif", "image/gif"),
    "BMP": ("a.bmp", "image/bmp"),
    "WEBP": ("a.webp", "image/webp"),
    "TGA": ("a.tga", "image/x-tga"),
    "QOI": ("a.qoi", "image/qoi"),
    "AVIF": ("a.avif", "image/avif"),
    "HEIC": ("a.heic", "image/heic"),
}


def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def record(
    data: bytes, filename: str, profile: str = "iscckit-1", *, mixed: bool = False
) -> Record:
    options = Options(bits=256, profile=profile, mixed=mixed)  # type: ignore[arg-type]
    return create_stream(io.BytesIO(data), options, filename=filename)


def content(found: Record) -> Unit:
    units = [unit for unit in found.units if unit.maintype == MainType.CONTENT]
    assert units, (found.mediatype, found.missing)
    return units[0]


def equal(a: Unit, b: Unit) -> int:
    different = int.from_bytes(a.body) ^ int.from_bytes(b.body)
    return 8 * len(a.body) - different.bit_count()


# --- deep samples
