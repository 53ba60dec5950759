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
from iscckit.media.readers.markup import restate_xml
from iscckit.media.xml_tree import parse_xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element
    from PIL.Image import Image

__all__ = ["extract", "parse_drawing", "render_drawing"]

_SDK: Final = "sdk-0.9.7"  # the profile under which entities are refused
_LARGEST: Final = 4096  # pixels per side of the rendered picture
_BYTES: Final = 1 << 26  # of the unpacked document
_GZIP: Final = b"\x1f\x8b"
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_NAMES: Final = ("svg", f"{_NAMESPACE}svg")  # of the root; many drawings name no namespace
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
_PIXELS: Final = ("", "px")
_FILTER_STEPS: Final = 10_000  # primitives of filters, where they stand and where they are used
_FILTER: Final = re.compile(r"url\(\s*[\"']?#([^\"')]+)[\"']?\s*\)")
_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ENTITIES: Final = 256  # that a document may declare
_EXPANDED: Final = 1 << 20  # characters that all references to entities may stand for
_REFERENCE: Final = re.compile(r"&([^#&;\s]+);")
_LENGTH: Final = re.compile(rf"\s*({_NUMBER})\s*([a-z]*)\s*")
_BOX: Final = re.compile(rf"\s*({_NUMBER})" + rf"[\s,]+({_NUMBER})" * 3 + r"\s*")


def extract(
    source: Source, *, profile: Profile, limits: Limits, granular: bool = False
) -> ImageContent:
    """Render ``source`` and normalise it to 32 x 32 grey pixels.

    Raises:
        ExtractionFailed: The file is not a drawing, declares entities other than short plain
            texts (under the profile of the SDK: any), or cannot be rendered.
        LimitExceeded: The unpacked document is longer than 64 MiB, or the rendered picture has
            more than ``limits.pixels``.

    Source:
        The reference SDK 0.9.7: size at 96 dpi in whole pixels, at most 4096 per side; a larger
        drawing is fitted into a square of that size.
    """
    picture, orientation, extractor = render_drawing(source, limits, profile)
    content = normalize_image(picture, orientation, extractor, profile)
    return replace(content, grid=make_grid(picture)) if granular else content


def render_drawing(
    source: Source, limits: Limits | None = None, profile: Profile = "iscckit-1"
) -> tuple[Image, int, dict[str, str]]:
    """Return the picture, its orientation (always 1), and the versions of the renderer.

    Raises:
        ExtractionFailed: See ``extract``.
        LimitExceeded: See ``extract``.
    """
    from PIL import __version__  # slow to import, as are the next
    from PIL.PngImagePlugin import PngImageFile
    from resvg_py import __resvg_version__, svg_to_bytes

    root = parse_drawing(source, entities=profile != _SDK)
    if profile != _SDK and _count_filter_steps(root, _FILTER_STEPS) > _FILTER_STEPS:
        raise LimitExceeded(source.path, "steps of filters", _FILTER_STEPS)
    width, height = _read_size(root)
    text = _prepare(root, width, height)
    has_text = next(root.iter("{*}text"), None) is not None
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


def parse_drawing(source: Source, *, entities: bool = True) -> _Element:
    """Return the root element of the drawing.

    Args:
        source: The file.
        entities: Whether the document may declare entities: short plain texts, as Illustrator does
            for namespaces. External ones, and ones that hold others or elements, are refused.

    Raises:
        ExtractionFailed: The file is not XML, or declares entities that are refused.
        LimitExceeded: The document is too long, or an element has too many attributes.
    """
    data = _read_document(source)
    try:
        root = _parse(source, data, resolve=False)
    except ExtractionFailed:
        restated = restate_xml(data) if entities else None
        if restated is None:
            raise
        data = restated
        root = _parse(source, data, resolve=False)
    if declared := _list_entities(root):
        if not entities or not _are_harmless(root, declared):
            raise ExtractionFailed(source.path, source.mediatype, "it declares entities")
        root = _parse(source, data, resolve=True)
    if root.tag not in _NAMES:
        raise ExtractionFailed(source.path, source.mediatype, "the root element is not svg")
    return root


def _count_filter_steps(root: _Element, most: int) -> int:
    """Return how many primitives of filters a drawing has and uses; more than ``most`` may be less.

    Each is computed for all pixels of its region, so that few bytes take minutes.
    """
    sizes = {each.get("id", ""): len(each) for each in root.iter("{*}filter")}
    total = sum(sizes.values())
    for each in root.iter("*") if sizes else ():
        for name in _FILTER.findall(f"{each.get('filter', '')} {each.get('style', '')}"):
            total += sizes.get(name, 0)
        if total > most:
            break
    return total


def _parse(source: Source, data: bytes, *, resolve: bool) -> _Element:
    try:
        root = parse_xml_tree(data, resolve_entities=resolve)
    except ValueError as error:
        raise ExtractionFailed(source.path, source.mediatype, str(error)) from error
    if root is None:
        raise ExtractionFailed(source.path, source.mediatype, "there is no element in it")
    return root


def _list_entities(root: _Element) -> dict[str, str | None]:
    """Return the text of each declared entity; None for one that lies outside the document."""
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is None:
        return {}
    found = dtd.iterentities()  # type: ignore[attr-defined]
    return {each.name: None if each.system_url else each.content for each in found}


def _are_harmless(root: _Element, declared: dict[str, str | None]) -> bool:
    """Tell whether entities are plain texts, and all references to them short."""
    from lxml import etree

    texts = declared.values()
    if len(declared) > _ENTITIES or any(text is None or set("&<%") & set(text) for text in texts):
        return False
    document = etree.tostring(root, encoding="unicode")
    references = (declared.get(name) for name in _REFERENCE.findall(document))
    expanded = sum(len(text) for text in references if text)
    return expanded <= _EXPANDED and len(document) <= _BYTES


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
    """Return the document without references to other files, and without units in its size.

    The renderer knows pixels alone, and scales the document to the size that it is given.
    """
    from lxml import etree

    for name, value in (("width", width), ("height", height)):
        found = _LENGTH.fullmatch(root.get(name, ""))
        if found and found[2] in _UNITS and found[2] not in _PIXELS:
            root.set(name, str(value))
    for tag in ("image", "feImage"):
        for element in root.iter(f"{{*}}{tag}"):
            for attribute in ("href", _XLINK):
                if not element.get(attribute, "data:").lstrip().startswith(("data:", "#")):
                    del element.attrib[attribute]
    text: str = etree.tostring(root, encoding="unicode")
    return text
