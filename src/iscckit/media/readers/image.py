"""Pictures: Pillow decodes the first frame, the kernel does the rest.

Each media type has exactly one decoder; no other one is tried. Pillow's global limits are neither
read nor changed: the limit of pixels is an argument here.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.algorithms.pixels import PixelMode, normalize_pixels
from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import ImageContent, Limits, Profile, Source

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

__all__ = ["DECODERS", "decode_image", "extract", "normalize_image"]

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
_STRIP: Final = 1 << 22  # bytes copied out of a picture at a time
_ORIENTATION: Final = 0x0112  # EXIF tag; if EXIF lacks it, Pillow looks it up in XMP

_DIRECT: Final[dict[str, PixelMode]] = {"L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA"}


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> ImageContent:
    """Decode the first frame of ``source`` and normalise it to 32 x 32 grey pixels.

    Raises:
        ExtractionFailed: The file has another type, or is damaged.
        LimitExceeded: The header states more than ``limits.pixels``.
    """
    picture, orientation, extractor = decode_image(source, limits)
    content = normalize_image(picture, orientation, extractor, profile)
    if granular:
        from iscckit.media.picture_grid import make_grid

        content = replace(content, grid=make_grid(picture, orientation))
    return content


def decode_image(source: Source, limits: Limits) -> tuple[Image, int, dict[str, str]]:
    """Decode the first frame of ``source``.

    Returns:
        The picture as it is stored, the EXIF orientation that is still to be applied (1 to 8), and
        the versions of the decoders.

    Raises:
        ExtractionFailed: See ``extract``.
        LimitExceeded: See ``extract``.
    """
    from PIL import Image, __version__, _imaging  # Pillow is slow to import

    try:
        picture = _open(source)
        width, height = picture.size
        if width * height > limits.pixels:
            raise LimitExceeded(source.path, "pixels", limits.pixels)
        if source.mediatype == "image/jpeg" and picture.mode == "RGB":
            # In one block, so that the kernel can read large photos where they lie.
            picture.im = _imaging.new_block(picture.mode, picture.size)
        picture.load()
        orientation = _read_orientation(picture)
    except Image.DecompressionBombError as error:
        raise LimitExceeded(source.path, "pixels", limits.pixels) from error
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise ExtractionFailed(source.path, source.mediatype, reason) from error
    extractor = {"pillow": __version__}
    if (package := DECODERS[source.mediatype][0]) == "pillow_heif":
        extractor["pillow-heif"] = import_module(package).__version__
    return picture, orientation, extractor


def normalize_image(
    picture: Image, orientation: int, extractor: dict[str, str], profile: Profile
) -> ImageContent:
    """Return ``picture`` as the input of the Image-Code; ``decode_image`` gives the arguments."""
    mode, flat = _flatten(picture)
    shared = _share_memory(flat)
    if shared is not None and mode == "RGB":
        mode = "RGBX"
    pixels = normalize_pixels(
        _copy_pixels(flat) if shared is None else shared,
        flat.width,
        flat.height,
        mode,
        orientation=orientation,
        trim="exact" if profile == "iso" else "tolerant",
    )
    return ImageContent(pixels, picture.width, picture.height, extractor)


def _share_memory(picture: Image) -> _kernel.ArrowBytes | None:
    """Return the memory of ``picture`` with four bytes per pixel.

    Return None if the pixels have another size, the memory has gaps, or Pillow was set to align
    rows.
    """
    from PIL import _imaging

    if picture.mode not in {"RGB", "RGBA"} or _imaging.get_alignment() != 1:
        return None
    try:
        return _kernel.ArrowBytes(picture.__arrow_c_array__()[1])
    except ValueError:  # rows lie in several blocks
        return None


def _copy_pixels(picture: Image) -> bytearray:
    """Return the pixels row by row, copied once; Pillow's ``tobytes`` holds two copies."""
    width, height = picture.size
    row = width * len(picture.getbands())
    rows = max(1, _STRIP // row)
    data = bytearray(row * height)
    with memoryview(data) as view:
        for top in range(0, height, rows):
            bottom = min(top + rows, height)
            strip = picture.crop((0, top, width, bottom)).tobytes()
            view[top * row : bottom * row] = strip
    return data


def _open(source: Source) -> ImageFile:
    module, name = DECODERS[source.mediatype]
    decoder: type[ImageFile] = getattr(import_module(module), name)
    try:
        return decoder(source.stream)
    except ValueError:
        # Pillow refuses a PNG with more than 1 MiB of compressed text, which image generators
        # write. Pillow's limit is global; leaving out the text chunks is not.
        if source.mediatype != "image/png":
            raise
        source.stream.seek(0)
        return decoder(_strip_text_chunks(source.stream.read()))


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


def _read_orientation(picture: ImageFile) -> int:
    """Return the EXIF orientation that is still to be applied, 1 to 8."""
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except _DAMAGE:
        return 1  # an unreadable tag must not prevent decoding
    return int(value) if value in range(1, 9) else 1  # some programs write a fraction


def _flatten(picture: Image) -> tuple[PixelMode, Image]:
    """Return the picture in one of the four modes that the kernel reads.

    The kernel blends the picture on white. Pillow looks up palettes and converts depths and
    colour spaces, as this belongs to decoding.
    """
    if picture.mode in _DIRECT:
        return _DIRECT[picture.mode], picture
    if picture.mode == "P" and "transparency" in picture.info:
        return "RGBA", picture.convert("RGBA")
    if picture.mode == "1":
        return "L", picture.convert("L")
    return "RGB", picture.convert("RGB")
