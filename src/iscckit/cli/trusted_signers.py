"""Whose claims a command applies: those of the user, of pinned signers, and of ``--signer``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from iscckit.errors import InvalidInput, VerificationFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["list_signers", "signer_option"]

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


def list_signers(named: Iterable[str], config: str | None) -> frozenset[bytes]:
    """Return the public keys whose claims are applied.

    Args:
        named: Values of ``--signer``.
        config: The configuration folder, by default that of the user.

    Raises:
        UsageError: A text of ``named`` is not a public key.
        IsccError: The file of pinned keys is damaged.
    """
    from iscckit.cli.trust_input import read_trust
    from iscckit.trust.keys.parse_key import parse_key

    found = set(read_trust(config).signers)
    for text in named:
        try:
            found.add(parse_key(text))
        except (InvalidInput, VerificationFailed) as error:
            raise click.UsageError(f"--signer {text}: {error}") from error
    return frozenset(found)
