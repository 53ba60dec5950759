"""A page about duplicates that needs nothing but itself: pictures, bits, sizes."""

from __future__ import annotations

import os
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import MainType
from iscckit.errors import IsccError
from iscckit.pipeline import pictured
from iscckit.render.bits import Cell, bit_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.library.acting import Step
    from iscckit.library.clusters import Cluster, Member

__all__ = ["duplicates_html"]

_SIDE: Final = 128  # pixels of a thumbnail
_CELL: Final = 4  # of a bit
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
ul { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr));
     list-style: none; padding: 0; }
li { background: var(--soft); border-radius: .5rem; padding: .75rem; overflow-wrap: anywhere; }
img { display: block; height: 128px; object-fit: contain; width: 100%; }
.none { align-items: center; display: flex; height: 128px; justify-content: center; opacity: .6; }
.go { outline: 2px dashed currentColor; }
small { opacity: .75; }
svg { display: block; margin-top: .5rem; max-width: 100%; }
"""
_COLOURS: Final = {Cell.ONE: "#2a6f97", Cell.ZERO: "#a9d6e5", Cell.DIFFERENT: "#d1495b"}


def duplicates_html(clusters: Sequence[Cluster], steps: Sequence[Step]) -> str:
    """Return a whole page about clusters.

    Args:
        clusters: As ``library.clusters`` finds them.
        steps: What could go; such files are framed.
    """
    going = {step.path for step in steps}
    free = sum(step.size for step in steps)
    body = "".join(_section(cluster, going) for cluster in clusters)
    head = (
        f"<h1>Duplicates</h1><p>{len(clusters):,} clusters. {len(steps):,} copies of the same "
        f"bytes (framed) could go and free {free:,} bytes.</p>"
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><title>Duplicates</title>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
        "img-src data:; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body>{head}{body}</body></html>"
    )


def _section(cluster: Cluster, going: set[str]) -> str:
    members = "".join(_member(member, going) for member in cluster.members)
    title = f"{escape(cluster.kind)}: {len(cluster.members)} files"
    if cluster.reclaimable:
        title += f", {cluster.reclaimable:,} bytes reclaimable"
    return f"<section><h2>{title}</h2><ul>{members}</ul></section>"


def _member(member: Member, going: set[str]) -> str:
    item = member.item
    name = os.fsencode(item.path).decode("utf-8", "backslashreplace")
    mark = " class='go'" if item.path in going else ""
    why = ""
    if member.comparison is not None:
        pairs = [
            pair
            for pair in member.comparison.units
            if pair.a.maintype in {MainType.CONTENT, MainType.DATA} and pair.percent is not None
        ]
        bits = _bits(pairs[0].a.body, pairs[0].b.body, pairs[0].name) if pairs else ""
        why = f"<br><small>{escape(member.comparison.sentence)}</small>{bits}"
    return (
        f"<li{mark}>{_picture(item.path)}<strong>{escape(os.path.basename(name))}</strong><br>"
        f"<small>{escape(os.path.dirname(name))}<br>{item.stat.size:,} bytes</small>{why}</li>"
    )


def _picture(path: str) -> str:
    try:
        data = b64encode(pictured(path, _SIDE)).decode()
    except IsccError:
        return "<div class='none'>no picture</div>"
    return f"<img alt='' src='data:image/webp;base64,{data}'>"


def _bits(a: bytes, b: bytes, name: str) -> str:
    """Return the bits of two units as a drawing, with a text for those who do not see it."""
    rows = bit_matrix(a, b)
    different = sum(cell is Cell.DIFFERENT for row in rows for cell in row)
    total = sum(len(row) for row in rows)
    cells = "".join(
        f"<rect x='{x * _CELL}' y='{y * _CELL}' width='{_CELL - 1}' height='{_CELL - 1}' "
        f"fill='{_COLOURS[cell]}'/>"
        for y, row in enumerate(rows)
        for x, cell in enumerate(row)
    )
    label = f"{name}: {total - different} of {total} bits are equal"
    size = f"width='{64 * _CELL}' height='{len(rows) * _CELL}'"
    return f"<svg role='img' aria-label='{escape(label)}' {size}>{cells}</svg>"
