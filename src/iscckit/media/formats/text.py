"""Formats of plain text and markup. ``media.detect.magic`` tests for text without signature."""

from __future__ import annotations

from typing import Final

from iscckit.media.formats.format import Format, Root

__all__ = ["ROWS"]

_PLAIN: Final = "iscckit.media.readers.text"
_MARKUP: Final = "iscckit.media.readers.markup"
_HTML: Final = "iscckit.media.metadata.markup"
_HTML_WRITER: Final = "iscckit.media.embed.html"
_HTML_STARTS: Final = ("<!doctype html", "<html", "<head", "<body")

ROWS: Final = (
    Format(
        "text/plain",
        "text",
        (
            "txt",
            "text",
            "log",
            "asc",
            "rst",
            "tex",
            "srt",
            "vtt",
            "ini",
            "cfg",
            "toml",
            "yaml",
            "yml",
        ),
        families=("text",),
        content=_PLAIN,
    ),
    Format(
        "text/markdown",
        "text",
        ("md", "markdown", "mdown", "mkd"),
        families=("text",),
        content=_PLAIN,
    ),
    Format("text/csv", "text", ("csv",), families=("text",), content=_PLAIN),
    Format("text/tab-separated-values", "text", ("tsv",), families=("text",), content=_PLAIN),
    Format(
        "text/html",
        "text",
        ("html", "htm"),
        (Root(_HTML_STARTS, "HTML", declared=False),),
        families=("text",),
        content=_MARKUP,
        metadata=_HTML,
        writer=_HTML_WRITER,
    ),
    Format("text/xml", "text", ("xml",), families=("text",), content=_MARKUP),
    Format(
        "application/json",
        "text",
        ("json", "geojson", "jsonl", "ndjson"),
        families=("text",),
        content=_PLAIN,
    ),
    Format(
        "application/xhtml+xml",
        "text",
        ("xhtml", "xht"),
        (Root(_HTML_STARTS, "HTML", declared=True),),
        families=("text",),
        content=_MARKUP,
        metadata=_HTML,
        writer=_HTML_WRITER,
    ),
)
