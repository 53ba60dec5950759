"""The private log: a log on this machine, with the key of the declarations.

Its hub number is in no list and its domain cannot exist. It shows in which order its owner declared
things, and to those who kept a checkpoint that nothing was taken back. Its times are claims.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from iscckit.trust.log.create import create_log
from iscckit.trust.log.identity import LogIdentity
from iscckit.trust.log.pin import pin_name
from iscckit.trust.log.store import FILE_NAME
from iscckit.trust.log.writer import LogWriter

if TYPE_CHECKING:
    from iscckit.trust.proof.signature import Sign

__all__ = ["PRIVATE_HUB", "log_folder", "open_private_log", "private_identity"]

PRIVATE_HUB: Final = 4095  # the last number; no list of hubs has it
_DOMAIN: Final = "private-{}.invalid"  # RFC 6761: a name below .invalid never exists
_KEY_DIGITS: Final = 32


def private_identity(public_key: bytes) -> LogIdentity:
    """Return how the private log of a key is called."""
    domain = _DOMAIN.format(public_key.hex()[:_KEY_DIGITS])
    return LogIdentity(domain, PRIVATE_HUB, 0, public_key)


def log_folder(folder: str, public_key: bytes) -> str:
    """Return the folder of the private log of a key below ``folder``."""
    return os.path.join(folder, public_key.hex()[:_KEY_DIGITS])


def open_private_log(folder: str, pins: str, public_key: bytes, sign: Sign) -> LogWriter:
    """Open the private log of a key; it is made if there is none.

    Args:
        folder: Folder of the private logs.
        pins: Folder of their last checkpoints; it must lie outside.
        public_key: The key of the declarations.
        sign: Signs bytes with it.

    Raises:
        LibraryError: Another process writes the log, it is damaged, or there is no room.
        VerificationFailed: The log is older than its last checkpoint.
    """
    identity = private_identity(public_key)
    place = log_folder(folder, public_key)
    pin = os.path.join(pins, pin_name(identity))
    if not os.path.exists(os.path.join(place, FILE_NAME)):
        create_log(place, identity, sign, pin)
    return LogWriter(place, sign, pin)
