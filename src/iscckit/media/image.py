"""Pictures: Pillow decodes the first frame, the kernel does the rest.

Each media type has its one decoder: nothing is tried because the bytes look like it, and none of
Pillow's global limits is read or changed (the limit on pixels is an argument here).
"""

from __future__ import annotations

import io
import struct
import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Final

from iscckit.algorithms.pixels import PixelMode, normalize_pixels
from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.base import ImageContent, Limits, Profile, Source

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

__all__ = ["extract"]

_DECODERS: Final = {
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "image/bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
}

# What Pillow's decoders raise on damaged files. They document OSError and SyntaxError; the rest
# are the slips of parsers that read a field where the file ends or lies.
_DAMAGE: Final = (
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
_TEXT_CHUNKS: Final = (b"tEXt", b"zTXt", b"iTXt")
_ORIENTATION: Final = 0x0112  # EXIF tag; Pillow looks it up in XMP where EXIF has none

_DIRECT: Final[dict[str, PixelMode]] = {"L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA"}


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> ImageContent:
    """Decode the first frame of ``source`` and normalise it to 32 x 32 grey pixels.

    Raises:
        ExtractionFailed: The file is damaged or not of the type it was taken for.
        LimitExceeded: Its header announces more than ``limits.pixels``.
    """
    from PIL import Image, __version__  # noqa: PLC0415 (Pillow is slow to import)

    try:
        picture = _open(source)
        width, height = picture.size
        if width * height > limits.pixels:
            raise LimitExceeded(source.path, "pixels", limits.pixels)
        picture.load()
        orientation = _orientation(picture)
        mode, flat = _flatten(picture)
        data = flat.tobytes()
    except Image.DecompressionBombError as error:
        raise LimitExceeded(source.path, "pixels", limits.pixels) from error
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise ExtractionFailed(source.path, source.mediatype, reason) from error

    pixels = normalize_pixels(
        data,
        flat.width,
        flat.height,
        mode,
        orientation=orientation,
        trim="exact" if profile == "iso" else "tolerant",
    )
    return ImageContent(pixels, width, height, {"pillow": __version__})


def _open(source: Source) -> ImageFile:
    module, name = _DECODERS[source.mediatype]
    decoder: type[ImageFile] = getattr(import_module(module), name)
    try:
        return decoder(source.stream)
    except ValueError:
        # Pillow refuses a PNG for compressed text of more than 1 MiB, as image generators write
        # it. The limit is global; leaving such chunks out is not.
        if source.mediatype != "image/png":
            raise
        source.stream.seek(0)
        return decoder(_without_text(source.stream.read()))


def _without_text(png: bytes) -> io.BytesIO:
    """Return ``png`` without the chunks that hold text."""
    kept = [png[:8]]
    at = 8
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4])  # length, kind, data, checksum
        if png[at + 4 : at + 8] not in _TEXT_CHUNKS:
            kept.append(png[at:end])
        at = end
    return io.BytesIO(b"".join(kept))


def _orientation(picture: ImageFile) -> int:
    """Return the EXIF orientation that is still to be applied, 1 to 8."""
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except _DAMAGE:
        return 1  # an unreadable tag must not cost the picture
    return int(value) if value in range(1, 9) else 1  # some write it as a fraction


def _flatten(picture: Image) -> tuple[PixelMode, Image]:
    """Return the picture in one of the four modes that the kernel reads.

    Blending on white is the kernel's job; what remains is to look up palettes and to convert
    depths and colour spaces, which belongs to decoding and is left to Pillow.
    """
    if picture.mode in _DIRECT:
        return _DIRECT[picture.mode], picture
    if picture.mode == "P" and "transparency" in picture.info:
        return "RGBA", picture.convert("RGBA")
    if picture.mode == "1":
        return "L", picture.convert("L")
    return "RGB", picture.convert("RGB")
