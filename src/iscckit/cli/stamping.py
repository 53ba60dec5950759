"""Timestamp authorities as options name them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from iscckit.errors import VerificationFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iscckit.trust.declarations.declare import Stamp

__all__ = ["make_stamps"]


def make_stamps(authorities: Iterable[str], config: str) -> tuple[Stamp, ...]:
    """Return what asks each authority for a token.

    Args:
        authorities: A URL, or a command that gets the request on standard input.
        config: Configuration folder, which has the pinned roots.
    """
    listed = tuple(authorities)
    if not listed:
        return ()
    from iscckit.trust.keys.trusted import TrustStore

    roots = TrustStore.read(config).roots
    return tuple(partial(_stamp, each, roots) for each in listed)


def _stamp(authority: str, roots: Sequence[bytes], message: bytes) -> tuple[bytes, Sequence[bytes]]:
    """Return the token of an authority and the root that leads to it.

    Raises:
        IsccError: The authority gives no token that holds, or no root leads to it.
    """
    from iscckit.trust.proof.timestamp import read_token
    from iscckit.trust.proof.timestamp_token import parse_token
    from iscckit.trust.remote.timestamps import request_timestamp

    found = request_timestamp(authority, message, roots)
    if found.root is not None:
        return found.token, [found.root]
    refused: VerificationFailed | None = None
    for certificate in parse_token(found.token).certificates:
        try:
            read_token(found.token, message, [certificate])
        except VerificationFailed as error:
            refused = error
        else:
            return found.token, [certificate]
    raise refused or VerificationFailed(
        f"{authority}: no root leads to its timestamps",
        reason_code="timestamp-root-unknown",
        authority=authority,
    )
