"""Which decoders are installed: codes of the same file depend on them."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

__all__ = ["list_decoders"]

_DECODERS: Final = {
    "pictures": "pillow",
    "HEIC and AVIF": "pillow-heif",
    "SVG": "resvg-py",
    "sound and video": "av",
    "PDF": "pypdfium2",
    "documents": "iscc-tika",
    "markup": "lxml",
}


@cache
def list_decoders() -> tuple[tuple[str, str, str], ...]:
    """Return of each decoder what it reads, the name of its package and its version."""
    found = []
    for what, name in _DECODERS.items():
        try:
            found.append((what, name, version(name)))
        except PackageNotFoundError:
            continue  # not offered for this system
    return tuple(found)
