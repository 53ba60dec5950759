"""What a log is called, and whose it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from iscckit.errors import InvalidInput
from iscckit.trust.proof.ed25519 import check_public_key

__all__ = ["LogIdentity"]

_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?", re.ASCII)
_HUBS: Final = 4096


@dataclass(frozen=True, slots=True)
class LogIdentity:
    """What a log is called, and whose it is.

    Attributes:
        domain: The host of the hub, with a port if it is not 443.
        hub: The number of the hub, 0..4095; that of a private log is in no list.
        realm: 0 for the test network, 1 for the operational one.
        public_key: The key that signs its checkpoints.
    """

    domain: str
    hub: int
    realm: int
    public_key: bytes

    def __post_init__(self) -> None:
        """Check the fields."""
        if not _DOMAIN.fullmatch(self.domain):
            raise InvalidInput(f"{self.domain!r} is not a host name in lower case")
        if not 0 <= self.hub < _HUBS or self.realm not in (0, 1):
            raise InvalidInput("a hub has a number 0..4095 and the realm 0 or 1")
        check_public_key(self.public_key)

    @property
    def origin(self) -> str:
        """The name of the log in its checkpoints."""
        return f"{self.domain}/log"
