"""Deep pictures: samples of more than 8 bits become 8 bits by one rule, whatever the format.

docs/pictures.md states the rule and its reasons.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from typing import Any, BinaryIO

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from iscckit.media.content_values import Source

    Samples = NDArray[Any]

__all__ = ["from_samples", "to_bytes", "unify_pixels"]

_DEEP: Final = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N", "I;16S", "I;16BS")  # of Pillow
# Modes with alpha that neither the kernel nor Pillow blends: the mode that is.
_ALPHA: Final = {"PA": "RGBA", "RGBa": "RGBA", "La": "LA"}
_PNG: Final = "image/png"
_PNG_DEPTH: Final = 24  # position of the bits of a sample in a PNG file
_FITS: Final = "image/fits"
_TIFF: Final = "image/tiff"
_CARDS: Final = 2880 * 16  # bytes of a FITS header that are searched
_ZERO: Final = re.compile(rb"BZERO   = *([-+0-9.]+(?:[EeDd][-+]?\d+)?)")
_PHOTOMETRIC: Final = 262  # tag of TIFF; 0: white is zero
_FORMAT: Final = 339  # tag of TIFF; 1: unsigned
_SMALL: Final = 16  # floats up to this one are shares of white, not steps of grey
_OVERSHOOT: Final = 2  # floats below this one mean 0..1, and filters overshot it


def to_bytes(samples: Samples) -> NDArray[np.uint8]:
    """Return samples of any depth as 0..255.

    The range is found in the samples themselves, as files do not say whether 12 bits lie in 16:
    it is the smallest even number of bits, at least 8, in which all of them fit. The upper 8 of
    them are kept. Samples of 16 bits that repeat one byte, or are a byte and zeros, are that byte.
    Floats of at most 16 are multiplied by 255 and divided by the first of 1, 4 and 16 that is not
    less than their largest (below 2, by 1). Negative samples become 0, unless they reach further
    than an eighth of the largest: then the smallest is subtracted from all.

    Args:
        samples: Integers or floats of any shape.
    """
    import numpy as np

    floats = samples.dtype.kind == "f"
    samples = samples.astype(np.float64 if floats else np.int64)
    if floats:
        known = samples[np.isfinite(samples)]
        low, high = (known.min(), known.max()) if known.size else (0.0, 0.0)
        samples = np.nan_to_num(samples, nan=low, posinf=high, neginf=low)
    else:
        low, high = samples.min(), samples.max()
    if low < 0 and -8 * low > high:
        samples, high = samples - low, high - low
    samples = np.maximum(samples, 0)
    if not floats:
        return (samples >> _find_shift(samples, int(high))).astype(np.uint8)
    if high <= _SMALL:
        white = 1 if high < _OVERSHOOT else 4 if high <= 4 else _SMALL
        return np.floor(np.minimum(samples / white, 1) * 255 + 0.5).astype(np.uint8)
    if high < 1 << 16:
        whole = samples.astype(np.int64)
        return (whole >> _find_shift(whole, int(high))).astype(np.uint8)
    bits = math.frexp(high)[1]
    return np.floor(np.ldexp(samples, 8 - bits - bits % 2)).astype(np.uint8)


def _find_shift(samples: Samples, high: int) -> int:
    """Return by how many bits integers are shifted so that 8 bits are left."""
    bits = max(8, high.bit_length())
    if 8 < bits <= 16:
        lower = samples & 0xFF
        if not lower.any() or (samples >> 8 == lower).all():
            return 8
    return bits + bits % 2 - 8


def unify_pixels(picture: Image, source: Source) -> Image:
    """Return a picture with samples of 8 bits, and alpha if some of it is transparent.

    Args:
        picture: The decoded picture. Palettes, CMYK and other colours stay as they are.
        source: Its file, whose header tells what the samples mean.
    """
    if picture.mode in _DEEP:
        return _reduce_depth(picture, source)
    if picture.mode in _ALPHA:
        return picture.convert(_ALPHA[picture.mode])
    if picture.mode in ("1", "L", "RGB") and "transparency" in picture.info:
        return _clear_colour(picture, source)
    return picture


def _clear_colour(picture: Image, source: Source) -> Image:
    """Return the picture with alpha: the colour that its file names is transparent."""
    depth = 8
    if source.mediatype == _PNG:
        source.stream.seek(_PNG_DEPTH)
        depth = source.stream.read(1)[0]
    colour = picture.info["transparency"]
    if picture.mode == "RGB":
        # The decoder keeps the upper 8 of 16 bits.
        colour = tuple(value >> max(0, depth - 8) for value in colour)
    elif picture.mode == "L" and depth < 8:
        colour = colour * 255 // ((1 << depth) - 1)
    named = picture.copy()
    named.info["transparency"] = colour
    return named.convert("RGBA" if picture.mode == "RGB" else "LA")


def _reduce_depth(picture: Image, source: Source) -> Image:
    """Return a picture of one of the modes ``_DEEP`` with 8 bits, with alpha if a shade is clear.

    Args:
        picture: The decoded picture.
        source: Its file, whose header tells what the samples mean.
    """
    import numpy as np

    samples: Samples = np.asarray(picture)
    if source.mediatype == _FITS and samples.dtype.kind != "f":
        # Pillow reads signed samples as unsigned and leaves their zero aside.
        if samples.dtype.itemsize == 2:
            samples = samples.view(f"{samples.dtype.byteorder}i2")
        samples = samples.astype(np.int64) + _read_zero(source.stream)
    inverted = False
    if source.mediatype == _TIFF:
        tags = cast("Any", picture).tag_v2
        inverted = tags.get(_PHOTOMETRIC) == 0
        if picture.mode == "I" and tags.get(_FORMAT, (1,))[0] == 1:
            samples = samples.view(np.uint32)
    clear = picture.info.get("transparency")
    clear_pixels = samples == clear if isinstance(clear, int) else None
    return from_samples(samples, inverted=inverted, clear=clear_pixels)


def _read_zero(stream: BinaryIO) -> int:
    stream.seek(0)
    found = _ZERO.search(stream.read(_CARDS))
    return int(float(found[1].upper().replace(b"D", b"E"))) if found else 0


def from_samples(
    samples: Samples, *, inverted: bool = False, clear: NDArray[np.bool_] | None = None
) -> Image:
    """Return samples as a picture of 8 bits.

    Args:
        samples: Array of shape (height, width), or (height, width, channels): grey and alpha,
            RGB, or RGB and alpha. All colours have one range; alpha has its own.
        inverted: Whether white is zero.
        clear: Which pixels of a grey picture are transparent.
    """
    import numpy as np
    from PIL import Image

    if samples.ndim == 2:
        samples = samples[:, :, None]
    colours = 3 if samples.shape[2] >= 3 else 1
    layers = [to_bytes(samples[:, :, :colours])]
    if inverted:
        layers[0] = 255 - layers[0]
    if samples.shape[2] > colours:
        layers.append(_scale_alpha(samples[:, :, colours : colours + 1]))
    elif clear is not None:
        layers.append(np.where(clear, 0, 255).astype(np.uint8)[:, :, None])
    joined = np.concatenate(layers, axis=2)
    return Image.fromarray(joined[:, :, 0] if joined.shape[2] == 1 else joined)


def _scale_alpha(alpha: Samples) -> NDArray[np.uint8]:
    """Return alpha as 0..255: its range is that of its type, as it is never stretched."""
    import numpy as np

    if alpha.dtype.kind == "f":
        known = np.nan_to_num(alpha.astype(np.float64), nan=1.0)
        return np.floor(np.clip(known, 0, 1) * 255 + 0.5).astype(np.uint8)
    return (np.maximum(alpha, 0) >> (8 * alpha.dtype.itemsize - 8)).astype(np.uint8)
