"""Pages from templates. Whatever comes from outside is escaped by the templates themselves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from iscckit.record import JsonValue
from iscckit.server.assets import assets
from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NAVIGATION", "json_response", "page_html", "page_response"]

# Address and name of each screen, in the order of the bar.
NAVIGATION: Final = (
    ("/compare", "Compare"),
    ("/generate", "Generate"),
    ("/inspect", "Inspect"),
    ("/chunker", "Chunker"),
    ("/timeline", "Timeline"),
    ("/search", "Search"),
    ("/library", "Library"),
)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("iscckit.server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(navigation=NAVIGATION, version=VERSION, assets=assets())
    return environment


def page_html(template: str, *, title: str, **values: object) -> str:
    """Return a whole page.

    Args:
        template: Name of a file in ``templates`` that extends ``base.html``.
        title: Of the page.
        values: For the template. Strings are escaped there, ``markupsafe.Markup`` is not.
    """
    return _environment().get_template(template).render({"here": "", **values, "title": title})


def page_response(
    template: str, *, title: str, here: str = "", status: int = 200, **values: object
) -> HTMLResponse:
    """Return a page as an answer; ``here`` is its address in the bar."""
    return HTMLResponse(page_html(template, title=title, here=here, **values), status)


def json_response(
    value: Mapping[str, JsonValue] | list[JsonValue],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return JSON in the spelling of ``iscc --json``: UTF-8, not escaped."""
    import json  # noqa: PLC0415

    # Names of files may hold bytes that are no characters: those become escapes.
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, status, headers, "application/json")
