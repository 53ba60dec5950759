"""Paths as Unicode text, for JSON, pages and terminals."""

from __future__ import annotations

__all__ = ["readable"]


def readable(name: str) -> str:
    """Return a path or a file name as Unicode text.

    File systems hold names that are not valid UTF-8; Python reads such bytes as lone surrogates,
    which JSON and HTML cannot hold. Each of these bytes becomes a backslash escape.
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
