"""Before the routes: does the method fit, and does JSON mean one thing and stay within its size?"""

from __future__ import annotations

import asyncio
import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from anyio import to_thread

from iscckit.server.http.problem_response import refuse
from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from iscckit.server.http.route_table import RouteTable
    from iscckit.server.settings import Allowance

__all__ = ["DEPTH", "FIELDS", "JsonBodies", "parse"]

DEPTH: Final = 100  # of arrays and objects in each other; ISCC metadata needs a handful
FIELDS: Final = 2000  # of one object; the largest that is described has 40

_ALL_FIELDS: Final = 400_000  # of one body: 8 MiB of assets with simprints have 300,000
_AT_ONCE: Final = 1 << 14  # bytes that are read faster than a thread is asked
_TOKEN: Final = re.compile(rb'"(?:[^"\\]+|\\.)*+"?|[\[\]{}:]', re.DOTALL)


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
            if len(body) <= _AT_ONCE:
                parse(body)
            else:  # nobody else waits for a large one
                await to_thread.run_sync(parse, body)
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
            halves of surrogate pairs, too deep, or too many fields.
    """
    _check_shape(body)
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
        raise Problem("malformed", f"the JSON is deeper than {DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise Problem("malformed", f"no JSON: {error.msg} at character {error.pos}") from None
    except ValueError as error:
        raise Problem("malformed", f"no JSON: {error}") from None
    return value


def _check_shape(body: bytes) -> None:
    """Refuse many fields and deep nesting before anything is made of them.

    A field that no model knows costs 1,900 bytes and 7 microseconds as an error of validation.

    Raises:
        Problem: There are too many, or it is too deep.
    """
    if body.count(b"{") + body.count(b"[") <= DEPTH and body.count(b":") <= FIELDS:
        return  # what is in strings counts here as well, so it is at most this much
    counts: list[int] = []  # fields of each array or object that is open
    total = 0
    for found in _TOKEN.finditer(body):
        token = body[found.start()]
        if token == 0x3A and counts:  # a colon
            counts[-1] += 1
            total += 1
            if counts[-1] > FIELDS or total > _ALL_FIELDS:
                raise _too_many(FIELDS if counts[-1] > FIELDS else _ALL_FIELDS)
        elif token in b"[{":
            counts.append(0)
            if len(counts) > DEPTH:
                raise Problem("malformed", f"the JSON is deeper than {DEPTH} levels")
        elif token in b"]}" and counts:
            counts.pop()


def _too_many(most: int) -> Problem:
    where = "an object" if most == FIELDS else "all objects of a request"
    return Problem(
        "too-large",
        f"{where} may have {most} fields",
        more={"limit": "json_fields", "value": most},
    )


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
