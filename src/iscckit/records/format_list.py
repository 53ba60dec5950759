"""What can be read, described, written and divided, as rows made from the table of formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.media.formats.table import FORMATS, Table

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["divisions", "formats"]

_MODES: Final = ("text", "image", "audio", "video")


def formats(table: Table = FORMATS) -> list[dict[str, JsonValue]]:
    """Return a row for each media type with a content reader, by mode, then as in the table."""
    read = [row for row in table.rows if row.content and row.extensions and row.mode]
    return [
        {
            "mediatype": row.mediatype,
            "extensions": " ".join(row.extensions),
            "mode": row.mode,
            "metadata": row.metadata is not None,
            "embed": row.writer is not None,
            "mixed": row.division is not None,
        }
        for mode in _MODES
        for row in read
        if row.mode == mode
    ]


def divisions(table: Table = FORMATS) -> list[dict[str, JsonValue]]:
    """Return a row for each kind of container, and one for folders."""
    rows: list[dict[str, JsonValue]] = [
        {
            "kind": division.kind,
            "extensions": " ".join(
                name for row in table.rows if row.division == division for name in row.extensions
            ),
            "parts": division.rule,
        }
        for division in dict.fromkeys(row.division for row in table.rows)
        if division is not None
    ]
    folder = "each file that has a Content-Code of its own, in TREEWALK order"
    return [*rows, {"kind": "folder", "extensions": "any", "parts": folder}]
