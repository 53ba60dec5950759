"""Drawings: resvg renders an SVG file to a picture.

Pictures that the file refers to by path or address are not drawn, as a code must not depend on
other files. Text is drawn with the fonts of the computer, as in the reference SDK; the record of a
drawing with text therefore lists the fonts as an extractor.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iscckit.errors import ExtractionFailed, LimitExceeded
from iscckit.media.content_values import ImageContent, Limits, Profile, Source
from iscckit.media.picture_grid import make_grid
from iscckit.media.readers.image import normalize_image
from iscckit.media.xml_tree import parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element
    from PIL.Image import Image

__all__ = ["extract", "parse_drawing", "render_drawing"]

_LARGEST: Final = 4096  # pixels per side of the rendered picture
_BYTES: Final = 1 << 26  # of the unpacked document
_GZIP: Final = b"\x1f\x8b"
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
# Pixels per unit at 96 dots per inch.
_UNITS: Final = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "pt": 96 / 72,
    "pc": 16.0,
}
_LONGEST: Final = 1000  # characters of a size; the patterns of longer ones take too long
_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LENGTH: Final = re.compile(rf"\s*({_NUMBER})\s*([a-z]*)\s*")
_BOX: Final = re.compile(rf"\s*({_NUMBER})" + rf"[\s,]+({_NUMBER})" * 3 + r"\s*")


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> ImageContent:
    """Render ``source`` and normalise it to 32 x 32 grey pixels.

    Raises:
        ExtractionFailed: The file is not a drawing, declares entities, or cannot be rendered.
        LimitExceeded: The unpacked document is longer than 64 MiB, or the rendered picture has
            more than ``limits.pixels``.

    Source:
        The reference SDK 0.9.7: size at 96 dpi in whole pixels, at most 4096 per side; a larger
        drawing is fitted into a square of that size.
    """
    picture, orientation, extractor = render_drawing(source, limits)
    content = normalize_image(picture, orientation, extractor, profile)
    return replace(content, grid=make_grid(picture)) if granular else content


def render_drawing(
    source: Source, limits: Limits | None = None
) -> tuple[Image, int, dict[str, str]]:
    """Return the picture, its orientation (always 1), and the versions of the renderer.

    Raises:
        ExtractionFailed: See ``extract``.
        LimitExceeded: See ``extract``.
    """
    from PIL import __version__  # slow to import, as are the next
    from PIL.PngImagePlugin import PngImageFile
    from resvg_py import __resvg_version__, svg_to_bytes

    root = parse_drawing(source)
    width, height = _read_size(root)
    text = _prepare(root, width, height)
    has_text = next(root.iter(f"{_NAMESPACE}text"), None) is not None
    most = (limits or Limits()).pixels
    fits = 0 < width <= _LARGEST and 0 < height <= _LARGEST
    if (width * height if fits else _LARGEST * _LARGEST) > most:
        raise LimitExceeded(source.path, "pixels", most)
    try:
        png = svg_to_bytes(
            svg_string=text,
            width=width if fits else _LARGEST,
            height=height if fits else _LARGEST,
            skip_system_fonts=not has_text,
        )
        picture = PngImageFile(io.BytesIO(bytes(png)))
        picture.load()
    except (ValueError, OSError) as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    extractor = {"resvg": __resvg_version__, "pillow": __version__}
    if has_text:
        extractor["fonts"] = "of the computer"
    return picture, 1, extractor


def parse_drawing(source: Source) -> _Element:
    """Return the root element of the drawing.

    Raises:
        ExtractionFailed: The file is not XML, or declares entities.
        LimitExceeded: The document is too long, or an element has too many attributes.
    """
    try:
        root = parse_xml_tree(_read_document(source))
    except ValueError as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    if root is None:
        raise ExtractionFailed(source.path, source.mediatype, "there is no element in it")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and list(dtd.iterentities()):  # type: ignore[attr-defined]
        raise ExtractionFailed(source.path, source.mediatype, "it declares entities")
    if root.tag != f"{_NAMESPACE}svg":
        raise ExtractionFailed(source.path, source.mediatype, "the root element is not svg")
    return root


def _read_document(source: Source) -> bytes:
    """Return the bytes of the document; an SVGZ file is unpacked."""
    packed = source.stream.read(len(_GZIP)) == _GZIP
    source.stream.seek(0)
    stream = gzip.GzipFile(fileobj=source.stream) if packed else source.stream
    try:
        data = stream.read(_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        if not packed:
            raise
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    if len(data) > _BYTES:
        raise LimitExceeded(source.path, "bytes of a drawing", _BYTES)
    return data


def _read_size(root: _Element) -> tuple[int, int]:
    """Return width and height in whole pixels; 0 if the drawing does not state them."""
    width, height = _parse_length(root.get("width")), _parse_length(root.get("height"))
    found = _BOX.fullmatch(root.get("viewBox", "")[: _LONGEST + 1])
    box = (float(found[3]), float(found[4])) if found else (0.0, 0.0)
    ratio = box[0] / box[1] if min(box) > 0 else 0.0
    if not width and not height and ratio:
        width, height = box
    elif not width and ratio:
        width = height * ratio
    elif not height and ratio:
        height = width / ratio
    return int(width), int(height)


def _parse_length(length: str | None) -> float:
    """Return an absolute length in pixels; 0.0 if it is relative, missing or malformed."""
    found = _LENGTH.fullmatch((length or "")[: _LONGEST + 1])
    if found is None or found[2] not in _UNITS:
        return 0.0
    value = float(found[1]) * _UNITS[found[2]]
    return value if 0 < value < float(1 << 31) else 0.0


def _prepare(root: _Element, width: int, height: int) -> str:
    """Return the document with its size in pixels and without references to other files."""
    from lxml import etree

    for name, value in (("width", width), ("height", height)):
        if _parse_length(root.get(name)):
            root.set(name, str(value))
    for tag in ("image", "feImage"):
        for element in root.iter(f"{_NAMESPACE}{tag}"):
            for attribute in ("href", _XLINK):
                if not element.get(attribute, "data:").lstrip().startswith(("data:", "#")):
                    del element.attrib[attribute]
    text: str = etree.tostring(root, encoding="unicode")
    return text
