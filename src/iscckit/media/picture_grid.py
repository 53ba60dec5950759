"""A picture as a small grey grid, and the regions that remain when borders are cropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["REGIONS", "UPRIGHT", "Grid", "crop_regions", "make_grid"]

_AREA: Final = 1 << 16  # pixels of a grid, approximately
_LONGEST: Final = 1023  # pixels of the longer side of a grid
_SHORTEST: Final = 16
_SIDE: Final = 32
_SIDES: Final = (1.0, 0.85, 0.7)  # shares of the picture's width and height
_STEPS: Final = 4  # positions of a region that is narrower than the picture
_LEAST: Final = 0.7  # share of the picture's area; codes of smaller regions match other pictures
# Pillow's transpositions that undo the EXIF orientations 2 to 8.
UPRIGHT: Final = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def _list_offsets(side: float) -> tuple[float, ...]:
    if side == 1.0:
        return (0.0,)
    return tuple((1 - side) * step / (_STEPS - 1) for step in range(_STEPS))


# Left, top, right and lower edge of each region, as shares of the sides. The whole picture is not
# among them.
REGIONS: Final[tuple[tuple[float, float, float, float], ...]] = tuple(
    (left, top, left + width, top + height)
    for width in _SIDES
    for height in _SIDES
    if _LEAST <= width * height < 1
    for left in _list_offsets(width)
    for top in _list_offsets(height)
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A grey picture with the proportions of the original and about 65,536 pixels.

    Attributes:
        width: Width in pixels.
        height: Height in pixels.
        values: Grey values, row by row.
    """

    width: int
    height: int
    values: bytes

    def array(self) -> NDArray[np.uint8]:
        """Return the values as an array of shape (height, width)."""
        import numpy as np  # slow to import

        return np.frombuffer(self.values, np.uint8).reshape(self.height, self.width)

    def shrink(self, area: int) -> Grid:
        """Return the grid scaled to about ``area`` pixels."""
        from PIL import Image  # slow to import

        size = _fit_area(self.width, self.height, area)
        picture = Image.frombytes("L", (self.width, self.height), self.values)
        return Grid(*size, picture.resize(size, Image.Resampling.BOX).tobytes())


def _fit_area(width: int, height: int, area: int) -> tuple[int, int]:
    scale = (area / (width * height)) ** 0.5
    return (
        min(_LONGEST, max(_SHORTEST, round(width * scale))),
        min(_LONGEST, max(_SHORTEST, round(height * scale))),
    )


def make_grid(picture: Image, orientation: int = 1) -> Grid:
    """Return the grid of a picture.

    Args:
        picture: The picture as it is stored, in any mode of Pillow.
        orientation: The EXIF orientation that is still to be applied, 1 to 8.
    """
    from PIL import Image

    size = _fit_area(*picture.size, _AREA)
    shrinks = size[0] < picture.size[0] and size[1] < picture.size[1]
    filtering = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    if picture.mode == "La":  # Pillow converts this mode to no other one
        picture = picture.convert("LA")
    clear = picture.mode in {"LA", "RGBA", "PA", "RGBa"} or "transparency" in picture.info
    if clear:
        small = picture.convert("RGBA").resize(size, filtering)
        white = Image.new("RGBA", size, "white")
        grid = Image.alpha_composite(white, small).convert("L")
    else:
        if picture.mode not in {"L", "RGB", "CMYK", "YCbCr"}:
            picture = picture.convert("RGB")
        grid = picture.resize(size, filtering).convert("L")
    if orientation in UPRIGHT:
        grid = grid.transpose(Image.Transpose(UPRIGHT[orientation]))
    return Grid(*grid.size, grid.tobytes())


def crop_regions(grid: Grid) -> tuple[bytes, ...]:
    """Return the 32 x 32 grey values of each region of a grid: the input of ``image_code``."""
    from PIL import Image

    picture = Image.frombytes("L", (grid.width, grid.height), grid.values)
    return tuple(
        picture.resize(
            (_SIDE, _SIDE),
            Image.Resampling.BICUBIC,
            box=(grid.width * left, grid.height * top, grid.width * right, grid.height * bottom),
        ).tobytes()
        for left, top, right, bottom in REGIONS
    )
