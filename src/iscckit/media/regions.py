"""Parts of a picture, so that a crop of it can be found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["REGIONS", "UPRIGHT", "regions"]

_GRID: Final = 256  # pixels of a side from which all regions are cut
_SIDE: Final = 32
_SIDES: Final = (1.0, 0.85, 0.7, 0.55)  # of the picture's width and height
_STEPS: Final = 4  # places of a region that is narrower than the picture
_LEAST: Final = 0.4  # of the picture's area
# Pillow's transpositions that undo the EXIF orientations 2 to 8.
UPRIGHT: Final = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def _places(side: float) -> tuple[float, ...]:
    if side == 1.0:
        return (0.0,)
    return tuple((1 - side) * step / (_STEPS - 1) for step in range(_STEPS))


# Left, top, right and lower edge of each region, as shares of the sides. The whole is not one.
REGIONS: Final[tuple[tuple[float, float, float, float], ...]] = tuple(
    (left, top, left + width, top + height)
    for width in _SIDES
    for height in _SIDES
    if _LEAST <= width * height < 1
    for left in _places(width)
    for top in _places(height)
)


def regions(picture: Image, orientation: int = 1) -> tuple[bytes, ...]:
    """Return 32 x 32 grey values of each region of a picture, the input of ``image_code``.

    Args:
        picture: As it is stored, in any mode.
        orientation: That of EXIF which is still to be applied, 1 to 8.
    """
    from PIL import Image  # noqa: PLC0415

    size, resampling = (_GRID, _GRID), Image.Resampling
    if picture.mode == "La":  # Pillow knows one way out of it
        picture = picture.convert("LA")
    clear = picture.mode in {"LA", "RGBA", "PA", "RGBa"} or "transparency" in picture.info
    if clear:
        small = picture.convert("RGBA").resize(size, resampling.BOX)
        white = Image.new("RGBA", size, "white")
        grid = Image.alpha_composite(white, small).convert("L")
    else:
        if picture.mode not in {"L", "RGB", "CMYK", "YCbCr"}:
            picture = picture.convert("RGB")
        grid = picture.resize(size, resampling.BOX).convert("L")
    if orientation in UPRIGHT:
        grid = grid.transpose(Image.Transpose(UPRIGHT[orientation]))
    return tuple(
        grid.resize(
            (_SIDE, _SIDE),
            resampling.BICUBIC,
            box=(_GRID * left, _GRID * top, _GRID * right, _GRID * bottom),
        ).tobytes()
        for left, top, right, bottom in REGIONS
    )
