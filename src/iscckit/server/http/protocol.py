"""HTTP as uvicorn speaks it, with limits on what arrives before there is a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from iscckit.server.http.problems import MEDIATYPE, Problem

if TYPE_CHECKING:
    import asyncio

    from iscckit.server.settings import Allowance

__all__ = ["server_options"]

_CONNECTIONS: Final = 1000  # at a time; more are answered with 503
_IDLE: Final = 15  # seconds that a connection may wait for its next request


def server_options(allowance: Allowance) -> dict[str, Any]:
    """Return the arguments of ``uvicorn.Config`` by which a service is served.

    Headers of proxies are not believed, so that nobody is counted as somebody else; the server
    names neither itself nor anything of what it is made of.
    """

    class Limited(_Protocol):
        seconds = allowance.header_seconds
        most = allowance.header_bytes

    return {
        "http": Limited,
        "ws": "none",
        "timeout_keep_alive": _IDLE,
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
    }


class _Protocol(HttpToolsProtocol):
    """One connection: a header has a time in which it is there, and a size."""

    seconds: float
    most: int

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._size = 0  # bytes of a header so far; -1 after its end
        self._timer = self.loop.call_later(self.seconds, self._too_slow)
        if len(self.connections) > _CONNECTIONS:
            fields = {"Retry-After": "5"}
            self._refuse(Problem("queue-full", "too many connections", headers=fields))

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._size == 0:
            self._timer.cancel()
            self._timer = self.loop.call_later(self.seconds, self._too_slow)
        if self._size >= 0:
            self._size += len(data)
        super().data_received(data)
        if self._size > self.most and not self.transport.is_closing():  # and no end of it
            self._refuse(Problem("headers-too-large", f"at most {self.most} bytes"))

    def on_headers_complete(self) -> None:
        self._timer.cancel()
        self._size = -1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._size = 0

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(Problem("malformed", msg))

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            problem = Problem("request-timeout", f"the header took over {self.seconds:g} seconds")
            self._refuse(problem)

    def _refuse(self, problem: Problem) -> None:
        body = problem.to_json()
        fields = {
            **problem.headers,
            "content-type": MEDIATYPE,
            "content-length": str(len(body)),
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
            "connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        status = STATUS_LINE[problem.kind.status]
        self.transport.write(status + lines.encode() + b"\r\n" + body)
        self.transport.close()
