"""The way an answer takes: every one gets the same header fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Message, Send

__all__ = ["PREFLIGHT", "Reply"]

# What pages of the origins that were allowed may send and see.
_SENT: Final = (
    "Authorization, Content-Disposition, Content-Type, Idempotency-Key, If-None-Match, "
    "Last-Event-ID, Prefer, Range, X-API-Key, X-Upload-Filename"
)
PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", _SENT.encode()),
    (b"access-control-allow-private-network", b"true"),
    (b"access-control-max-age", b"600"),
)

_SEEN: Final = "Content-Disposition, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After"


class Reply:
    """The way an answer takes: every one gets the same header fields, that to HEAD no body."""

    def __init__(self, send: Send, fields: list[tuple[bytes, bytes]], is_head: bool) -> None:
        self._send = send
        self.fields = fields
        self._is_head = is_head
        self.is_shared = self.is_started = False

    def share(self, origin: str) -> None:
        """Let pages of ``origin`` read the answer."""
        self.is_shared = True
        self.fields += (
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-expose-headers", _SEEN.encode()),
        )

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.is_started = True
            there = {name.lower() for name, _ in message["headers"]}
            added = [pair for pair in self.fields if pair[0] not in there]
            message = {**message, "headers": [*message["headers"], *added]}
        elif self._is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def empty(self, status: int, fields: tuple[tuple[bytes, bytes], ...]) -> None:
        """Send an answer without a body."""
        headers = [*fields] if status == 204 else [*fields, (b"content-length", b"0")]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": b""})
