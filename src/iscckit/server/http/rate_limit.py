"""How often one client may ask: buckets that fill again at a fixed rate."""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from iscckit.server.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

__all__ = ["BURST", "Rates", "client_of", "find_client", "kind_of"]

BURST: Final = 5.0  # seconds' worth of requests that may come at once

_CLIENTS: Final = 10_000  # buckets that are kept; those that are full again go first
_NETWORK: Final = 64  # bits of an IPv6 address that one client is given as a whole

_OPEN: Final = ("/static/", "/problems/")  # without a token and a limit
_PUBLIC: Final = "/hub/"  # a log is for everybody to read
_PROBES: Final = frozenset({"/healthz", "/readyz"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Requests that cost work, by the beginnings of their paths; all others are light.
_SEARCHES: Final = (
    "/search",
    "/library",
    "/indexes",
    "/v1/matches",
    "/api/v1/search",
    "/resolve",
    "/api/v1/resolve",
    "/api/v1/screen",
    "/api/v1/library",
)
_WORK: Final = (
    "/open",
    "/generate",
    "/chunker",
    "/timeline",
    "/compare",
    "/api/v1/iscc",
    "/api/v1/media",
    "/api/v1/metadata",
    "/api/v1/chunks",
    "/api/v1/align",
    "/api/v1/reports",
    "/verify",
    "/api/v1/proofs",
    "/api/v1/ranges",
    "/api/v1/declarations",
)


class Rates:
    """One bucket a client and kind of request."""

    def __init__(
        self, rates: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start with full buckets.

        Args:
            rates: Requests a second by their kind; 0 for no limit.
            clock: Seconds that never go back.
        """
        self._rates = {kind: rate for kind, rate in rates.items() if rate}
        self._policies = {
            kind: f'"{kind}";q={math.ceil(rate * BURST)};w={BURST:.0f}'.encode()
            for kind, rate in self._rates.items()
        }
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, kind: str, client: str) -> list[tuple[bytes, bytes]]:
        """Count one request.

        Returns:
            Header fields that say what is left.

        Raises:
            Problem: There is nothing left.
        """
        if kind not in self._rates:
            return []
        self.check(kind, client)
        now = self._clock()
        left = self._left(kind, client, now) - 1
        self._buckets.pop((kind, client), None)  # those that were used last come last
        self._buckets[kind, client] = (left, now)
        if len(self._buckets) > _CLIENTS:
            self._forget(now)
        state = b'"%s";r=%d;t=1' % (kind.encode(), left)
        return [(b"ratelimit-policy", self._policies[kind]), (b"ratelimit", state)]

    def check(self, kind: str, client: str) -> None:
        """Refuse who has nothing left; count nothing.

        Raises:
            Problem: There is nothing left.
        """
        rate = self._rates.get(kind)
        if rate is None:
            return
        left = self._left(kind, client, self._clock())
        if left < 1:
            seconds = math.ceil((1 - left) / rate)
            fields = {"Retry-After": str(seconds), "RateLimit": f'"{kind}";r=0;t={seconds}'}
            fields["RateLimit-Policy"] = self._policies[kind].decode()
            raise Problem("rate-limit", f"at most {rate:g} requests a second", headers=fields)

    def _left(self, kind: str, client: str, now: float) -> float:
        rate = self._rates[kind]
        left, since = self._buckets.get((kind, client), (rate * BURST, now))
        return min(rate * BURST, left + (now - since) * rate)

    def _forget(self, now: float) -> None:
        """Drop buckets that are full again; of too many others those not used for longest."""
        kept = {key: value for key, value in self._buckets.items() if now - value[1] < BURST}
        for key in list(kept)[: max(0, len(kept) - _CLIENTS // 2)]:
            del kept[key]
        self._buckets = kept


def client_of(asked: Mapping[str, Any]) -> str:
    """Return who a request is counted for: an address, of IPv6 the network of one customer.

    Args:
        asked: The request, or its scope.
    """
    address: str = (asked.get("client") or ("",))[0]
    if ":" not in address:
        return address or "local"
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_network((known, _NETWORK), strict=False))


def find_client(peer: str, headers: Iterable[tuple[bytes, bytes]], proxies: frozenset[str]) -> str:
    """Return the address for which a proxy asks; else that of the peer.

    Args:
        peer: Address of the other end of the connection.
        headers: Header fields of the request, in order, with names in small letters.
        proxies: Addresses that are believed. Each of them appends the address that it was asked
            by to X-Forwarded-For, so the last one that is not among them is the client; what
            stands before it, the client may have made up.
    """
    if peer not in proxies:
        return peer
    values = [value for name, value in headers if name == b"x-forwarded-for"]
    for said in reversed(b",".join(values).decode("latin-1").split(",")):
        try:
            address = str(ip_address(said.strip().strip("[]")))
        except ValueError:
            return peer
        if address not in proxies:
            return address
    return peer


def kind_of(method: str, path: str) -> str | None:
    """Return what kind of request it is for the limits; None needs no token and has no limit."""
    if path in _PROBES or path.startswith(_OPEN):
        return None
    if method in _SAFE and path.startswith(_PUBLIC):
        return None
    if path.startswith(_SEARCHES):
        return "search"
    if method not in _SAFE and path.startswith(_WORK):
        return "work"
    return "light"
