"""A picture as the input of a model: upright, on white, without border, a square of RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.algorithms.pixels import crop_box
from iscckit.media.content_values import Limits, Profile, Source
from iscckit.media.picture_grid import UPRIGHT

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["decode_semantic_pixels", "make_square"]

_SVG: Final = "image/svg+xml"


def decode_semantic_pixels(
    source: Source,
    *,
    side: int = 512,
    limits: Limits | None = None,
    profile: Profile = "iscckit-1",
) -> bytes:
    """Return ``side`` squared RGB pixels of a picture, row by row.

    Raises:
        ExtractionFailed: The file has another type, or is damaged.
        LimitExceeded: The picture has more pixels than ``limits`` allows.

    Source:
        iscc-sci 0.4.1: tolerant removal of the border, then bilinear scaling to a square.
    """
    limits = limits or Limits()
    if source.mediatype == _SVG:
        from iscckit.media.readers.svg import render_drawing

        picture, orientation, _ = render_drawing(source, limits)
    else:
        from iscckit.media.readers.image import decode_image

        picture, orientation = decode_image(source, limits, profile)[:2]
    return make_square(picture, orientation, side)


def make_square(picture: Image, orientation: int, side: int) -> bytes:
    """Return ``side`` squared RGB pixels of a decoded picture.

    Args:
        picture: The picture as it is stored.
        orientation: The EXIF orientation that is still to be applied, 1 to 8.
        side: Side of the square in pixels.
    """
    from PIL import Image  # Pillow is slow to import

    if orientation in UPRIGHT:
        picture = picture.transpose(Image.Transpose(UPRIGHT[orientation]))
    flat = _flatten(picture)
    box = crop_box(flat.tobytes(), flat.width, flat.height, "RGB")
    cut = flat.crop(box)
    return cut.resize((side, side), Image.Resampling.BILINEAR).tobytes()


def _flatten(picture: Image) -> Image:
    """Return the picture in RGB, with white behind transparent pixels."""
    from PIL import Image

    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode not in {"RGBA", "LA"}:
        return picture.convert("RGB")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
