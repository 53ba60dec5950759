"""Pictures whose file ends early: what is there, and how much of the picture that is.

A pixel is there if it is the same whatever follows the cut. So the file is decoded twice, with
different bytes behind the cut and different pixels below it.
"""

from __future__ import annotations

import io
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from iscckit.media.readers.pillow_decoders import DAMAGE, open_picture
from iscckit.media.readers.sample_depth import unify_pixels

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

    from iscckit.media.content_values import Limits, Source

__all__ = ["rescue_cut"]

_LEAST: Final = 0.1  # share of a picture that is worth a code
_JPEG: Final = "image/jpeg"
_END: Final = b"\xff\xd9"  # the end marker of JPEG
_NOISE: Final = b"\x55"  # read as data by JPEG: no marker has it
_PADDING: Final = 1 << 16  # bytes behind a cut where the file does not tell its length
_MOST: Final = 1 << 28  # bytes behind a cut
_PROGRESSIVE: Final = (0xC2, 0xC6, 0xCA, 0xCE)  # markers of frames that consist of several scans
_RESTARTS: Final = 0xDD  # the marker that says that there are restarts
_SCAN: Final = b"\xff\xda"  # the marker before each scan
_UNIT: Final = 64  # bytes of noise for each unit of an interval between restarts
_WAITING: Final = 33  # rows that the decoder may hold back, and one
_RESTARTED: Final = 1 << 22  # bytes of noise in all of them
_JPEG2000: Final = "image/jp2"
_CODESTREAM: Final = b"\xff\x4f\xff\x51"  # JPEG 2000 without boxes
_BLUR: Final = 24  # steps by which pixels may differ: cut, the whole picture is a little blurred
_SCANS: Final = 3  # of a progressive JPEG: the third begins when the whole picture can be seen
_BOXES: Final = ("image/avif", "image/heic", "image/jp2")


def rescue_cut(source: Source, limits: Limits) -> tuple[Image, float] | None:
    """Return what is there of a picture whose file ends early, and which share of it that is.

    Missing pixels are like the ones before them, missing rows like the row above (in files that are
    stored from the bottom, below).

    Returns:
        None if less than a tenth of the picture is there.
    """
    source.stream.seek(0)
    found = _decode_twice(source.stream.read(), source.mediatype, limits.pixels)
    if found is None:
        return None
    picture, there = found
    share = float(there.mean())
    if share < _LEAST:
        return None
    shown = unify_pixels(picture, source)
    if shown.mode not in ("L", "LA", "RGB", "RGBA"):
        clear = "transparency" in shown.info
        shown = shown.convert("RGBA" if clear else "RGB")
    whole = _fill_missing(shown, there)
    exif = picture.getexif()
    whole.info["exif"] = exif.tobytes() if exif else b""
    return whole, share


def _decode_twice(
    data: bytes, mediatype: str, most_pixels: int
) -> tuple[ImageFile, NDArray[np.bool_]] | None:
    """Return the picture, and which of its pixels are there; None if it cannot be decoded."""
    import numpy as np

    scans, tails = 0, (b"", b"")
    if mediatype == _JPEG:
        # Zeros: of files that were given their length before their content. End: of repaired ones.
        data = data.rstrip(b"\0").removesuffix(_END)
        scans, tails = _continue_jpeg(data)
    elif length := _read_declared_length(data, mediatype):
        missing = min(_MOST, max(0, length - len(data)))
        end = _END if data.startswith(_CODESTREAM) else b""
        tails = bytes(missing) + end, _NOISE * missing + end
    first, second = (
        _decode(data + tail, mediatype, most_pixels, value)
        for tail, value in zip(tails, (0, 255), strict=True)
    )
    if first is None:
        return None
    shape = first.height, first.width
    if scans:
        return first, np.full(shape, scans >= _SCANS)
    if second is None:  # the decoder of WebP reads zeros, but not noise
        there = np.zeros(shape, np.bool_)
        there[: first.height * len(data) // (len(data) + len(tails[0]))] = tails[0] != b""
        return first, there
    pixels = [np.asarray(picture).astype(np.float32) for picture in (first, second)]
    if pixels[0].shape != pixels[1].shape:
        return None
    same = abs(pixels[0] - pixels[1]) <= (_BLUR if mediatype == _JPEG2000 else 0)
    there = np.all(same, axis=2) if same.ndim > 2 else same
    if mediatype == _JPEG and tails[1] != _NOISE * _PADDING + _END:
        there[_find_end(data, first, most_pixels) :] = False
    return first, there


def _find_end(data: bytes, whole: ImageFile, most_pixels: int) -> int:
    """Return the row of a JPEG with restarts from which on nothing is there.

    Its decoder does not read noise to its end, but goes on to the next restart. Without an end
    marker it waits for more, up to two rows of blocks before the cut.
    """
    import numpy as np

    waiting = _decode(data, _JPEG, most_pixels, 255)
    if waiting is None:
        return 0
    same = np.asarray(waiting) == np.asarray(whole)
    known = np.flatnonzero(same.reshape(len(same), -1).any(axis=1))
    return int(known[-1]) + _WAITING if known.size else 0


def _read_declared_length(data: bytes, mediatype: str) -> int:
    """Return how many bytes the file says that it has; 0 if it does not."""
    if mediatype == "image/webp":
        return 8 + int.from_bytes(data[4:8], "little")
    if data.startswith(_CODESTREAM):
        part = data.rfind(b"\xff\x90\x00\x0a")  # the header of the last part of a tile
        return part + int.from_bytes(data[part + 6 : part + 10]) if part > 0 else 0
    at = 0
    while mediatype in _BOXES and 0 <= at < len(data) - 8:
        at += int.from_bytes(data[at : at + 4]) or len(data)
    return at


def _continue_jpeg(data: bytes) -> tuple[int, tuple[bytes, bytes]]:
    """Return the scans of a progressive JPEG that begin in ``data``, and two ends for the file.

    The number is 0 for other JPEG files, whose parts are all of one quality.
    """
    at, progressive, interval = 2, False, 0
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN[1]:
        marker = data[at + 1]
        progressive = progressive or marker in _PROGRESSIVE
        if marker == _RESTARTS:
            interval = int.from_bytes(data[at + 4 : at + 6])
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4])
    if progressive:
        return data.count(_SCAN, at), (_END, _END)
    noise = _NOISE * _PADDING
    if interval:  # noise in each of the intervals that follow
        length = _UNIT * interval
        markers = (bytes((0xFF, 0xD0 + number % 8)) for number in range(_RESTARTED // length + 1))
        noise = b"".join(_NOISE * length + marker for marker in markers)
    return 0, (_END, noise + _END)


def _decode(data: bytes, mediatype: str, most_pixels: int, value: int) -> ImageFile | None:
    """Return what can be decoded; the other pixels have ``value``."""
    from PIL.Image import Image

    try:
        picture = open_picture(io.BytesIO(data), mediatype)
    except DAMAGE:
        return None
    if picture.width * picture.height > most_pixels:
        return None
    _fill_when_prepared(picture, value)
    with suppress(*DAMAGE):
        picture.load()
    # The decoder may have failed: take its pixels as they are, and let none try again.
    picture.tile = []
    picture.load = partial(Image.load, picture)  # type: ignore[method-assign]
    try:
        picture.load()
    except DAMAGE:
        return None
    return None if picture._im is None else picture


def _fill_when_prepared(picture: ImageFile, value: int) -> None:
    """Let the decoder begin with a picture of ``value``."""
    prepare, extents = picture.load_prepare, [tile[1] for tile in picture.tile]

    def prepare_filled() -> None:
        prepare()
        bands = len(picture.getbands())
        for box in extents:
            picture.im.paste(value if bands == 1 else (value,) * bands, box or picture.im.size)

    picture.load_prepare = prepare_filled  # type: ignore[method-assign]


def _fill_missing(picture: Image, there: NDArray[np.bool_]) -> Image:
    """Return a picture in which each missing pixel is like the one before it.

    Args:
        picture: A picture of one of the modes L, LA, RGB and RGBA.
        there: Which pixels are there.
    """
    import numpy as np
    from PIL import Image

    height, width = there.shape
    columns = np.maximum.accumulate(np.where(there, np.arange(width), 0), axis=1)
    columns = np.maximum(columns, there.argmax(axis=1)[:, None])
    kept = there.any(axis=1)
    rows = np.maximum.accumulate(np.where(kept, np.arange(height), kept.argmax()))
    pixels: NDArray[Any] = np.asarray(picture)
    return Image.fromarray(pixels[rows[:, None], columns[rows]])
