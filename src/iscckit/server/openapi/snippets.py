"""How to call an operation: a line for the shell, and a few of Python."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.server.openapi.reference import Operation

__all__ = ["curl", "python"]


def curl(operation: Operation, address: str, *, token: bool) -> str:
    """Return a command that calls an operation at ``address``, with a place for the token."""
    words = ["curl"]
    if operation.method != "GET":
        words += ["-X", operation.method] if not operation.takes else []
    if token:
        words += ["-H", "Authorization: Bearer TOKEN"]
    if operation.takes == "application/json":
        words += ["--json", json.dumps(json.loads(operation.body), ensure_ascii=False)]
    elif operation.takes.startswith("multipart/"):
        words += ["-F", "file=@photo.jpg"]
    elif operation.takes:
        words += ["-H", f"Content-Type: {operation.takes}", "--data-binary", "@photo.jpg"]
    return shlex.join([*words, address])


def python(operation: Operation, address: str, *, token: bool) -> str:
    """Return a Python program that calls an operation with the standard library."""
    lines = ["import json", "from urllib.request import Request, urlopen", ""]
    headers = {"Authorization": "Bearer TOKEN"} if token else {}
    data = ""
    if operation.takes == "application/json":
        headers["Content-Type"] = "application/json"
        lines.append(f"body = {json.loads(operation.body)!r}")
        data = ", data=json.dumps(body).encode()"
    elif operation.takes:
        headers["Content-Type"] = "application/octet-stream"
        data = ', data=open("photo.jpg", "rb")'
    lines.append(
        f"request = Request({address!r}{data}, headers={headers!r}, method={operation.method!r})"
    )
    reads = any("json" in each.mediatype for each in operation.answers if each.status < "3")
    lines.append(f"print({'json.load(urlopen(request))' if reads else 'urlopen(request).read()'})")
    return "\n".join(lines)
