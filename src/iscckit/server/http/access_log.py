"""What stands around everything: each request is counted, timed and, where wanted, logged.

The log never holds addresses with what they ask for, names of files or content: only the pattern
of the address, and hashes of names.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from iscckit.server.http.metrics import Metrics

__all__ = ["INSTANCE", "JsonLines", "Observer", "TextLines", "hash_name"]

INSTANCE: Final = "iscckit.instance"  # where a scope holds the number of its problem
_LOG: Final = logging.getLogger(__name__)
_FIELDS: Final = ("method", "route", "status", "seconds", "received", "sent", "instance", "file")


class Observer:
    """ASGI middleware that counts requests and answers, and logs each answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request and note what becomes of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status, received, sent = 0, 0, 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            nonlocal status, sent
            status = message.get("status", status)
            sent += len(message.get("body", b""))
            await send(message)

        self._metrics.open += 1
        try:
            await self._app(scope, receiving, sending)
        except Exception as error:
            _LOG.error("fault", exc_info=error, extra={"instance": scope.get(INSTANCE, "")})
        finally:
            self._metrics.open -= 1
            seconds = time.perf_counter() - start
            route = _route(scope)
            status = status or 499  # the client went away before there was an answer
            self._metrics.count_answer(scope["method"], route, status, seconds)
            self._metrics.count_bytes(received)
            fields = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "seconds": round(seconds, 6),
                "received": received,
                "sent": sent,
            }
            _LOG.info("request", extra=fields)


def _route(scope: Scope) -> str:
    """Return the pattern of the address; the addresses of nothing are one."""
    return str(getattr(scope.get("route"), "path", "")) or "other"


def hash_name(name: str) -> str:
    """Return what stands for a file's name in the log."""
    return blake2b(name.encode("utf-8", "replace"), digest_size=6).hexdigest()


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, event and its fields."""
        fields: dict[str, object] = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        fields |= _extra(record)
        if record.exc_info and record.exc_info[1] is not None:
            fields["trace"] = _trace(record.exc_info[1])
        return json.dumps(fields, ensure_ascii=False)

    converter = staticmethod(time.gmtime)


class TextLines(logging.Formatter):
    """One line to read."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, event and its fields."""
        words = [f"{key}={value}" for key, value in _extra(record).items()]
        if record.exc_info and record.exc_info[1] is not None:
            words += _trace(record.exc_info[1])
        clock = self.formatTime(record, "%H:%M:%S")
        return " ".join([clock, record.levelname.lower(), record.getMessage(), *words])


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: getattr(record, key) for key in _FIELDS if hasattr(record, key)}


def _trace(error: BaseException) -> list[str]:
    """Return where it happened, and the kind of error: its text could be content."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return [type(error).__name__, *places]
