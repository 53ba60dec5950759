"""``iscc formats``: what can be read, described, written and divided; printed from the tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from iscckit.cli.main import DONE
from iscckit.cli.terminal import paint, write_line
from iscckit.media.base import FORMATS
from iscckit.media.container import DIVISIONS
from iscckit.media.embed.base import WRITERS
from iscckit.media.mediatypes import EXTENSIONS
from iscckit.media.metadata.read import READERS

if TYPE_CHECKING:
    from iscckit.record import JsonValue

__all__ = ["formats"]

_EXTENSIONS_WIDTH = 26
_MODE_WIDTH = 6


@click.command()
@click.option("--mixed", is_flag=True, help="How containers are divided for a Mixed-Code.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def formats(mixed: bool, as_json: bool) -> int:
    """Print which formats are read, and what can be done with each.

    Every other file gets an ISCC-SUM. With --mixed, the rule by which a container becomes the
    parts of its Mixed-Code.

    Exit codes: 0 done, 2 usage.
    """
    rows = _divisions() if mixed else _formats()
    for row in rows:
        if as_json:
            write_line(json.dumps(row, ensure_ascii=False))
        elif mixed:
            write_line(paint(f"{row['kind']} ({row['extensions']})", "good"))
            write_line(f"  {row['parts']}")
        else:
            marks = [name for name in ("metadata", "embed", "mixed") if row[name]]
            names = f"{row['extensions']:{_EXTENSIONS_WIDTH}}"
            what = f"{row['mode']:{_MODE_WIDTH}}"
            write_line(f"{names} {what} {' '.join(marks)}".rstrip())
    return DONE


def _extensions(mediatype: str) -> str:
    return " ".join(name for name, of in EXTENSIONS.items() if of == mediatype)


def _formats() -> list[dict[str, JsonValue]]:
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


def _divisions() -> list[dict[str, JsonValue]]:
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
