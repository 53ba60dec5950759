"""Sending a stored file, whole or a part of it, so that no browser takes it for a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from anyio import open_file
from starlette.responses import Response, StreamingResponse

from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from iscckit.server.uploads.body_writer import Upload

__all__ = ["attachment", "is_known", "media_response"]

_BLOCK: Final = 1 << 18  # bytes
_RANGE: Final = re.compile(r"bytes=(\d{0,20})-(\d{0,20})")  # of several ranges none is sent alone
# Types under which a stored file is sent: what players play, and nothing that could be a page.
_SENT: Final = re.compile(r"(?:audio|video)/[a-z0-9.+-]+|image/(?:jpeg|png|gif|webp|avif|bmp|tiff)")


def media_response(request: Request, upload: Upload) -> Response:
    """Return an upload as an attachment; the header Range is honoured.

    Raises:
        Problem: The range lies outside the file.
    """
    etag = f'"{upload.datahash}"'
    headers = {
        "Content-Disposition": attachment(upload.filename or upload.id),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    start, stop, status = 0, upload.size, 200
    wanted = request.headers.get("range")
    if wanted is not None and request.headers.get("if-range", etag) == etag:
        start, stop, status = _range(wanted, upload.size)
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{upload.size}"
    headers["Content-Length"] = str(stop - start)
    kind = upload.mediatype if _SENT.fullmatch(upload.mediatype) else "application/octet-stream"
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    return StreamingResponse(_blocks(upload.path, start, stop), status, headers, kind)


def is_known(request: Request, etag: str) -> bool:
    """Tell whether the client says that it has this version already."""
    known = request.headers.get("if-none-match", "")
    return known == "*" or etag in [each.strip().removeprefix("W/") for each in known.split(",")]


def attachment(filename: str) -> str:
    """Return the header Content-Disposition for a download under any name.

    Source:
        RFC 6266 and RFC 8187.
    """
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _range(wanted: str, size: int) -> tuple[int, int, int]:
    """Return start, end and status; a header that does not name a range counts as none."""
    found = _RANGE.fullmatch(wanted.replace(" ", ""))
    if not found or not (found[1] or found[2]):
        return 0, size, 200
    if found[1]:
        start = int(found[1])
        stop = min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return 0, size, 200
    else:
        start, stop = max(0, size - int(found[2])), size
    if start >= stop:
        headers = {"Content-Range": f"bytes */{size}"}
        raise Problem("range", f"the file has {size} bytes", headers=headers)
    return start, stop, 206


async def _blocks(path: str, start: int, stop: int) -> AsyncIterator[bytes]:
    async with await open_file(path, "rb") as file:
        await file.seek(start)
        while start < stop and (block := await file.read(min(_BLOCK, stop - start))):
            start += len(block)
            yield block
