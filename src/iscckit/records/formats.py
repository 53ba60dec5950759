"""What can be read, described, written and divided, as rows made from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.media.base import FORMATS
from iscckit.media.embed.base import WRITERS
from iscckit.media.mediatypes import EXTENSIONS
from iscckit.media.metadata.read import READERS
from iscckit.media.readers.container import DIVISIONS

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["divisions", "formats"]


def _extensions(mediatype: str) -> str:
    return " ".join(name for name, of in EXTENSIONS.items() if of == mediatype)


def formats() -> list[dict[str, JsonValue]]:
    """Return a row a media type, in the order of the tables."""
    read = frozenset().union(*(row.mediatypes for row in READERS))
    written = frozenset().union(*(row.mediatypes for row in WRITERS))
    divided = frozenset().union(*(row.mediatypes for row in DIVISIONS))
    modes = {mediatype: row.mode for row in FORMATS for mediatype in row.mediatypes}
    order = [mediatype for mediatype in dict.fromkeys(EXTENSIONS.values()) if mediatype in modes]
    order.sort(key=lambda mediatype: ("text", "image", "audio", "video").index(modes[mediatype]))
    rows: list[dict[str, JsonValue]] = [
        {
            "mediatype": mediatype,
            "extensions": _extensions(mediatype),
            "mode": modes[mediatype],
            "metadata": mediatype in read,
            "embed": mediatype in written,
            "mixed": mediatype in divided,
        }
        for mediatype in order
    ]
    return rows


def divisions() -> list[dict[str, JsonValue]]:
    """Return a row a kind of container, and one of folders."""
    rows: list[dict[str, JsonValue]] = [
        {
            "kind": row.kind,
            "extensions": " ".join(
                name for name, mediatype in EXTENSIONS.items() if mediatype in row.mediatypes
            ),
            "parts": row.rule,
        }
        for row in DIVISIONS
    ]
    folder = "each file that has a Content-Code of its own, in TREEWALK order"
    return [*rows, {"kind": "folder", "extensions": "any", "parts": folder}]
