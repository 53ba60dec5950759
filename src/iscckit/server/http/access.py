"""What stands before every request: who may ask, from where, and how often.

Nothing here looks at content. Refusals are told apart by their problem and by nothing else.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from iscckit.errors import InvalidInput
from iscckit.server.http.access_log import INSTANCE
from iscckit.server.http.problem_response import refuse
from iscckit.server.http.problems import Problem
from iscckit.server.http.rate_limit import Rates, client_of, find_client, kind_of
from iscckit.server.http.response_headers import PREFLIGHT, Reply
from iscckit.server.http.tokens import Admission, cookie_name

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from iscckit.server.settings import Settings

__all__ = ["HEADERS", "AccessMiddleware"]

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?")
_ORIGIN: Final = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
_ADDRESS: Final = re.compile(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")

# For every answer; a route may set its own in place of one.
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "vary": "Accept, Accept-Encoding, Authorization, Cookie, Origin",
}


class AccessMiddleware:
    """ASGI middleware that admits requests: by token, origin, host, size of headers and rate."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap ``app``.

        Raises:
            InvalidInput: An empty token, or an origin or name that browsers do not send so.
        """
        self._app = app
        self._admission = Admission(settings.token)
        self._origins = frozenset(_check_origin(each) for each in settings.origins)
        names = (settings.host, *settings.hosts)
        self._hosts = _LOOPBACK | {name.strip("[]").lower() for name in names}
        self._proxies = frozenset(str(ip_address(each)) for each in settings.proxies)
        self._any_address = not settings.is_local
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        allowance = settings.allowance
        self._header_bytes = allowance.header_bytes
        self._rates = Rates(
            {
                "work": allowance.rate,
                "search": allowance.rate,
                "light": allowance.light_rate,
                "tokens": min(allowance.rate, 5.0),  # wrong ones
            }
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is refused; hand on the rest."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # there is none to be opened
            return
        if self._proxies and scope.get("client"):
            peer, port = scope["client"]
            scope["client"] = (find_client(peer, scope["headers"], self._proxies), port)
        reply = Reply(send, list(self._headers), scope["method"] == "HEAD")
        given = _strip_token(scope)
        try:
            headers = self._read_headers(scope)
            self._check_place(scope, headers, reply)
            if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                await reply.empty(204, PREFLIGHT if reply.is_shared else ())
                return
            kind = kind_of(scope["method"], scope["path"])
            client = client_of(scope)
            reply.fields += self._rates.take(kind, client) if kind else []
            if kind:
                # Before the token is looked at, or a right guess would get in among wrong ones.
                self._rates.check("tokens", client)
                if not self._admission.is_known(headers):
                    await self._enter(scope, headers, given, client, reply)
                    return
        except Problem as problem:
            await refuse(problem, scope, reply.send)
            return
        try:
            await self._app(scope, receive, reply.send)
        except Exception:
            # One that broke off is cut by the server, so that nobody takes it for whole.
            if not reply.is_started:
                await refuse(fault(scope), scope, reply.send)
            raise

    def _read_headers(self, scope: Scope) -> dict[str, str]:
        """Return the header fields; refuse too many of them, and more than one Host."""
        size = 0
        found: dict[str, str] = {}
        for name, value in scope["headers"]:
            size += len(name) + len(value) + 4
            key = name.decode("latin-1")
            if key in found and key in {"host", "origin", "authorization", "content-type"}:
                raise Problem("malformed", f"the header {key} is there twice")
            if key == "cookie" and key in found:
                found[key] += "; " + value.decode("latin-1")  # as HTTP/2 may split it
            else:
                found[key] = value.decode("latin-1")
        if size > self._header_bytes:
            raise Problem("headers-too-large", f"{size} bytes, at most {self._header_bytes}")
        return found

    def _check_place(self, scope: Scope, headers: dict[str, str], reply: Reply) -> None:
        """Refuse what another web page caused, or what was sent to another name (rebinding)."""
        host = headers.get("host", "").lower()
        match = _HOST.fullmatch(host)
        name = (match[1] or match[2]) if match else ""
        if name not in self._hosts and not (self._any_address and _ADDRESS.fullmatch(name)):
            raise Problem("unknown-host", "this service is not called by the name that was asked")
        origin = headers.get("origin")
        if origin is not None and origin in self._origins:
            reply.share(origin)
            return
        method = scope["method"]
        own = origin in {f"http://{host}", f"https://{host}"}
        if origin is not None and not own and method not in _SAFE:
            raise Problem("foreign-page", "a page of another origin asked")
        site = headers.get("sec-fetch-site", "none")
        if site in {"none", "same-origin"} or own:
            return
        follows_link = (
            method in _SAFE
            and headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest", "document") == "document"
        )
        if not follows_link:
            raise Problem("foreign-page", "a page of another site asked")

    async def _enter(
        self,
        scope: Scope,
        headers: dict[str, str],
        given: list[str],
        client: str,
        reply: Reply,
    ) -> None:
        """Keep a token from the address in a cookie and go on without it, or refuse.

        Raises:
            Problem: There was no token, a wrong one, or too many wrong ones.
        """
        if scope["method"] == "GET" and any(map(self._admission.is_token, given)):
            value = self._admission.cookie
            name = cookie_name(headers.get("host", ""))
            secure = "; Secure" if scope.get("scheme") == "https" else ""
            cookie = f"{name}={value}; HttpOnly; SameSite=Strict; Path=/{secure}"
            fields = ((b"location", _here(scope)), (b"set-cookie", cookie.encode()))
            await reply.empty(303, fields)
            return
        # A cookie counts too: it comes from the token, so who guesses one can guess the other.
        shows_cookie = cookie_name(headers.get("host", "")) + "=" in headers.get("cookie", "")
        if given or shows_cookie or self._admission.tries(headers):
            self._rates.take("tokens", client)
        raise Problem(
            "token-missing",
            "this service lets in only who shows its token",
            headers={"WWW-Authenticate": "Bearer"},
        )


def fault(scope: Scope) -> Problem:
    """Return the problem for an error that nobody expected; the log has it under its number."""
    problem = Problem("internal", "something went wrong; the log tells more under this number")
    scope[INSTANCE] = problem.instance
    return problem


def _strip_token(scope: Scope) -> list[str]:
    """Take the token out of the address, before anybody logs or repeats it; return what it was."""
    query: bytes = scope["query_string"]
    if b"token" not in query and b"%" not in query:
        return []
    kept, given = [], []
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if unquote_plus(name.decode("latin-1")) == "token":
            given.append(unquote_plus(value.decode("latin-1")))
        else:
            kept.append(part)
    scope["query_string"] = b"&".join(kept)
    return given


def _here(scope: Scope) -> bytes:
    """Return path and query as they were sent; never another host, which ``//name`` would be."""
    sent: bytes = scope.get("raw_path") or scope["path"].encode("ascii", "ignore")
    path = b"/" + sent.partition(b"?")[0].lstrip(b"/\\")
    query: bytes = scope["query_string"]
    return path + (b"?" + query if query else b"")


def _check_origin(origin: str) -> str:
    if not _ORIGIN.fullmatch(origin):
        raise InvalidInput(f"{origin} is no origin, which is https://name or https://name:port")
    return origin
