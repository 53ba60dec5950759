"""Requests that may come twice: who names a request gets the same answer again.

Source:
    draft-ietf-httpapi-idempotency-key-header-06.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

__all__ = ["Answers"]

_KEPT: Final = 1000  # answers
_SECONDS: Final = 3600.0  # that an answer is kept
_LONGEST: Final = 255  # characters of a key


@dataclass(slots=True)
class _Answer:
    asked: tuple[str, ...]
    since: float
    response: Response | None = None


class Answers:
    """Answers to requests that were given a name by ``Idempotency-Key``."""

    def __init__(self, exists: Callable[[str], bool]) -> None:
        """Keep no answer yet.

        Args:
            exists: Tells whether the address in ``Location`` of an answer still leads somewhere.
        """
        self._exists = exists
        self._answers: OrderedDict[str, _Answer] = OrderedDict()

    async def once(self, request: Request, make: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer to a request, made once if the request has a name.

        An answer about a file or job that is gone is made again: it would name what nobody finds.

        Args:
            request: Its name, method, address, length and sender say whether it is the same.
            make: Makes the answer. Only answers that succeed are kept.

        Raises:
            Problem: The name belongs to another request, or this one is still being answered.
        """
        key = request.headers.get("idempotency-key")
        if key is None:
            return await make()
        if not 0 < len(key) <= _LONGEST:
            raise Problem("malformed", f"Idempotency-Key must have 1 to {_LONGEST} characters")
        self._expire()
        asked = (
            request.client.host if request.client else "",
            request.method,
            str(request.url),
            request.headers.get("content-length", ""),
        )
        known = self._answers.get(key)
        if known is not None and known.asked == asked and self._is_stale(known):
            del self._answers[key]
            known = None
        if known is None:
            return await self._make(key, _Answer(asked, time.monotonic()), make)
        if known.asked != asked:
            raise Problem("invalid-input", "this Idempotency-Key belongs to another request")
        if known.response is None:
            raise Problem("conflict", "the request of this Idempotency-Key is not answered yet")
        body = bytes(known.response.body)
        headers = {**known.response.headers, "Idempotent-Replayed": "true"}
        return Response(body, known.response.status_code, headers)

    async def _make(
        self, key: str, answer: _Answer, make: Callable[[], Awaitable[Response]]
    ) -> Response:
        self._answers[key] = answer
        try:
            answer.response = await make()
        finally:
            if answer.response is None:
                self._answers.pop(key, None)
        return answer.response

    def _is_stale(self, known: _Answer) -> bool:
        location = known.response.headers.get("location") if known.response is not None else None
        return location is not None and not self._exists(location)

    def _expire(self) -> None:
        oldest = time.monotonic() - _SECONDS
        while self._answers:
            first = next(iter(self._answers.values()))
            if len(self._answers) <= _KEPT and first.since >= oldest:
                return
            self._answers.popitem(last=False)
