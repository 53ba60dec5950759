"""Deep pictures that Pillow cannot decode, or decodes wrongly: TIFF of any depth.

libtiff still unpacks the strips or tiles: the picture is described to it as grey with 8 bits and
with as many columns as a row has bytes.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iscckit.errors import LimitExceeded
from iscckit.media.readers.sample_depth import from_samples

if TYPE_CHECKING:
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    from iscckit.media.content_values import Limits, Source

__all__ = ["rescue_deep"]

# Tags of TIFF 6.0.
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIPS, _CHANNELS, _ROWS, _STRIP_SIZES, _PLANAR, _PREDICTOR = 273, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_SIZES, _FORMAT = 322, 323, 324, 325, 339
_COLOURS: Final = {0: 1, 1: 1, 2: 3}  # photometric interpretation: channels without alpha
_TYPES: Final = {1: "u", 2: "i", 3: "f"}  # sample format: kind of number in numpy
_PACKED: Final = (10, 12, 14)  # bits of samples that share bytes
_SIGNS: Final = {"u": (8, *_PACKED, 16, 32, 64), "i": (16, 32, 64), "f": (16, 32, 64)}
_FLOAT_PREDICTOR: Final = 3  # Adobe TIFF Technical Note 3
_TIFF: Final = "image/tiff"
_RGB: Final = 3  # channels
_EXTRA: Final = 338
_ASSOCIATED, _STRAIGHT = 1, 2  # kinds of alpha: colours are multiplied by it, or not
_BIG_HEADER: Final = 16  # bytes of the header of BigTIFF
_ORIENTATION: Final = 274


class _Layout(NamedTuple):
    """How the samples of a TIFF file lie."""

    width: int
    height: int
    channels: int
    number: str  # type of a sample in numpy
    planes: int
    predictor: int
    tile: int  # width of a tile in pixels; 0: strips
    packed: int  # bits of a sample where samples share bytes; 0: they do not


def rescue_deep(source: Source, limits: Limits) -> tuple[Image, float] | None:
    """Return the picture with 8 bits for each sample, and 1.0: all of it is there.

    Returns:
        None if the file is none of those that this module knows.

    Raises:
        LimitExceeded: The header states more than ``limits.pixels``.
        Exception: One of ``pillow_decoders.DAMAGE``.
    """
    return _read_tiff(source, limits) if source.mediatype == _TIFF else None


def _read_tags(stream: BinaryIO) -> tuple[ImageFileDirectory_v2, bytes]:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    stream.seek(0)
    header = stream.read(8)
    if header[2:3] == b"+" or header[3:4] == b"+":  # BigTIFF
        header += stream.read(8)
    # Pillow looks for the mark of BigTIFF where the little-endian form has it.
    is_missed = header.startswith(b"MM") and len(header) == _BIG_HEADER
    tags: Any = ImageFileDirectory_v2(header[:8] if is_missed else header)
    place = tags.next
    if is_missed:
        tags._bigtiff = True
        place = int.from_bytes(header[8:])
    stream.seek(place)
    tags.load(stream)
    return tags, header


def _describe(tags: ImageFileDirectory_v2) -> _Layout | None:
    bits = set(tags.get(_BITS, (1,)))
    kinds = set(tags.get(_FORMAT, (1,)))
    channels = tags.get(_CHANNELS, 1)
    colours = _COLOURS.get(tags.get(_PHOTOMETRIC, 1))
    kind = _TYPES.get(min(kinds))
    if len(bits) != 1 or len(kinds) != 1 or kind is None or colours is None:
        return None
    depth = min(bits)
    if depth not in _SIGNS[kind] or not colours <= channels <= colours + 1:
        return None
    order = "<" if tags.prefix.startswith(b"II") else ">"
    planes = channels if tags.get(_PLANAR, 1) == 2 else 1
    packed = depth if depth in _PACKED else 0
    if packed and (tags.get(_TILE_WIDTH) or tags.get(_PREDICTOR, 1) != 1):
        return None
    return _Layout(
        width=tags[_WIDTH],
        height=tags[_HEIGHT],
        channels=channels // planes,
        number=f"{order}{kind}{2 if packed else depth // 8}",
        planes=planes,
        predictor=tags.get(_PREDICTOR, 1),
        tile=tags.get(_TILE_WIDTH, 0),
        packed=packed,
    )


def _read_tiff(source: Source, limits: Limits) -> tuple[Image, float] | None:
    import numpy as np
    from PIL import Image

    tags, header = _read_tags(source.stream)
    layout = _describe(tags)
    if layout is None:
        return None
    if layout.width * layout.height > limits.pixels:
        raise LimitExceeded(source.path, "pixels", limits.pixels)
    source.stream.seek(0)
    data = source.stream.read()
    planes = [_read_plane(data, header, tags, layout, plane) for plane in range(layout.planes)]
    picture = from_samples(
        _settle_alpha(np.concatenate(planes, axis=2), tags), inverted=tags.get(_PHOTOMETRIC) == 0
    )
    exif = Image.Exif()
    exif[_ORIENTATION] = tags.get(_ORIENTATION, 1)
    picture.info["exif"] = exif.tobytes()
    return picture, 1.0


def _settle_alpha(samples: NDArray[Any], tags: ImageFileDirectory_v2) -> NDArray[Any]:
    """Return colours that are not multiplied by alpha, and no channel without a meaning."""
    import numpy as np

    colours = 3 if samples.shape[2] >= _RGB else 1
    kind = tags.get(_EXTRA, (0,))[0]
    if samples.shape[2] == colours or kind == _STRAIGHT:
        return samples
    if kind != _ASSOCIATED:
        return samples[:, :, :colours]
    alpha = samples[:, :, colours:].astype(np.float64)
    full = 1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max)
    whole = np.where(alpha > 0, samples[:, :, :colours] * (full / np.maximum(alpha, 1e-9)), full)
    straight = np.minimum(whole, full).astype(samples.dtype)
    return np.concatenate([straight, samples[:, :, colours:]], axis=2)


def _read_plane(
    data: bytes, header: bytes, tags: ImageFileDirectory_v2, layout: _Layout, plane: int
) -> NDArray[Any]:
    """Return the samples of one plane, of shape (height, width, channels)."""
    import numpy as np
    from PIL.TiffImagePlugin import TiffImageFile

    size = np.dtype(layout.number).itemsize * layout.channels  # bytes of a pixel
    width = -(-layout.width // layout.tile) * layout.tile if layout.tile else layout.width
    samples = layout.width * layout.channels  # of a row
    length = -(-samples * layout.packed // 8) if layout.packed else width * size
    described: dict[int, tuple[int, ...]] = {
        _WIDTH: (length,),
        _HEIGHT: (layout.height,),
        _BITS: (8,),
        _COMPRESSION: (tags.get(_COMPRESSION, 1),),
        _PHOTOMETRIC: (1,),
        _CHANNELS: (1,),
    }
    if layout.tile:
        described[_TILE_WIDTH] = (layout.tile * size,)
        described[_TILE_HEIGHT] = (tags[_TILE_HEIGHT],)
    else:
        described[_ROWS] = (tags.get(_ROWS, layout.height),)
    for tag in (_TILES, _TILE_SIZES) if layout.tile else (_STRIPS, _STRIP_SIZES):
        count = len(tags[tag]) // layout.planes
        described[tag] = tags[tag][plane * count : (plane + 1) * count]
    with TiffImageFile(io.BytesIO(_append_tags(data, header, described))) as picture:
        picture.load()
        rows = np.frombuffer(picture.tobytes(), np.uint8)
    if layout.packed:
        unpacked = _unpack(rows.reshape(layout.height, -1), samples, layout.packed)
        return unpacked.reshape(layout.height, layout.width, -1)
    rows = rows.reshape(layout.height, -1, (layout.tile or width) * size)
    return _undo_predictor(rows, layout).reshape(layout.height, width, -1)[:, : layout.width]


def _unpack(rows: NDArray[np.uint8], samples: int, bits: int) -> NDArray[np.uint16]:
    """Return samples that share bytes, the highest bit first whatever the order of bytes."""
    import numpy as np

    found = np.empty((len(rows), samples), np.uint16)
    weights = 1 << np.arange(bits - 1, -1, -1)
    for number, row in enumerate(rows):  # one row, as its bits take sixteen times its bytes
        split = np.unpackbits(row)[: samples * bits].reshape(samples, bits)
        found[number] = split @ weights
    return found


def _append_tags(data: bytes, header: bytes, tags: dict[int, tuple[int, ...]]) -> bytes:
    """Return a TIFF file with other tags at its end; all of them are whole numbers.

    The file is little-endian: to whom it is described as bytes, the order of the samples is one.
    """
    order, big = "<", len(header) == _BIG_HEADER
    word, counter, kind = ("Q", "Q", 16) if big else ("I", "H", 4)
    length = struct.calcsize(f"={word}")
    place = len(data) + len(data) % 2
    behind = place + struct.calcsize(f"={counter}") + len(tags) * (4 + 2 * length) + length
    entries, values = b"", b""
    for tag, numbers in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(numbers)}{word}", *numbers)
        if len(numbers) > 1:
            at = behind + len(values)
            values += packed
            packed = struct.pack(f"{order}{word}", at)
        entries += struct.pack(f"{order}HH{word}", tag, kind, len(numbers)) + packed
    mark = b"II+\0\b\0\0\0" if big else b"II*\0"
    whole = mark + struct.pack(f"{order}{word}", place) + data[len(header) :]
    start = struct.pack(f"{order}{counter}", len(tags))
    return whole + bytes(place - len(whole)) + start + entries + bytes(length) + values


def _undo_predictor(rows: NDArray[Any], layout: _Layout) -> NDArray[Any]:
    """Return the samples of rows of bytes, of shape (height, pieces of a row, bytes)."""
    import numpy as np

    number = np.dtype(layout.number)
    if layout.predictor == _FLOAT_PREDICTOR:
        height, pieces, length = rows.shape
        steps = rows.reshape(height, pieces, -1, layout.channels)
        planes = np.cumsum(steps, axis=2, dtype=np.uint8)
        planes = planes.reshape(height, pieces, number.itemsize, length // number.itemsize)
        joined = np.ascontiguousarray(np.swapaxes(planes, 2, 3))
        return joined.view(number.newbyteorder(">")).reshape(height, -1)
    samples = np.ascontiguousarray(rows).view(number)
    if layout.predictor == 1:
        return samples.reshape(len(samples), -1)
    steps = samples.reshape(*samples.shape[:2], -1, layout.channels)
    return np.cumsum(steps, axis=2, dtype=number.newbyteorder("=")).reshape(len(samples), -1)
