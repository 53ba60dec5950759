"""Timestamps from authorities: by HTTP as RFC 3161 section 3.4 says, or from a command."""

from __future__ import annotations

import secrets
import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError, RemoteFailed, VerificationFailed
from iscckit.trust.proof.timestamp import make_request, read_token, read_unrooted_token
from iscckit.trust.proof.timestamp_token import LARGEST_TOKEN
from iscckit.trust.remote.addresses import resolve_host
from iscckit.trust.remote.fetch import TOTAL_SECONDS, Request, fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscckit.trust.proof.timestamp import Stamped
    from iscckit.trust.remote.addresses import Resolve

__all__ = ["Obtained", "request_timestamp", "request_timestamps"]

_QUERY: Final = "application/timestamp-query"
_REPLY: Final = "application/timestamp-reply"
_SUCCESS: Final = 200
_COMMAND_SECONDS: Final = 60.0  # a command may ask a person for a PIN


@dataclass(frozen=True, slots=True)
class Obtained:
    """A token of an authority.

    Attributes:
        source: The address or command that gave it.
        token: The answer as it came, in DER.
        root: The pinned certificate to which its chain leads; None if there is none, and so
            anybody may have made the token.
        stamped: What the token says.
    """

    source: str
    token: bytes
    root: bytes | None
    stamped: Stamped


def request_timestamp(
    source: str,
    message: bytes,
    roots: Sequence[bytes] = (),
    *,
    patience_s: float = TOTAL_SECONDS,
    resolve: Resolve = resolve_host,
) -> Obtained:
    """Ask an authority that a person named for a token over a message, and verify the answer.

    Args:
        source: An address that begins with ``https://`` or ``http://``, or a command that reads the
            request from its standard input and writes the answer to its standard output, both in
            DER. The command is split as a POSIX shell does, and runs without a shell.
        message: The bytes to be stamped.
        roots: Pinned root certificates in DER.
        patience_s: The most seconds that a server may take.
        resolve: What finds the IP addresses of a name.

    Raises:
        RemoteFailed: The authority cannot be reached, or the command fails.
        InvalidInput: The answer is not a token.
        VerificationFailed: The authority refuses, the answer is of another message or request, or
            its signature does not hold.
    """
    nonce = secrets.randbits(64)
    request = make_request(message, nonce)
    if source.startswith(("https://", "http://")):
        token = _post(source, request, patience_s, resolve)
    else:
        token = _run(source, request)
    stamped = read_unrooted_token(token, message, nonce=nonce)
    return Obtained(source, token, _find_root(token, message, roots), stamped)


def request_timestamps(
    sources: Sequence[str],
    message: bytes,
    roots: Sequence[bytes] = (),
    *,
    needed: int | None = None,
) -> tuple[tuple[Obtained, ...], tuple[IsccError, ...]]:
    """Ask several authorities for tokens over one message.

    Args:
        sources: Addresses and commands, as for ``request_timestamp``.
        message: The bytes to be stamped.
        roots: Pinned root certificates in DER.
        needed: How many must answer; all by default.

    Returns:
        The tokens in the order of ``sources``, and the errors of those that failed.

    Raises:
        IsccError: Fewer than ``needed`` gave a token: the first error.
    """
    found: list[Obtained] = []
    errors: list[IsccError] = []
    for source in sources:
        try:
            found.append(request_timestamp(source, message, roots))
        except IsccError as error:
            errors.append(error)
    if errors and len(found) < (len(sources) if needed is None else needed):
        raise errors[0]
    return tuple(found), tuple(errors)


def _post(url: str, request: bytes, patience_s: float, resolve: Resolve) -> bytes:
    wanted = Request(
        accept=_REPLY,
        body=request,
        content_type=_QUERY,
        limit=LARGEST_TOKEN,
        total_s=patience_s,
    )
    answer = fetch(url, wanted, trusted_address=True, resolve=resolve)
    mediatype = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status != _SUCCESS or mediatype != _REPLY:
        raise RemoteFailed(
            f"{url}: answers {answer.status} with {mediatype or 'no media type'}, not a timestamp",
            url=url,
        )
    return answer.body


def _run(command: str, request: bytes) -> bytes:
    """Return what a command writes when it reads the request."""
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words, input=request, capture_output=True, timeout=_COMMAND_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise RemoteFailed(
            f"{command}: no answer in {_COMMAND_SECONDS:g} seconds",
            reason_code="remote-slow",
            url=command,
        ) from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        raise RemoteFailed(f"{command}: exits {error.returncode}: {said}", url=command) from error
    except (OSError, ValueError, IndexError) as error:
        raise RemoteFailed(f"{command or 'empty'}: cannot be run: {error}", url=command) from error
    return done.stdout


def _find_root(token: bytes, message: bytes, roots: Sequence[bytes]) -> bytes | None:
    """Return the first root to which the chain of a token leads."""
    for root in roots:
        try:
            read_token(token, message, [root])
        except VerificationFailed as error:
            if error.reason_code != "timestamp-root-unknown":
                raise
        else:
            return root
    return None
