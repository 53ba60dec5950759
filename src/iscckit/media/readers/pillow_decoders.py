"""The decoder of Pillow for each media type; no other one is tried."""

from __future__ import annotations

import io
import struct
import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL.ImageFile import ImageFile

__all__ = ["DAMAGE", "DECODERS", "describe_damage", "open_picture"]

# Media type: module and class of the decoder.
DECODERS: Final = {
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "image/bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "image/heic": ("pillow_heif", "HeifImageFile"),
    "image/vnd.adobe.photoshop": ("PIL.PsdImagePlugin", "PsdImageFile"),
    "image/jp2": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "image/x-icon": ("PIL.IcoImagePlugin", "IcoImageFile"),
    "image/x-win-bitmap": ("PIL.CurImagePlugin", "CurImageFile"),
    "image/x-icns": ("PIL.IcnsImagePlugin", "IcnsImageFile"),
    "image/x-tga": ("PIL.TgaImagePlugin", "TgaImageFile"),
    "image/qoi": ("PIL.QoiImagePlugin", "QoiImageFile"),
    "image/x-portable-anymap": ("PIL.PpmImagePlugin", "PpmImageFile"),
    "image/x-pcx": ("PIL.PcxImagePlugin", "PcxImageFile"),
    "image/x-sgi": ("PIL.SgiImagePlugin", "SgiImageFile"),
    "image/x-sun-raster": ("PIL.SunImagePlugin", "SunImageFile"),
    "image/vnd.ms-dds": ("PIL.DdsImagePlugin", "DdsImageFile"),
    "image/x-xbitmap": ("PIL.XbmImagePlugin", "XbmImageFile"),
    "image/x-xpixmap": ("PIL.XpmImagePlugin", "XpmImageFile"),
    "image/fits": ("PIL.FitsImagePlugin", "FitsImageFile"),
}

# Exceptions of Pillow's decoders for damaged files. OSError and SyntaxError are documented; the
# others are errors of parsers that read a field behind the end of the file or a false one.
DAMAGE: Final = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
_BIG_MOTOROLA: Final = b"MM\0+"
_TEXT_CHUNKS: Final = (b"tEXt", b"zTXt", b"iTXt")


def open_picture(stream: BinaryIO, mediatype: str) -> ImageFile:
    """Return the picture, whose header is read and whose pixels are not.

    Raises:
        Exception: One of ``DAMAGE``, if the file is damaged or of another type.
    """
    module, name = DECODERS[mediatype]
    if mediatype == "image/tiff":
        head = stream.read(len(_BIG_MOTOROLA))
        if head == _BIG_MOTOROLA:
            raise SyntaxError("big-endian BigTIFF, of which Pillow reads other bytes")
        stream.seek(-len(head), 1)
    decoder: type[ImageFile] = getattr(import_module(module), name)
    try:
        return decoder(stream)
    except ValueError:
        # Pillow refuses a PNG with more than 1 MiB of compressed text, which image generators
        # write. Pillow's limit is global; leaving out the text chunks is not.
        if mediatype != "image/png":
            raise
        stream.seek(0)
        return decoder(_strip_text_chunks(stream.read()))


def _strip_text_chunks(png: bytes) -> io.BytesIO:
    """Return ``png`` without its text chunks."""
    kept = [png[:8]]
    at = 8
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4])  # length, kind, data, checksum
        if png[at + 4 : at + 8] not in _TEXT_CHUNKS:
            kept.append(png[at:end])
        at = end
    return io.BytesIO(b"".join(kept))


def describe_damage(error: Exception) -> str:
    """Return in words what one of ``DAMAGE`` says; some hold only a key or a byte."""
    first = error.args[-1] if error.args else None
    if isinstance(first, str) and " " in first and not isinstance(error, KeyError):
        return str(error)
    return f"its data are damaged ({type(error).__name__})"
