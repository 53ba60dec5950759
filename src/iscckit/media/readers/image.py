"""Pictures: Pillow decodes the first frame, the kernel does the rest.

Pillow's global limits are neither read nor changed: the limit of pixels is an argument here.
docs/pictures.md has the rules for samples of more than 8 bits, transparency and damaged files.
"""

from __future__ import annotations

import os
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from iscckit import _kernel
from iscckit.algorithms.pixels import PixelMode, normalize_pixels
from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import ImageContent, Limits, Profile, Source
from iscckit.media.readers.pillow_decoders import (
    DAMAGE,
    DECODERS,
    describe_damage,
    open_picture,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

__all__ = ["DecodedImage", "decode_image", "extract", "normalize_image"]

_SDK: Final = "sdk-0.9.7"  # the profile that takes over what the SDK does with rare pixels

_STRIP: Final = 1 << 22  # bytes copied out of a picture at a time
_ORIENTATION: Final = 0x0112  # EXIF tag; if EXIF lacks it, Pillow looks it up in XMP

_JPEG: Final = ("JPEG", "MPO")
_BITS, _CHANNELS, _PLANAR, _PREDICTOR = 258, 277, 284, 317  # tags of TIFF 6.0
_ZEROS: Final = bytes(64)
_FILLED: Final = (128, 128)  # the least and largest value of a row
_PLAIN: Final = ("L", "LA", "RGB", "RGBA", "P", "CMYK", "YCbCr", "LAB", "HSV", "1")
_DIRECT: Final[dict[str, PixelMode]] = {"L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA"}


class DecodedImage(NamedTuple):
    """A decoded picture.

    Attributes:
        picture: The picture as it is stored.
        orientation: The EXIF orientation that is still to be applied, 1 to 8.
        extractor: Names and versions of the decoders.
        cut: Whether the file ends early, or is damaged.
        share: Share of the pixels that the file holds, 0 to 1.
    """

    picture: Image
    orientation: int
    extractor: dict[str, str]
    cut: bool = False
    share: float = 1.0


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> ImageContent:
    """Decode the first frame of ``source`` and normalise it to 32 x 32 grey pixels.

    Raises:
        ExtractionFailed: The file has another type, or is damaged.
        LimitExceeded: The header states more than ``limits.pixels``.
    """
    decoded = decode_image(source, limits, profile)
    picture, orientation, extractor = decoded[:3]
    content = normalize_image(picture, orientation, extractor, profile)
    if granular:
        from iscckit.media.picture_grid import make_grid

        content = replace(content, grid=make_grid(picture, orientation))
    if profile != _SDK and source.mediatype == "image/tiff":
        from iscckit.media.readers.tiff_pages import count_pages

        content = replace(content, pages=count_pages(source.stream))
    if decoded.cut:
        content = replace(content, cut=True, share=decoded.share)
    return content


def decode_image(source: Source, limits: Limits, profile: Profile = "iscckit-1") -> DecodedImage:
    """Decode the first frame of ``source``.

    Samples have 8 bits, transparency is alpha, and of a damaged file there is what is left; under
    the profile of the SDK all three are as the SDK has them.

    Raises:
        ExtractionFailed: See ``extract``.
        LimitExceeded: See ``extract``.
    """
    from PIL import Image  # Pillow is slow to import

    try:
        picture = _load(source, limits)
        orientation = _read_orientation(picture)
        shown = picture if profile == _SDK or _is_plain(picture) else _unify(picture, source)
        is_false = profile != _SDK and _is_misread(picture, source)
        may_be_cut = profile != _SDK and _may_be_cut(picture, source)
        rescued = _rescue(source, limits) if is_false or may_be_cut else None
    except Image.DecompressionBombError as error:
        raise LimitExceeded(source.path, "pixels", limits.pixels) from error
    except DAMAGE as error:
        rescued = None if profile == _SDK else _rescue(source, limits)
        if rescued is None:
            reason = describe_damage(error)
            raise ExtractionFailed(source.path, source.mediatype, reason) from error
        return rescued
    if rescued is not None and (is_false or rescued.share < 1):
        return rescued
    return DecodedImage(shown, orientation, _name_decoders(source.mediatype))


def _load(source: Source, limits: Limits) -> ImageFile:
    from PIL import _imaging

    picture = open_picture(source.stream, source.mediatype)
    width, height = picture.size
    if width * height > limits.pixels:
        raise LimitExceeded(source.path, "pixels", limits.pixels)
    if source.mediatype == "image/jpeg" and picture.mode == "RGB":
        # In one block, so that the kernel can read large photos where they lie.
        picture.im = _imaging.new_block(picture.mode, picture.size)
    picture.load()
    return picture


def _name_decoders(mediatype: str) -> dict[str, str]:
    from PIL import __version__

    extractor = {"pillow": __version__}
    if (package := DECODERS[mediatype][0]) == "pillow_heif":
        extractor["pillow-heif"] = import_module(package).__version__
    return extractor


def _is_plain(picture: Image) -> bool:
    return picture.mode in _PLAIN and "transparency" not in picture.info


def _is_misread(picture: ImageFile, source: Source) -> bool:
    """Tell whether Pillow reads a file without an error, and its samples wrongly.

    It takes planes of 16 bits for planes of 8, and floats that were predicted in the order of
    bytes of the file for others.
    """
    if source.mediatype != "image/tiff":
        return False
    tags: Mapping[int, Any] = cast("Any", picture).tag_v2
    is_planar = tags.get(_PLANAR) == 2 and tags.get(_CHANNELS, 1) > 1
    is_deep: bool = max(tags.get(_BITS, (1,))) > 8
    return is_deep and (is_planar or tags.get(_PREDICTOR) == 3)


def _may_be_cut(picture: ImageFile, source: Source) -> bool:
    """Tell whether a JPEG without an error looks as if a part of it were missing.

    libjpeg fills what is missing with grey if there is an end marker, and reads zeros as data.
    """
    if picture.format not in _JPEG:
        return False
    width, height = picture.size
    last = picture.crop((0, height - 1, width, height)).getextrema()
    length = source.stream.seek(0, os.SEEK_END)
    source.stream.seek(max(0, length - len(_ZEROS)))
    return last in (_FILLED, (_FILLED,) * 3) or source.stream.read() == _ZEROS


# Modules for rare and damaged pictures are imported only for these: their import is slow.


def _unify(picture: Image, source: Source) -> Image:
    from iscckit.media.readers.sample_depth import unify_pixels

    return unify_pixels(picture, source)


def _rescue(source: Source, limits: Limits) -> DecodedImage | None:
    """Return the picture of a file that Pillow alone refuses, or None."""
    from iscckit.media.readers.cut_picture import rescue_cut
    from iscckit.media.readers.deep_tiff import rescue_deep
    from iscckit.media.readers.plain_rasters import rescue_plain

    for rescue in (rescue_deep, rescue_plain, rescue_cut):
        try:
            found = rescue(source, limits)
        except DAMAGE:
            continue
        if found is not None:
            picture, share = found
            orientation = _read_orientation(picture)
            return DecodedImage(
                picture, orientation, _name_decoders(source.mediatype), rescue is rescue_cut, share
            )
    return None


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


def _read_orientation(picture: Image) -> int:
    """Return the EXIF orientation that is still to be applied, 1 to 8."""
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except DAMAGE:
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
