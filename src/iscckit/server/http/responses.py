"""Pages from templates. Whatever comes from outside is escaped by the templates themselves."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from iscckit.json_types import JsonValue
from iscckit.server.http.decoder_versions import list_decoders
from iscckit.server.http.static_files import assets
from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

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
    ("/verify", "Verify"),
    ("/resolve", "Resolve"),
)

_WORTH: Final = 1024  # bytes of a page from which it is compressed
_EFFORT: Final = 5  # of gzip: nearly the smallest size in a third of the time


class _Page(HTMLResponse):
    """A page that is compressed for browsers that can read it so.

    Pages hold no secrets that an attacker could guess from their compressed size: requests are
    told apart by their origin, not by tokens in forms.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = Headers(scope=scope).get("accept-encoding", "")
        if "gzip" in accepted and len(self.body) >= _WORTH:
            self.body = gzip.compress(self.body, _EFFORT, mtime=0)
            self.headers["content-encoding"] = "gzip"
            self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("iscckit.server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    versions = [f"{name} {found}" for _, name, found in list_decoders()]
    environment.globals.update(
        navigation=NAVIGATION, version=VERSION, versions=versions, assets=assets()
    )
    return environment


def page_html(template: str, *, title: str, **values: object) -> str:
    """Return a whole page.

    Args:
        template: Name of a file in ``templates`` that extends ``base.html``.
        title: Title of the page.
        values: For the template. Strings are escaped there, ``markupsafe.Markup`` is not.
    """
    return _environment().get_template(template).render({"here": "", **values, "title": title})


def page_response(
    template: str, *, title: str, here: str = "", status: int = 200, **values: object
) -> HTMLResponse:
    """Return a page as an answer; ``here`` is its address in the bar."""
    return _Page(page_html(template, title=title, here=here, **values), status)


def json_response(
    value: Mapping[str, JsonValue] | list[JsonValue],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return JSON in the spelling of ``iscc --json``: UTF-8, not escaped."""
    import json

    # Names of files may hold bytes that do not encode characters: those become escapes.
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, status, headers, "application/json")
