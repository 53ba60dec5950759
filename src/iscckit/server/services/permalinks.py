"""Addresses of pages that bring back what they showed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["address"]


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a permalink; empty values are left out."""
    query = urlencode([pair for pair in pairs if pair[1]], safe=":")
    return f"{path}?{query}" if query else path
