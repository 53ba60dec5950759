"""The first page, where things of all kinds are opened, and what this service is."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from iscckit.server.http.responses import page_response
from iscckit.server.pages.compare import MOST, see_comparison
from iscckit.server.pages.forms import codes_in, keep_upload, read_form, see
from iscckit.server.services.about import about_values
from iscckit.server.services.app_context import Service
from iscckit.server.services.permalinks import address

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_SCREENS: Final = (
    ("/compare", "Compare", "Two or more files, codes or texts: what is equal, bit by bit."),
    ("/generate", "Generate", "Codes of files, with everything they say about themselves."),
    ("/inspect", "Inspect", "Take a code apart: header, units, every spelling, repair."),
    ("/chunker", "Chunker", "Where texts and bytes are cut, and which pieces survive an edit."),
    ("/timeline", "Timeline", "Which seconds of two sounds or films are the same."),
    ("/search", "Search", "Find a file by a piece of it, a code or a sentence."),
    ("/library", "Library", "What is there twice among your files."),
    ("/verify", "Verify", "Check a proof: who signed which bytes, and not later than when."),
    ("/resolve", "Resolve", "From any copy of a content to what was declared about it."),
    ("/api", "REST API", "The same for programs, described offline."),
)


@router.get("/")
async def home() -> Response:
    """Say what can be done here."""
    return page_response("home.html", title="Start", screens=_SCREENS)


@router.post("/open")
async def open_anything(request: Request, service: Service) -> Response:
    """Go where what was dropped or pasted is at home."""
    form = await read_form(request, service)
    files = form.uploads.get("files", [])
    if len(files) == 1 or len(files) > MOST:
        return see(address("/generate", [("m", file.id) for file in files]))
    if files:
        return await see_comparison([("", file.id) for file in files], service)
    text = form.text("text")
    codes = codes_in(text)
    if len(codes) == 1:
        return see(address("/inspect", [("code", codes[0])]))
    if codes:
        return await see_comparison([(code, "") for code in codes], service)
    if not text:
        return see("/")
    upload = await keep_upload(text.encode(), "text.txt", request, service)
    return see(address("/chunker", [("m", upload.id)]))


@router.get("/about")
async def about(service: Service) -> Response:
    """Say what this service is made of, what it reads, and how it is guarded."""
    local = service.settings.is_local
    reach = "Reachable from this computer only." if local else "Reachable from other computers."
    return page_response("about.html", title="About", reach=reach, about=about_values(service))
