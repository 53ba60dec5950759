"""The token: where clients show it, and how it is compared."""

from __future__ import annotations

from hashlib import blake2b
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["COOKIE", "Admission", "cookie_name"]

COOKIE: Final = "iscc_token"


class Admission:
    """Who is let in."""

    def __init__(self, token: str | None) -> None:
        """Let in who shows ``token``; with None, everybody.

        Raises:
            InvalidInput: The token is empty, which everybody would have.
        """
        if token is not None and not token.strip():
            raise InvalidInput("the token is empty")
        self._token = None if token is None else token.encode()
        # Not the token itself: what a browser keeps opens this service only, and not for programs.
        self.cookie = blake2b(b"cookie", key=self._digest()).hexdigest()[:64]

    def _digest(self) -> bytes:
        return blake2b(self._token or b"", digest_size=32).digest()

    def is_token(self, given: str) -> bool:
        """Compare in a time that tells nothing."""
        return self._token is not None and compare_digest(given.encode(), self._token)

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request shows the token, or the cookie that stands for it."""
        if self._token is None or any(map(self.is_token, _list_tokens(headers))):
            return True
        name = cookie_name(headers.get("host", ""))
        return any(
            compare_digest(value.encode(), self.cookie.encode())
            for value in _cookies(headers, name)
        )

    def tries(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request shows something as its token."""
        return any(_list_tokens(headers))


def cookie_name(host: str) -> str:
    """Return the cookie's name: browsers send cookies of one port to all others of the host."""
    port = host.rpartition(":")[2]
    return f"{COOKIE}_{port}" if port.isdigit() else COOKIE


def _list_tokens(headers: Mapping[str, str]) -> Iterator[str]:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield given.strip()
    if "x-api-key" in headers:
        yield headers["x-api-key"].strip()


def _cookies(headers: Mapping[str, str], wanted: str) -> Iterator[str]:
    for pair in headers.get("cookie", "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted:
            yield value
