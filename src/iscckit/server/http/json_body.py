"""Before the routes: does the method fit, and does JSON mean one thing and stay within its size?"""

from __future__ import annotations

import asyncio
import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from iscckit.server.http.problem_page import refuse
from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from iscckit.server.http.route_table import RouteTable
    from iscckit.server.settings import Allowance

__all__ = ["JsonBodies", "parse"]


class JsonBodies:
    """An ASGI application around another one, which sees only bodies that can be read.

    It also answers HEAD where the other one knows GET only.
    """

    def __init__(self, app: ASGIApp, table: RouteTable, allowance: Allowance) -> None:
        self._app = app
        self._table = table
        self._bytes = allowance.json_bytes
        self._seconds = allowance.stall_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body of a request that has to bring JSON, and hand it on whole."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        if self._table.refuses("GET" if method == "HEAD" else method, path):
            fields = {"Allow": self._table.format_allow(path)}
            problem = Problem("method-not-allowed", f"no {method} at {path}", headers=fields)
            await refuse(problem, scope, send)
            return
        if method in {"GET", "DELETE"}:
            await self._app(scope, receive, send)
            return
        if method == "HEAD":
            methods = self._table.methods(path)
            asked = scope if "HEAD" in methods else {**scope, "method": "GET"}
            await self._app(asked, receive, send)  # the guard leaves out the body
            scope["route"] = asked.get("route")  # for who counts
            return
        if not self._table.takes_json(method, path):
            await self._app(scope, receive, send)
            return
        try:
            body = await self._body(scope, receive)
            parse(body)
        except Problem as problem:
            await refuse(problem, scope, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        mediatype = b""
        for name, value in scope["headers"]:
            if name == b"content-type":
                mediatype = value.partition(b";")[0].strip().lower()
            elif name == b"content-length" and value.isdigit() and int(value) > self._bytes:
                raise self._too_large()
        if mediatype != b"application/json":
            given = mediatype.decode("latin-1") or "nothing"
            raise Problem("unsupported-media", f"send application/json here, not {given}")
        message = await receive()
        body: bytes = message.get("body", b"")
        if len(body) > self._bytes:
            raise self._too_large()
        if not message.get("more_body", False):
            return body
        return await self._rest(body, receive)

    async def _rest(self, start: bytes, receive: Receive) -> bytes:
        blocks = [start]
        size = len(start)
        while True:
            try:
                async with asyncio.timeout(self._seconds):
                    message = await receive()
            except TimeoutError:
                raise Problem("request-timeout", "the request's body does not go on") from None
            if message["type"] == "http.disconnect":
                raise Problem("malformed", "the request's body ends too early")
            block = message.get("body", b"")
            size += len(block)
            if size > self._bytes:
                raise self._too_large()
            blocks.append(block)
            if not message.get("more_body", False):
                return b"".join(blocks)

    def _too_large(self) -> Problem:
        return Problem(
            "too-large",
            f"the body of this request may have {self._bytes} bytes",
            headers={"Connection": "close"},
            more={"limit": "json_bytes", "value": self._bytes},
        )


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = True

    async def replay() -> Message:
        nonlocal waiting
        if waiting:
            waiting = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


def parse(body: bytes) -> object:
    """Read JSON as RFC 8259 and RFC 7493 have it.

    Args:
        body: UTF-8 without byte order mark.

    Returns:
        The value.

    Raises:
        Problem: No JSON, a name twice in one object, numbers that are none or beyond doubles,
            halves of surrogate pairs, or too deep.
    """
    try:
        text = body.decode()
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_no_constant, parse_float=_float
        )
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # finds halves of surrogate pairs
    except UnicodeError:
        raise Problem("malformed", "the body is not UTF-8, or has halves of characters") from None
    except RecursionError:
        raise Problem("malformed", "the JSON is too deep") from None
    except json.JSONDecodeError as error:
        raise Problem("malformed", f"no JSON: {error.msg} at character {error.pos}") from None
    except ValueError as error:
        raise Problem("malformed", f"no JSON: {error}") from None
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a name twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value
