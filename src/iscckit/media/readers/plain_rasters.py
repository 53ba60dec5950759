"""Plain rasters that Pillow cannot decode: PAM, PFM in colour, and PSD of 16 and 32 bits."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from iscckit.errors import LimitExceeded
from iscckit.media.readers.sample_depth import from_samples

if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from numpy.typing import NDArray
    from PIL.Image import Image

    from iscckit.media.content_values import Limits, Source

__all__ = ["rescue_plain"]

_MAP: Final = "image/x-portable-anymap"
_PSD: Final = "image/vnd.adobe.photoshop"
_PSD_HEADER: Final = struct.Struct(">4sH6xHIIHH")  # Adobe Photoshop File Formats Specification
_PSD_COLOURS: Final = {1: 1, 3: 3}  # grey and RGB: channels without alpha
_PSD_NUMBERS: Final = {16: ">u2", 32: ">f4"}
_RAW, _PACKBITS = 0, 1
_PAM_LINES: Final = 64  # of a header
_CHANNELS: Final = 4


def rescue_plain(source: Source, limits: Limits) -> tuple[Image, float] | None:
    """Return the picture with 8 bits for each sample, and 1.0: all of it is there.

    Returns:
        None if the file is none of those that this module knows.

    Raises:
        LimitExceeded: The header states more than ``limits.pixels``.
        Exception: One of ``pillow_decoders.DAMAGE``.
    """
    source.stream.seek(0)
    if source.mediatype == _PSD:
        return _read_psd(source, limits)
    if source.mediatype != _MAP:
        return None
    start = source.stream.readline(80).strip()
    if start == b"PF":
        return _read_float_map(source, limits)
    return _read_pam(source, limits) if start == b"P7" else None


def _check_size(source: Source, limits: Limits, width: int, height: int) -> None:
    if width * height > limits.pixels:
        raise LimitExceeded(source.path, "pixels", limits.pixels)


def _read_float_map(source: Source, limits: Limits) -> tuple[Image, float]:
    """Read a PFM file in colour; Pillow reads those in grey."""
    import numpy as np

    size, scale = (source.stream.readline(80).strip() for _ in range(2))
    width, height = (int(number) for number in size.split())
    _check_size(source, limits, width, height)
    order = "<" if float(scale) < 0 else ">"
    data = source.stream.read(12 * width * height)
    samples = np.frombuffer(data, f"{order}f4").reshape(height, width, 3)
    return from_samples(samples[::-1]), 1.0  # rows are stored from the bottom


def _read_pam(source: Source, limits: Limits) -> tuple[Image, float] | None:
    """Read a PAM file: netpbm.sourceforge.net/doc/pam.html."""
    import numpy as np

    fields: dict[bytes, bytes] = {}
    for _ in range(_PAM_LINES):
        name, _, value = source.stream.readline(256).strip().partition(b" ")
        if name == b"ENDHDR":
            break
        fields[name] = value.strip()
    width, height, channels, white = (
        int(fields[name]) for name in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")
    )
    if not (0 < channels <= _CHANNELS and 0 < white < 1 << 16):
        return None
    _check_size(source, limits, width, height)
    number = ">u2" if white > 255 else "u1"
    length = np.dtype(number).itemsize * width * height * channels
    samples: NDArray[Any] = np.frombuffer(source.stream.read(length), number)
    samples = samples.reshape(height, width, channels)
    if white not in (255, 65535):
        # The whole range of 16 bits, in which alpha has its full value as well.
        samples = (np.minimum(samples, white).astype(np.uint32) * 65535 // white).astype(np.uint16)
    return from_samples(samples), 1.0


def _read_psd(source: Source, limits: Limits) -> tuple[Image, float] | None:
    """Read the joined picture of a PSD file of 16 or 32 bits; Pillow reads those of 8 bits."""
    import numpy as np

    stream = source.stream
    header = stream.read(_PSD_HEADER.size)
    _, version, channels, height, width, depth, mode = _PSD_HEADER.unpack(header)
    number, colours = _PSD_NUMBERS.get(depth), _PSD_COLOURS.get(mode)
    if version != 1 or number is None or colours is None or channels < colours:
        return None
    _check_size(source, limits, width, height)
    for _ in range(3):  # table of colours, resources, layers
        stream.seek(*_behind(stream))
    (kind,) = struct.unpack(">H", stream.read(2))
    row = width * np.dtype(number).itemsize
    if kind == _RAW:
        data = stream.read(row * height * colours)
    elif kind == _PACKBITS:
        lengths = struct.unpack(f">{channels * height}H", stream.read(2 * channels * height))
        rows = (_unpack_bits(stream.read(each), row) for each in lengths[: colours * height])
        data = b"".join(rows)
    else:
        return None
    planes = np.frombuffer(data, number).reshape(colours, height, width)
    return from_samples(np.moveaxis(planes, 0, 2)), 1.0


def _behind(stream: BinaryIO) -> tuple[int, int]:
    """Return how far a section goes that begins with its length, and from where that counts."""
    return struct.unpack(">I", stream.read(4))[0], 1


def _unpack_bits(data: bytes, length: int) -> bytes:
    """Return a row that PackBits shortened: TIFF 6.0, section 9.

    Raises:
        ValueError: It has another length.
    """
    found = bytearray()
    at = 0
    while at < len(data) and len(found) < length:
        count = data[at]
        if count < 128:
            found += data[at + 1 : at + 2 + count]
            at += 2 + count
        else:
            found += data[at + 1 : at + 2] * (257 - count if count > 128 else 0)
            at += 2 if count > 128 else 1
    if len(found) != length:
        raise ValueError("a row has another length")
    return bytes(found)
