"""The screen that finds what was declared about a content, from any copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import fastapi
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.render.claim_json import answer_json
from iscckit.render.proof_html import claims_html
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import is_code, keep_upload, read_form, see
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.claim_service import parse_signers, resolve
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import MaybeMediaId, Source

if TYPE_CHECKING:
    from iscckit.trust.claims.resolve import ClaimMatch

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/resolve"
_LONGEST: Final = 2000  # characters of a text that stands in an address
_MOST: Final = 50  # claims on one page


class Asked(BaseModel):
    """What stands in a permalink: a text or code, or the id of a file; and keys to be trusted."""

    q: Annotated[str, Field(max_length=20_000)] = ""
    m: MaybeMediaId = ""
    s: Annotated[str, Field(max_length=2000)] = ""

    @property
    def is_given(self) -> bool:
        """Whether there is something to look for."""
        return bool(self.m or self.q.strip())


Query = Annotated[Asked, fastapi.Query()]


async def _find(asked: Asked, context: Context) -> tuple[ClaimMatch, ...]:
    if not asked.is_given:
        raise Problem("invalid-input", "nothing is given to look for")
    text = asked.q.strip()
    if asked.m:
        source = Source(media_id=asked.m)
    else:
        source = Source(iscc=text) if is_code(text) else Source(text=text)
    _, found = await resolve(source, parse_signers(asked.s.split()), _MOST, context)
    return found


@router.get("/resolve.json")
async def resolve_json(service: Service, asked: Query) -> Response:
    """Return what the page shows, as the interface gives it."""
    return json_response(answer_json(asked.m or asked.q.strip(), await _find(asked, service)))


@router.get("/resolve")
async def resolve_page(service: Service, asked: Query) -> Response:
    """Show the claims, and what trusted ones say of the use of the content."""
    problem: Problem | None = None
    found = None
    if asked.is_given:
        try:
            found = claims_html(await _find(asked, service))
        except Problem as error:
            problem = error
    return page_response(
        "resolve.html",
        title="Resolve",
        here=_PATH,
        status=problem.kind.status if problem else 200,
        asked=asked,
        problem=problem,
        found=found,
        json=address(f"{_PATH}.json", [("q", asked.q), ("m", asked.m), ("s", asked.s)]),
    )


@router.post("/resolve")
async def resolve_form(request: Request, service: Service) -> Response:
    """Take a file, a code or a text, and go to the permalink of its claims."""
    form = await read_form(request, service)
    text = form.text("q")
    media = "" if text else form.text("m")
    if uploads := form.uploads.get("file"):
        text, media = "", uploads[0].id
    elif len(text) > _LONGEST and not is_code(text):
        content = text.encode("utf-8", "replace")
        text, media = "", (await keep_upload(content, "text.txt", request, service)).id
    return see(address(_PATH, [("q", text), ("m", media), ("s", form.text("s"))]))
