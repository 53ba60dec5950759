"""Requests by HTTP: the only code of iscckit's trust layer that connects.

An address that stands in a document is not trusted: its name may lead to the machine itself or to
its neighbours. The name is resolved once, every address found is checked, and the connection goes
to a checked address, so that a second answer of the name service changes nothing. Variables of the
environment that name proxies have no effect: a proxy would resolve the name again.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from iscckit.errors import RemoteFailed
from iscckit.trust.remote.addresses import is_global, parse_url, resolve_host
from iscckit.trust.remote.timed_socket import Deadline, TimedSocket
from iscckit.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iscckit.trust.remote.addresses import Resolve, Target

__all__ = ["CONNECT_SECONDS", "LIMIT", "TOTAL_SECONDS", "Fetched", "Request", "fetch"]

LIMIT: Final = 1 << 16  # bytes of a body
CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 10.0
_HEAD_LIMIT: Final = 1 << 16  # bytes of headers and of the framing of a body
_MOVED: Final = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Request:
    """What to send, and how long to wait.

    Attributes:
        accept: The media types that are wanted, the content of the header ``Accept``.
        body: The bytes to post; None asks with GET.
        content_type: The media type of ``body``.
        method: The method, where it is neither GET nor POST.
        headers: Further headers.
        limit: The most bytes of an answer.
        redirects: How many redirects to follow, each checked like a new address.
        connect_s: The most seconds until the connection stands.
        total_s: The most seconds until the answer is whole.
        tls: How to check certificates; by default as the system does.
    """

    accept: str = "application/json"
    body: bytes | None = None
    content_type: str = "application/json"
    method: str = ""
    headers: Mapping[str, str] | None = None
    limit: int = LIMIT
    redirects: int = 0
    connect_s: float = CONNECT_SECONDS
    total_s: float = TOTAL_SECONDS
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of any status but a redirect.

    Attributes:
        url: The address that answered.
        status: The status of HTTP.
        headers: The headers, names in lower case.
        body: The bytes.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    url: str,
    request: Request | None = None,
    *,
    trusted_address: bool = False,
    resolve: Resolve = resolve_host,
) -> Fetched:
    """Ask a server.

    Args:
        url: The address.
        request: What to send; a GET by default.
        trusted_address: True if a person typed the address: it may then be without TLS and lead to
            this machine or its neighbours. An address out of a document or out of a request to the
            service never is.
        resolve: What finds the IP addresses of a name.

    Raises:
        InvalidInput: The address is malformed or has the wrong scheme (``malformed-document``).
        RemoteFailed: The name leads to an address that is not global (``address-refused``); the
            server redirects too often (``redirect-refused``), is too slow (``remote-slow``), sends
            too much (``remote-large``), cannot be reached or does not speak HTTP
            (``remote-failed``).
    """
    wanted = request or Request()
    deadline = Deadline.after(wanted.total_s)
    left = wanted.redirects
    target = parse_url(url, http=trusted_address)
    trusted = trusted_address
    while True:
        answer = _ask(target, wanted, trusted, resolve, deadline)
        if answer.status not in _MOVED or "location" not in answer.headers:
            return answer
        if left == 0 or wanted.body is not None:
            raise RemoteFailed(
                f"{target.url}: the server redirects elsewhere",
                reason_code="redirect-refused",
                url=target.url,
            )
        left -= 1
        try:
            to = urljoin(target.url, answer.headers["location"])
        except ValueError as error:
            raise RemoteFailed(f"{target.url}: redirects nowhere", url=target.url) from error
        # What a trusted server says of itself is trusted; where else it leads is not.
        before = (target.scheme, target.host, target.port)
        following = parse_url(to, http=trusted)
        trusted = trusted and before == (following.scheme, following.host, following.port)
        target = parse_url(to, http=trusted)


def _ask(
    target: Target, request: Request, trusted: bool, resolve: Resolve, deadline: Deadline
) -> Fetched:
    """Ask one server once, with every fault named."""
    try:
        addresses = _vet(target, trusted, resolve, deadline)
        with _connect(target, addresses, request, deadline) as sock:
            return _exchange(target, request, sock)
    except TimeoutError as error:
        raise RemoteFailed(
            f"{target.url}: no complete answer in {request.total_s:g} seconds",
            reason_code="remote-slow",
            url=target.url,
        ) from error
    except OSError as error:
        raise RemoteFailed(f"{target.url}: {error.strerror or error}", url=target.url) from error
    except (http.client.HTTPException, ValueError) as error:
        said = str(error) or type(error).__name__
        raise RemoteFailed(
            f"{target.url}: not an answer of HTTP ({said})", url=target.url
        ) from error


def _vet(target: Target, trusted: bool, resolve: Resolve, deadline: Deadline) -> Sequence[str]:
    """Return the IP addresses of a host; all of them are global unless the host is trusted."""
    addresses = _resolve_in_time(target, resolve, deadline)
    refused = [] if trusted else [each for each in addresses if not is_global(each)]
    if refused or not addresses:
        raise RemoteFailed(
            f"{target.url}: leads to {', '.join(refused) or 'nowhere'},"
            " not to a machine of the public internet",
            reason_code="address-refused",
            url=target.url,
        )
    return addresses


def _resolve_in_time(target: Target, resolve: Resolve, deadline: Deadline) -> Sequence[str]:
    # The resolver of the system cannot be interrupted; a thread that is left behind can.
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError("the name service does not answer") from None
    if isinstance(answer, UnicodeError):
        raise OSError(f"not the name of a host: {target.host}") from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


def _connect(
    target: Target, addresses: Sequence[str], request: Request, deadline: Deadline
) -> TimedSocket:
    """Connect to the first address that answers; TLS is checked against the name."""
    begin = time.monotonic()
    fault: OSError = OSError("no address")
    for address in addresses:
        patience = min(request.connect_s - (time.monotonic() - begin), deadline.left())
        if patience <= 0:
            raise TimeoutError("no connection")
        try:
            sock = socket.create_connection((address, target.port), timeout=patience)
            break
        except OSError as error:
            fault = error
    else:
        raise fault
    try:
        if target.scheme == "https":
            tls = request.tls or ssl.create_default_context()
            sock.settimeout(deadline.left())
            sock = tls.wrap_socket(sock, server_hostname=target.host)
    except BaseException:
        sock.close()
        raise
    return TimedSocket(sock, deadline, request.limit + _HEAD_LIMIT)


def _exchange(target: Target, request: Request, sock: TimedSocket) -> Fetched:
    """Send the request and read the answer."""
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = 443 if target.scheme == "https" else 80
    connection.sock = sock  # it has what http.client uses
    headers = {
        "Accept": request.accept,
        "Accept-Encoding": "identity",
        "User-Agent": f"iscckit/{VERSION}",
        "Connection": "close",
    }
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    headers |= request.headers or {}
    method = request.method or ("GET" if request.body is None else "POST")
    connection.request(method, target.path, request.body, headers)
    answer = connection.getresponse()
    names = {name.lower(): value for name, value in answer.getheaders()}
    stated = answer.length or 0
    body = b"" if stated > request.limit else answer.read(request.limit + 1)
    if stated > request.limit or len(body) > request.limit:
        raise _too_large(target, request)
    if answer.length:
        raise http.client.IncompleteRead(body, answer.length)
    if names.get("content-encoding", "identity") != "identity":
        raise http.client.HTTPException("an encoding that was not asked for")
    return Fetched(target.url, answer.status, names, body)


def _too_large(target: Target, request: Request) -> RemoteFailed:
    return RemoteFailed(
        f"{target.url}: the answer has more than {request.limit} bytes",
        reason_code="remote-large",
        url=target.url,
    )
