"""Addresses of the internet: which of them a name found in a document may lead to."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Resolve = Callable[[str, int], Sequence[str]]

__all__ = ["Target", "is_global", "parse_url", "resolve_host"]

_LONGEST_URL: Final = 2048  # characters
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")  # NAT64: the last 32 bits are of IPv4
_TUNNELS: Final = (
    ipaddress.IPv6Network("2002::/16"),  # 6to4
    ipaddress.IPv6Network("2001::/32"),  # Teredo
    ipaddress.IPv6Network("3fff::/20"),  # documentation, unknown to older versions of Python
)
_RELAY: Final = ipaddress.IPv4Network("192.88.99.0/24")  # of 6to4


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a web address.

    Attributes:
        url: The whole address.
        scheme: ``https`` or ``http``.
        host: The name or number, in lower case, without brackets.
        port: The port.
        path: Path and query, as they stand in a request.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str


def parse_url(url: str, *, http: bool = False) -> Target:
    """Return the parts of an address.

    Args:
        url: The address.
        http: Whether it may be one without TLS.

    Raises:
        InvalidInput: It is malformed, has a user or a fragment, or another scheme
            (``malformed-document``).
    """

    def fail(reason: str) -> InvalidInput:
        shown = url if len(url) <= 200 else f"{url[:197]}..."
        return InvalidInput(f"{shown!r}: {reason}", reason_code="malformed-document", field="url")

    if len(url) > _LONGEST_URL:
        raise fail(f"more than {_LONGEST_URL} characters")
    if not all("!" <= each <= "~" for each in url) or "\\" in url:
        raise fail("an address has printable characters of ASCII only")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise fail(str(error)) from error
    allowed = ("https", "http") if http else ("https",)
    if parts.scheme not in allowed:
        raise fail(f"not an address with {' or '.join(allowed)}")
    if not parts.hostname or "@" in parts.netloc or "#" in url or port == 0:
        raise fail("an address has a host, and neither user nor fragment")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    default = 443 if parts.scheme == "https" else 80
    return Target(url, parts.scheme, parts.hostname, port or default, path)


def is_global(address: str) -> bool:
    """Say whether an IP address is one of the public internet, and of one machine there.

    Forms that carry an address of IPv4 are judged by it or refused: mapped and compatible
    addresses, NAT64, 6to4 and Teredo.
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(number, ipaddress.IPv6Address):
        if number in _TRANSLATED:
            return is_global(str(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)))
        if number.scope_id or number not in _UNICAST:
            return False
        return number.is_global and not any(number in tunnel for tunnel in _TUNNELS)
    return number.is_global and not number.is_multicast and number not in _RELAY


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return the IP addresses of a name as the system finds them.

    Raises:
        OSError: The name has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
