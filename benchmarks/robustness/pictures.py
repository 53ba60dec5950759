"""What happens to pictures."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from benchmarks.robustness.kinds import Variant

__all__ = ["variants"]

Change = Callable[[Image.Image, random.Random], Image.Image]


def _scaled(share: float) -> Change:
    def change(picture: Image.Image, _: random.Random) -> Image.Image:
        size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
        return picture.resize(size, Image.Resampling.LANCZOS)

    return change


def _cropped(area: float) -> Change:
    """Cut away a share of the area, at a random place and of a random shape."""

    def change(picture: Image.Image, chosen: random.Random) -> Image.Image:
        left = 1 - area
        width = chosen.uniform(left, 1.0) if area < 0.2 else chosen.uniform(left**0.7, left**0.3)
        height = left / width
        x, y = chosen.uniform(0, 1 - width), chosen.uniform(0, 1 - height)
        w, h = picture.size
        return picture.crop(
            (round(x * w), round(y * h), round((x + width) * w), round((y + height) * h))
        )

    return change


def _turned(degrees: float) -> Change:
    def change(picture: Image.Image, _: random.Random) -> Image.Image:
        expand = degrees % 90 == 0
        return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=expand)

    return change


def _watermarked(picture: Image.Image, _: random.Random) -> Image.Image:
    layer = Image.new("RGBA", picture.size)
    font = ImageFont.load_default(picture.height // 8)
    middle = (picture.width // 2, picture.height // 2)
    ImageDraw.Draw(layer).text(middle, "© SAMPLE", (255, 255, 255, 128), font, anchor="mm")
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _captioned(picture: Image.Image, _: random.Random) -> Image.Image:
    changed = picture.copy()
    band = picture.height // 8
    draw = ImageDraw.Draw(changed)
    draw.rectangle((0, picture.height - band, picture.width, picture.height), "black")
    place = (picture.width // 2, picture.height - band // 2)
    draw.text(place, "When you see it", "white", ImageFont.load_default(band // 2), anchor="mm")
    return changed


def _bordered(share: float) -> Change:
    def change(picture: Image.Image, _: random.Random) -> Image.Image:
        return ImageOps.expand(picture, round(share * min(picture.size)), "white")

    return change


def _gamma(power: float) -> Change:
    table = [round(255 * (i / 255) ** power) for i in range(256)] * 3
    return lambda picture, _: picture.point(table)


def _noisy(deviation: float) -> Change:
    def change(picture: Image.Image, chosen: random.Random) -> Image.Image:
        noise = np.random.default_rng(chosen.getrandbits(32)).normal(
            0, deviation, (picture.height, picture.width, 3)
        )
        pixels = np.clip(np.asarray(picture, np.float64) + noise, 0, 255)
        return Image.fromarray(pixels.astype(np.uint8))

    return change


def _same(picture: Image.Image, _: random.Random) -> Image.Image:
    return picture


# Group, name, what is done, format, and its quality.
CHANGES: Final[tuple[tuple[str, str, Change, str, int], ...]] = (
    ("re-encode", "JPEG q 90", _same, "JPEG", 90),
    ("re-encode", "JPEG q 70", _same, "JPEG", 70),
    ("re-encode", "JPEG q 40", _same, "JPEG", 40),
    ("re-encode", "JPEG q 20", _same, "JPEG", 20),
    ("re-encode", "WebP q 50", _same, "WEBP", 50),
    ("re-encode", "PNG", _same, "PNG", 0),
    ("resize", "to 50 %", _scaled(0.5), "JPEG", 85),
    ("resize", "to 25 %", _scaled(0.25), "JPEG", 85),
    ("resize", "to 200 %", _scaled(2.0), "JPEG", 85),
    ("crop", "5 % of the area cut", _cropped(0.05), "JPEG", 85),
    ("crop", "10 % cut", _cropped(0.10), "JPEG", 85),
    ("crop", "25 % cut", _cropped(0.25), "JPEG", 85),
    ("crop", "50 % cut", _cropped(0.50), "JPEG", 85),
    ("rotate", "1 degree", _turned(1), "JPEG", 85),
    ("rotate", "3 degrees", _turned(3), "JPEG", 85),
    ("rotate", "10 degrees", _turned(10), "JPEG", 85),
    ("rotate", "90 degrees", _turned(90), "JPEG", 85),
    ("mirror", "left to right", lambda each, _: ImageOps.mirror(each), "JPEG", 85),
    ("overlay", "watermark", _watermarked, "JPEG", 85),
    ("overlay", "caption", _captioned, "JPEG", 85),
    ("border", "5 %", _bordered(0.05), "JPEG", 85),
    ("border", "15 %", _bordered(0.15), "JPEG", 85),
    ("tone", "brightness +30 %", lambda e, _: ImageEnhance.Brightness(e).enhance(1.3), "JPEG", 85),
    ("tone", "brightness -30 %", lambda e, _: ImageEnhance.Brightness(e).enhance(0.7), "JPEG", 85),
    ("tone", "contrast +50 %", lambda e, _: ImageEnhance.Contrast(e).enhance(1.5), "JPEG", 85),
    ("tone", "gamma 0.6", _gamma(0.6), "JPEG", 85),
    ("tone", "gamma 1.6", _gamma(1.6), "JPEG", 85),
    ("tone", "grey", lambda e, _: ImageOps.grayscale(e).convert("RGB"), "JPEG", 85),
    ("filter", "blur, radius 3", lambda e, _: e.filter(ImageFilter.GaussianBlur(3)), "JPEG", 85),
    ("filter", "noise, deviation 20", _noisy(20), "JPEG", 85),
    ("filter", "sharpen", lambda e, _: e.filter(ImageFilter.UnsharpMask(4, 200)), "JPEG", 85),
)


def variants(path: Path, folder: Path, chosen: random.Random) -> Iterator[Variant]:
    """Write each variant of a picture into ``folder``, one after the other."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    for group, name, change, kind, quality in CHANGES:
        data = io.BytesIO()
        options = {"quality": quality} if quality else {"compress_level": 1}
        change(picture, chosen).save(data, kind, **options)
        target = folder / f"{chosen.getrandbits(48):012x}.{kind.lower()}"
        target.write_bytes(data.getvalue())
        yield Variant(group, name, target)
