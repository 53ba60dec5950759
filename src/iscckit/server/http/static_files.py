"""The stylesheet and the script: each is written in several files and sent as one."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from iscckit.render.page import stylesheet

__all__ = ["Asset", "assets"]

_FOLDER: Final = Path(__file__).parents[1] / "static"


class Asset(NamedTuple):
    """A file that browsers may keep.

    Attributes:
        path: On this service; another one when the content changes.
        mediatype: Media type of the content.
        content: All of it.
    """

    path: str
    mediatype: str
    content: bytes


def assets() -> dict[str, Asset]:
    """Return stylesheet, script and icon by their names.

    The parts of the stylesheet and of the script are joined in the order of their names. The
    stylesheet begins with the one of ``iscckit.render``, whose drawings the pages show.
    """
    found = {}
    for name, suffix, mediatype in (
        ("style", "css", "text/css; charset=utf-8"),
        ("script", "js", "text/javascript; charset=utf-8"),
        ("icon", "svg", "image/svg+xml"),
    ):
        parts = sorted(_FOLDER.glob(f"*.{suffix}"))
        content = b"\n".join(part.read_bytes() for part in parts)
        if suffix == "css":
            content = stylesheet().encode() + content
        mark = blake2b(content, digest_size=6).hexdigest()
        found[name] = Asset(f"/static/{name}-{mark}.{suffix}", mediatype, content)
    return found
