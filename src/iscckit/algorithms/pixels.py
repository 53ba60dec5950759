"""Normalization of decoded pixels to 32 x 32 grey values, bit-equal to Pillow 13."""

from __future__ import annotations

from typing import Final, Literal

from iscckit import _kernel
from iscckit.errors import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["PixelMode", "Trim", "crop_box", "normalize_pixels"]

PixelMode = Literal["L", "LA", "RGB", "RGBA", "RGBX"]
Trim = Literal["tolerant", "exact"]

_MODES: Final = {"L": (0, 1), "LA": (1, 2), "RGB": (2, 3), "RGBA": (3, 4), "RGBX": (4, 4)}
_TRIMS: Final = {None: 0, "tolerant": 1, "exact": 2}


def normalize_pixels(
    data: Buffer,
    width: int,
    height: int,
    mode: PixelMode,
    *,
    orientation: int = 1,
    trim: Trim | None = "tolerant",
) -> bytes:
    """Turn a decoded picture upright, blend it on white, trim its border and scale it down.

    The kernel reads the pixels in place, without the GIL. It needs about one megabyte of memory
    for sides of 16 384 pixels.

    Args:
        data: ``width * height`` pixels of ``mode``, row by row without gaps, as in ``tobytes`` of
            Pillow: bytes, a memoryview or an array.
        width: The number of stored pixels in a row, before the orientation is undone.
        height: The number of stored rows.
        mode: The channels of 8 bits: grey, grey with alpha, RGB, RGB with alpha, or RGB with a
            fourth byte that is ignored.
        orientation: The value of EXIF tag 0x0112, 1..8.
        trim: ``tolerant`` repeatedly cuts a border within 16 of the upper-left pixel; ``exact``
            cuts once the border that equals that pixel; None cuts nothing.

    Returns:
        1024 grey values, the input of ``units.image.image_code``.

    Raises:
        InvalidInput: Sizes, mode, orientation or trim are out of range, or the data does not fit
            them.

    Source:
        IEP-0004 and the ISCC software kit 0.9.7; docs/decisions/0005-image-rules.md.
        Readable twin: ``iscckit.algorithms.twin.pixels``.
    """
    view, number = _check_arguments(data, (width, height), mode, orientation, trim)
    return _kernel.normalize_pixels(view, width, height, number, orientation, _TRIMS[trim])


def crop_box(
    data: Buffer,
    width: int,
    height: int,
    mode: PixelMode,
    *,
    orientation: int = 1,
    trim: Trim | None = "tolerant",
) -> tuple[int, int, int, int]:
    """Return the part of the upright picture that ``normalize_pixels`` keeps.

    Args:
        data: The pixels, as for ``normalize_pixels``.
        width: The number of stored pixels in a row.
        height: The number of stored rows.
        mode: The channels of 8 bits.
        orientation: The EXIF orientation, 1..8.
        trim: ``tolerant``, ``exact`` or None.

    Returns:
        The left, upper, right and lower edge in pixels; the last two are exclusive.

    Raises:
        InvalidInput: An argument is out of range, or the data does not fit, as for
            ``normalize_pixels``.
    """
    view, number = _check_arguments(data, (width, height), mode, orientation, trim)
    return _kernel.crop_box(view, width, height, number, orientation, _TRIMS[trim])


def _check_arguments(
    data: Buffer, size: tuple[int, int], mode: str, orientation: int, trim: str | None
) -> tuple[memoryview, int]:
    """Return the data as a view, and the number of the mode in the kernel."""
    if mode not in _MODES:
        raise InvalidInput(f"mode must be one of {', '.join(_MODES)}, got {mode!r}")
    if trim not in _TRIMS:
        raise InvalidInput(f"trim must be 'tolerant', 'exact' or None, got {trim!r}")
    if not 1 <= orientation <= 8:
        raise InvalidInput(f"orientation must be 1..8, got {orientation}")
    try:
        view = memoryview(data)
    except TypeError as error:
        raise InvalidInput(f"data must be a buffer: {error}") from None
    number, channels = _MODES[mode]
    width, height = size
    if width < 1 or height < 1 or view.nbytes != width * height * channels:
        raise InvalidInput(
            f"{view.nbytes} bytes are no picture of {width} x {height} pixels in mode {mode}"
        )
    if not view.contiguous:
        raise InvalidInput("data must be contiguous")
    return view, number
