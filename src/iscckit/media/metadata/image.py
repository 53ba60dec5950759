"""Metadata of pictures: XMP precedes IPTC, IPTC precedes EXIF, as in the reference SDK.

Text chunks of PNG, which the SDK does not read, come last.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Final

from iscckit.errors import ExtractionFailed
from iscckit.media.content_values import Limits, Source
from iscckit.media.metadata import xmp
from iscckit.media.metadata.exif import read_exif_tags
from iscckit.media.metadata.iptc import read_iptc_tags
from iscckit.media.metadata.picture_blocks import BLOCK_READERS
from iscckit.media.metadata.precedence import FileMetadata, Precedence, choose

__all__ = ["PRECEDENCE", "read"]

_BEHIND_XMP: Final[Precedence] = {
    "name": ("IPTC Headline", "IPTC BylineTitle", "IPTC ObjectName", "EXIF XPTitle", "PNG Title"),
    "creator": ("IPTC Byline", "EXIF Artist", "PNG Author"),
    "description": ("PNG Description",),
    "rights": ("PNG Copyright",),
    "credit": ("IPTC Credit",),
    "keywords": ("IPTC Keywords",),
    "identifier": ("EXIF ImageID", "EXIF ImageUniqueID"),
    "language": ("IPTC Language",),
}

PRECEDENCE: Final[Precedence] = {
    name: sources + _BEHIND_XMP.get(name, ()) for name, sources in xmp.PRECEDENCE.items()
}

_TIFF: Final = frozenset(
    {
        "image/tiff",
        "image/x-adobe-dng",
        "image/x-canon-cr2",
        "image/x-nikon-nef",
        "image/x-sony-arw",
    }
)


def read(source: Source, *, limits: Limits) -> FileMetadata:
    """Return the metadata in the blocks of a picture. A damaged block does not affect the others.

    Raises:
        ExtractionFailed: The blocks cannot be found: the file is not a picture of this type.
    """
    try:
        blocks = BLOCK_READERS[source.mediatype](source.stream)
    except Exception as error:  # Pillow and libheif raise many kinds of errors on damaged files
        reason = str(error) or type(error).__name__
        raise ExtractionFailed(source.path, source.mediatype, f"metadata: {reason}") from error
    tiff = source.stream if source.mediatype in _TIFF else io.BytesIO(blocks.exif)
    signals: list[tuple[str, str]] = []

    def read_packet() -> dict[str, str]:
        signals.extend(xmp.read_xmp_signals(blocks.xmp))
        return xmp.read_xmp_tags(blocks.xmp)

    def read_further() -> dict[str, str]:
        for packet in filter(None, blocks.further):
            signals.extend(xmp.read_xmp_signals(packet))
        return {}

    parts: tuple[tuple[bool, Callable[[], dict[str, str]]], ...] = (
        (tiff is source.stream or bool(blocks.exif), lambda: read_exif_tags(tiff)),
        (bool(blocks.xmp), read_packet),
        (bool(blocks.further), read_further),
        (bool(blocks.iptc), lambda: read_iptc_tags(blocks.iptc)),
    )
    tags = {f"PNG {keyword}": text for keyword, text in blocks.texts.items()}
    damage: list[str] = []
    for there, tags_of in parts:
        try:
            tags |= tags_of() if there else {}
        except (ValueError, struct.error) as error:
            damage.append(str(error))
    return choose(tags, PRECEDENCE, damage=tuple(damage), signals=signals)
