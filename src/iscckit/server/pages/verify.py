"""The screen that checks a proof, and a file with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import fastapi
from anyio import to_thread
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from iscckit.render.proof_html import verification_html
from iscckit.render.proof_json import verification_json
from iscckit.server.http.problems import Problem
from iscckit.server.http.responses import json_response, page_response
from iscckit.server.pages.forms import read_form, see
from iscckit.server.services.app_context import Context, Service
from iscckit.server.services.claim_service import Asker, parse_signers, verify
from iscckit.server.services.permalinks import address
from iscckit.server.services.request_sources import MaybeMediaId
from iscckit.trust.declarations.find_proofs import is_proof_path, read_whole

if TYPE_CHECKING:
    from iscckit.trust.declarations.verify_file import Verified

__all__ = ["router"]

router = fastapi.APIRouter(include_in_schema=False)

_PATH: Final = "/verify"


class Asked(BaseModel):
    """What stands in a permalink: ids of the proof and the file, and the keys that are trusted."""

    p: MaybeMediaId = ""
    m: MaybeMediaId = ""
    s: Annotated[str, Field(max_length=2000)] = ""


Query = Annotated[Asked, fastapi.Query()]


async def _check(asked: Asked, context: Context) -> Verified:
    if not asked.p:
        raise Problem("invalid-input", "no proof is given")
    asker = Asker(parse_signers(asked.s.split()))
    with context.spool.pin(asked.p) as upload:
        data = await to_thread.run_sync(read_whole, upload.path)
    return await verify(data, asked.m or None, asker, context)


@router.get("/verify.json")
async def verify_json(service: Service, asked: Query) -> Response:
    """Return what the page shows, as the interface gives it."""
    return json_response(verification_json(await _check(asked, service)))


@router.get("/verify")
async def verify_page(service: Service, asked: Query) -> Response:
    """Show each check as a line, and what it does not show."""
    problem: Problem | None = None
    found: Verified | None = None
    if asked.p:
        try:
            found = await _check(asked, service)
        except Problem as error:
            problem = error
    is_unknown = found is not None and found.verdict.state == "valid"
    return page_response(
        "verify.html",
        title="Verify",
        here=_PATH,
        status=problem.kind.status if problem else 200,
        asked=asked,
        problem=problem,
        found=verification_html(found) if found else "",
        key=found.verdict.check("signer").facts["did"] if found and is_unknown else "",
        json=address(f"{_PATH}.json", [("p", asked.p), ("m", asked.m), ("s", asked.s)]),
    )


@router.post("/verify")
async def verify_form(request: Request, service: Service) -> Response:
    """Take a proof and a file, in any order, and go to the permalink of the checks."""
    form = await read_form(request, service)
    proof, media = form.text("p"), form.text("m")
    for upload in (*form.uploads.get("proof", []), *form.uploads.get("file", [])):
        if is_proof_path(upload.filename):
            proof = upload.id
        else:
            media = upload.id
    return see(address(_PATH, [("p", proof), ("m", media), ("s", form.text("s"))]))
