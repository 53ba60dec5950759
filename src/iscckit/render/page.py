"""A page in one file: it asks for nothing, runs nothing, and holds its data as JSON too."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.json_types import JsonValue

__all__ = ["data_uri", "page", "standalone", "stylesheet"]


@cache
def stylesheet() -> str:
    """Return the rules for everything that is drawn here, for whoever shows a part of it."""
    return files("iscckit.render").joinpath("style.css").read_text(encoding="utf-8")


def page(title: str, body: Markup, data: Mapping[str, JsonValue] | None = None) -> str:
    """Return a whole page that opens from a disk, without a network.

    Args:
        title: Title of the page, as text.
        body: What it shows, as HTML.
        data: The same for programs; stands in the page as ``application/json``.
    """
    style = stylesheet()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"
    whole = Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{}</title>\n<style>{}</style>\n</head>\n"
        '<body class="iscc">\n<main>\n{}\n</main>\n<footer><p>{}</p></footer>\n{}</body>\n</html>\n'
    ).format(policy, title, Markup(style), body, f"iscckit {VERSION} · ISO 24138:2024", _twin(data))
    return str(whole)


def standalone(body: Markup) -> str:
    """Return a part of a page with its own stylesheet, as notebooks show values."""
    part = Markup('<div class="iscc part"><style>{}</style>{}</div>')
    return str(part.format(Markup(stylesheet()), body))


def data_uri(picture: bytes, mediatype: str = "image/webp") -> str:
    """Return a small picture as an address that holds all of it."""
    return f"data:{mediatype};base64,{b64encode(picture).decode()}"


def _twin(data: Mapping[str, JsonValue] | None) -> Markup:
    if data is None:
        return Markup("")
    # A script element ends at the first "</script", wherever it stands.
    text = json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")
    return Markup('<script type="application/json" id="data">{}</script>\n').format(Markup(text))
