"""Thumbnails: small pictures of files. They are never part of a code.

Pictures are turned upright and put on white. The thumbnail of a book is its cover, of a PDF the
first page, of a video the most typical frame, of sound the cover art or the waveform, of an office
file the stored preview or the first picture.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, cast

from iscckit.errors import ExtractionFailed, UnsupportedMedia
from iscckit.media.archive import open_zip
from iscckit.media.content_values import Limits, Source
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.media.formats.table import mode_of
from iscckit.media.picture_grid import UPRIGHT
from iscckit.media.readers.office import OFFICE

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["SIDE", "make_thumbnail"]

SIDE: Final = 128  # pixels of the longer side by default
_QUALITY: Final = 30  # of WebP
_SHARPER: Final = 1.4  # factor of sharpness; 1 leaves the picture unchanged
_REDUCIBLE: Final = ("L", "LA", "RGB", "RGBA", "CMYK")
_FRAMES: Final = 100  # first frames of a video, of which the most typical one is chosen
_SECONDS: Final = 600  # of sound in a waveform
_WAVE: Final = "#2a6f97"
_BOOKS: Final = ("application/epub+zip", "application/x-ibooks+zip")
_PREVIEWS: Final = ("docProps/thumbnail.jpeg", "docProps/thumbnail.png", "Thumbnails/thumbnail.png")
_PICTURES: Final = ("ppt/media/", "word/media/", "xl/media/", "Pictures/")


def make_thumbnail(source: Source, *, side: int = SIDE, limits: Limits | None = None) -> bytes:
    """Return a picture of ``source`` as a WebP file.

    Args:
        source: The file.
        side: Maximum of pixels of the longer side; smaller pictures keep their size.
        limits: Limits for decoding.

    Raises:
        UnsupportedMedia: Files of this type have no thumbnail.
        ExtractionFailed: The file is damaged.
        LimitExceeded: Decoding needs more than the limits allow.

    Source:
        Size, format, quality and sharpness are those of the reference SDK 0.9.7; orientation,
        background, waveforms and previews are additions.
    """
    from PIL import Image, ImageEnhance  # slow to import

    picture = _decode_shown(source, side, limits or Limits())
    picture = _put_on_white(_reduce(picture, side))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    ImageEnhance.Sharpness(picture).enhance(_SHARPER).save(buffer, "WEBP", quality=_QUALITY)
    return buffer.getvalue()


def _decode_shown(source: Source, side: int, limits: Limits) -> Image:
    if source.mediatype == "application/pdf":
        from iscckit.media.readers.pdf import render_page  # as all that follow

        return render_page(source, 0, 2 * side)
    if source.mediatype in _BOOKS:
        return _decode_cover(source, limits)
    if source.mediatype == "application/x-mobipocket-ebook":
        return _decode_kindle_cover(source, limits)
    if source.mediatype in OFFICE:
        return _decode_preview(source, limits)
    by_mode: dict[str | None, Callable[[Source, int, Limits], Image]] = {
        "image": _decode_picture,
        "audio": _decode_cover_art,
        "video": _choose_frame,
    }
    show = by_mode.get(mode_of(source.mediatype))
    if show is None:
        raise UnsupportedMedia(f"{source.path}: there is no picture of {source.mediatype}")
    return show(source, side, limits)


def _decode_picture(source: Source, side: int, limits: Limits) -> Image:
    from PIL.Image import Transpose

    from iscckit.media.readers import image, svg
    from iscckit.media.readers.pillow_decoders import DECODERS

    if source.mediatype == "image/svg+xml":
        return svg.render_drawing(source, limits)[0]
    if source.mediatype not in DECODERS:
        raise UnsupportedMedia(f"{source.path}: no content decoder for {source.mediatype}")
    picture, orientation = image.decode_image(source, limits)[:2]
    if orientation in UPRIGHT:
        return picture.transpose(Transpose(UPRIGHT[orientation]))
    return picture


def _reduce(picture: Image, side: int) -> Image:
    """Return a large picture reduced to at least four times the final size."""
    factor = max(picture.size) // (4 * side)
    return picture.reduce(factor) if factor > 1 and picture.mode in _REDUCIBLE else picture


def _put_on_white(picture: Image) -> Image:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        page = Image.new("RGB", picture.size, "white")
        page.paste(layer, mask=layer.getchannel("A"))
        return page
    return picture.convert("RGB")


def _decode_inner(source: Source, name: str, data: bytes, limits: Limits) -> Image:
    mediatype = detect(data[:HEAD_SIZE], name).mediatype
    inner = Source(io.BytesIO(data), f"{source.path}/{name}", mediatype)
    return _decode_picture(inner, SIDE, limits)


def _decode_cover(source: Source, limits: Limits) -> Image:
    from iscckit.media.readers.epub import read_book

    with open_zip(source, limits) as archive:
        cover = read_book(archive, source).cover
        if cover is None or cover.name not in archive:
            raise UnsupportedMedia(f"{source.path}: the book has no cover")
        return _decode_inner(source, cover.name, archive.read(cover.name), limits)


def _decode_kindle_cover(source: Source, limits: Limits) -> Image:
    from iscckit.media.readers.mobi import open_book

    cover = open_book(source).cover()
    if not cover:
        raise UnsupportedMedia(f"{source.path}: the book has no cover")
    return _decode_inner(source, "cover", cover, limits)


def _decode_preview(source: Source, limits: Limits) -> Image:
    with open_zip(source, limits) as archive:
        names = archive.names()
        candidates = [name for name in _PREVIEWS if name in archive]
        candidates += sorted(name for name in names if name.startswith(_PICTURES))
        for name in candidates:
            try:
                return _decode_inner(source, name, archive.read(name), limits)
            except (UnsupportedMedia, ExtractionFailed):
                continue  # for example a metafile: try the next one
    raise UnsupportedMedia(f"{source.path}: the document has neither preview nor pictures")


def _choose_frame(source: Source, side: int, limits: Limits) -> Image:
    from iscckit.media.readers.av import (
        choose_stream,
        decode_frames,
        has_only_sound,
        open_container,
        pull_frames,
    )
    from iscckit.media.readers.video import choose_upright_filters, make_graph

    with open_container(source) as container:
        if has_only_sound(container):
            source.stream.seek(0)
            return _decode_cover_art(source, side, limits)
        stream = choose_stream(source, container, "video")
        graph, size = None, (0, 0)
        for count, frame in enumerate(decode_frames(source, container, stream)):
            if graph is None:
                scale = f"{side}:{side}:force_original_aspect_ratio=decrease"
                filters = [
                    *choose_upright_filters(frame),
                    ("scale", scale),
                    ("thumbnail", f"n={_FRAMES}"),
                ]
                time_base = stream.time_base or Fraction(1, 25)
                graph = make_graph(frame, time_base, filters, (("format", "pix_fmts=rgb24"),))
                size = frame.width, frame.height
            if (frame.width, frame.height) != size:
                break  # a stream that changes its size: use the frames so far
            graph.push(frame)
            if count + 1 >= _FRAMES:
                break
        if graph is not None:
            graph.push(None)
            for shown in pull_frames(graph):
                return cast("Image", cast("Any", shown).to_image())
    raise ExtractionFailed(source.path, source.mediatype, "no picture of it can be decoded")


def _decode_cover_art(source: Source, side: int, limits: Limits) -> Image:
    from iscckit.media.readers.av import open_container

    with open_container(source) as container:
        for stream in container.streams.video:
            for packet in container.demux(stream):
                if packet.size:
                    try:
                        return _decode_inner(source, "cover", bytes(packet), limits)
                    except (UnsupportedMedia, ExtractionFailed):
                        break
    source.stream.seek(0)
    return _draw_waveform(source, side)


def _draw_waveform(source: Source, side: int) -> Image:
    """Draw the loudest sample of each column."""
    import numpy as np
    from PIL import Image, ImageDraw

    from iscckit.media.readers.audio import resample
    from iscckit.media.readers.av import choose_stream, decode_frames, open_container

    blocks, total = [], 0
    with open_container(source) as container:
        stream = choose_stream(source, container, "audio")
        for block in resample(decode_frames(source, container, stream)):
            blocks.append(np.frombuffer(block, np.int16))
            total += len(blocks[-1])
            if total > _SECONDS * 11025:
                break
    if total == 0:
        raise ExtractionFailed(source.path, source.mediatype, "no sound of it can be decoded")
    loudness = np.abs(np.concatenate(blocks).astype(np.int32))
    picture = Image.new("RGB", (side, side // 2), "white")
    draw = ImageDraw.Draw(picture)
    middle = side // 4
    for x, column in enumerate(np.array_split(loudness, side)):
        height = int(column.max(initial=0)) * middle // 32768
        draw.line((x, middle - height, x, middle + height), fill=_WAVE)
    return picture
