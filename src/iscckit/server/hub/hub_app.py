"""A hub as an ASGI application: by itself at the root of an address, or below a path of another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from iscckit.errors import IsccError
from iscckit.trust.log.admission import BODY_BYTES_MAX
from iscckit.trust.log.hub import HubAnswer, answer_refusal
from iscckit.trust.log.refusals import Refused, refuse_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from iscckit.trust.log.draft import Draft
    from iscckit.trust.log.hub import Hub

__all__ = ["HubApp", "mount_below"]

_DECLARATION: Final = "/declaration"
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class HubApp:
    """The application. It needs no token: a log is public, and who writes signs."""

    def __init__(self, hub: Hub) -> None:
        """Serve a hub."""
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            answer = await self._answer(scope, receive)
        except Refused as refused:
            answer = answer_refusal(refused)
        await _send(answer, send, is_head=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> HubAnswer:
        method, path = scope["method"], scope["path"]
        tail = path.removeprefix(_DECLARATION + "/")
        allowed = _find_methods(path)
        if method not in allowed:
            refusal = answer_refusal(Refused("METHOD_NOT_ALLOWED", f"{path} knows no {method}"))
            allow = ("allow", ", ".join(allowed))
            return HubAnswer(refusal.status, refusal.body, headers=(allow,))
        if method == "POST":
            is_forced = _has_force(scope)
            data = await _read_body(receive)
            return await self._append(
                lambda: self._hub.admit_declaration(data, is_forced=is_forced)
            )
        if method == "DELETE":
            data = await _read_body(receive)
            return await self._append(lambda: self._hub.admit_deletion(tail, data))
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return self._hub.get(path, query)

    async def _append(self, admit: Callable[[], Draft]) -> HubAnswer:
        """Check a note and wait until its entry is on the disk."""
        # A check is shorter than the way to another thread, unless it asks the network.
        draft = await asyncio.to_thread(admit) if self._hub.asks_network else admit()
        try:
            done = await asyncio.wrap_future(self._hub.writer.submit(draft))
        except IsccError as error:
            raise refuse_for(error) from None
        return self._hub.answer_appended(draft, done)


def _find_methods(path: str) -> tuple[str, ...]:
    if path == _DECLARATION:
        return ("POST",)
    is_one = path.startswith(_DECLARATION + "/") and "/" not in path[len(_DECLARATION) + 1 :]
    return ("DELETE",) if is_one else ("GET", "HEAD")


def mount_below(prefix: str, inner: ASGIApp, outer: ASGIApp) -> ASGIApp:
    """Return an application that hands requests below ``prefix`` to ``inner``.

    Args:
        prefix: A path without a slash at its end, such as ``/hub``.
        inner: Is called with paths that do not have the prefix.
        outer: Is called with all other requests.
    """

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(prefix + "/"):
            path = scope["path"].removeprefix(prefix)
            await inner({**scope, "path": path}, receive, send)
        else:
            await outer(scope, receive, send)

    return choose


def _has_force(scope: Scope) -> bool:
    return any(
        name == b"x-force-declaration" and value.strip().lower() == b"true"
        for name, value in scope["headers"]
    )


async def _read_body(receive: Receive) -> bytes:
    """Return the body of a request; one that is too long is refused before it has arrived."""
    parts = bytearray()
    is_more = True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused("INVALID_JSON", "the request broke off")
        parts += message.get("body", b"")
        if len(parts) > BODY_BYTES_MAX:
            raise Refused("TOO_LARGE", f"a body has at most {BODY_BYTES_MAX} bytes")
        is_more = message.get("more_body", False)
    return bytes(parts)


async def _send(answer: HubAnswer, send: Send, *, is_head: bool) -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    if not any(name == b"cache-control" for name, _ in headers):
        headers.append((b"cache-control", b"no-store"))
    if answer.mediatype:
        headers.append((b"content-type", answer.mediatype.encode()))
        headers.append((b"content-length", str(len(answer.body)).encode()))
    headers += _HEADERS
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
