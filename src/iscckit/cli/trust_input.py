"""What the user trusts, read for the verbs that verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.cli.key_options import default_config, keys_folder
from iscckit.trust.keys.keystore import list_keys
from iscckit.trust.keys.parse_key import parse_key
from iscckit.trust.keys.trusted import TrustStore
from iscckit.trust.proof.check_values import Trust

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_trust"]


def read_trust(
    config: str | None, signer: str | None = None, hub_keys: Iterable[str] = ()
) -> Trust:
    """Return what the user trusts: own keys, pinned ones, and those of the options.

    Args:
        config: The configuration folder, by default that of the user.
        signer: The key that must have signed.
        hub_keys: Keys of logs.

    Raises:
        IsccError: A key is malformed, or the store cannot be read.
    """
    trusted = TrustStore.read(default_config(config))
    own = {key.public_key: f"your key {key.name}" for key in list_keys(keys_folder(config))}
    return Trust(
        signers={**trusted.signers, **own},
        expected=None if signer is None else parse_key(signer),
        hubs={hub.origin: hub.public_key for hub in trusted.hubs.values()},
        hub_keys=frozenset(map(parse_key, hub_keys)),
        roots=trusted.roots,
    )
