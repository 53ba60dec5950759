"""What stands before every request: who may ask, from where, and what browsers are told."""

from __future__ import annotations

from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from iscckit.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from iscckit.server.settings import Settings

__all__ = ["COOKIE", "HEADERS", "Guard"]

COOKIE: Final = "iscc_token"

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN: Final = ("/healthz", "/readyz", "/static/", "/problems/", "/enter")  # without a token
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

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
}


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._token = settings.token
        self._origins = frozenset(settings.origins)
        self._hosts = _LOOPBACK | {settings.host, *settings.hosts}
        self._any_address = not settings.is_local
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is refused; hand on the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        sending = self._with_headers(send)
        try:
            self._check_place(scope["method"], headers)
            entered = self._check_token(scope, headers)
        except Problem as problem:
            await refuse(problem, scope, sending)
            return
        if entered is not None:
            await _enter(entered, self._token or "", sending)
            return
        await self._app(scope, receive, sending)

    def _check_place(self, method: str, headers: dict[str, str]) -> None:
        """Refuse what another web page caused, or what was sent to another name (rebinding)."""
        host = headers.get("host", "")
        name = (urlsplit(f"//{host}").hostname or "") if host else ""
        known = f"[{name}]" if ":" in name else name
        if known not in self._hosts and not (self._any_address and _is_address(name)):
            raise Problem("unknown-host", f"this service is not called {name or 'nothing'}")
        if method in _SAFE:
            return
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site", "none")
        if origin == "null" and site == "same-origin":
            return  # so browsers send the forms of a page with Referrer-Policy: no-referrer
        own = {f"http://{host}", f"https://{host}"} | self._origins
        if origin is not None and origin not in own:
            raise Problem("foreign-page", f"a page of {origin} asked")
        if origin is None and site not in {"none", "same-origin"}:
            raise Problem("foreign-page", "a page of another site asked")

    def _check_token(self, scope: Scope, headers: dict[str, str]) -> str | None:
        """Return where to go on if the token stood in the address, None if it was shown before."""
        if self._token is None or scope["path"].startswith(_OPEN):
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        for name, value in query:
            if name == "token" and self._is_token(value) and scope["method"] == "GET":
                rest = urlencode([pair for pair in query if pair[0] != "token"])
                return str(scope["path"]) + (f"?{rest}" if rest else "")
        if any(self._is_token(given) for given in _tokens(headers)):
            return None
        raise Problem(
            "token-missing",
            "this service lets in only who shows its token",
            headers={"WWW-Authenticate": "Bearer"},
        )

    def _is_token(self, given: str) -> bool:
        return compare_digest(given.encode(), (self._token or "").encode())

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                added = [pair for pair in self._headers if pair[0] not in there]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        return sending


async def refuse(problem: Problem, scope: Scope, send: Send) -> None:
    """Send a problem as the answer: a page to browsers, JSON to programs."""
    from iscckit.server.problem_page import problem_response  # noqa: PLC0415 (templates)

    response = problem_response(problem, scope)
    await response(scope, _nothing, send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


async def _enter(path: str, token: str, send: Send) -> None:
    """Keep the token in a cookie and go on without it in the address."""
    cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
    headers = [(b"location", path.encode("latin-1")), (b"set-cookie", cookie.encode("latin-1"))]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _tokens(headers: dict[str, str]) -> Iterable[str]:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield given.strip()
    if "x-api-key" in headers:
        yield headers["x-api-key"]
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return
    if cookie is not None:
        yield cookie.value


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
