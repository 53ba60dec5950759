"""Whose claims a command applies: those of the user, of pinned signers, and of ``--signer``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from iscckit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["signer_option", "trusted_signers"]

Command = TypeVar("Command", bound="Callable[..., object]")


def signer_option(command: Command) -> Command:
    """Add ``--signer``, which may be given several times."""
    return click.option(
        "--signer",
        "signers",
        multiple=True,
        metavar="DID",
        help="Apply claims of this signer too: did:key:z6Mk… or z6Mk….",
    )(command)


def trusted_signers(named: Iterable[str]) -> frozenset[bytes]:
    """Return the public keys whose claims are applied.

    Raises:
        UsageError: A text of ``named`` is not a public key.
        LibraryError: The file of pinned keys is damaged.
    """
    from iscckit.trust.proof.did import decode_did_key
    from iscckit.trust.proof.multikey import decode_public_key

    found = set()
    for text in named:
        try:
            is_did = text.startswith("did:")
            found.add(decode_did_key(text) if is_did else decode_public_key(text))
        except InvalidInput as error:
            raise click.UsageError(f"--signer {text}: {error}") from error
    return frozenset(found)
