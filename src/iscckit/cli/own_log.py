"""The user's own log: where it lies, and the log opened to add notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from iscckit.cli.user_folders import data_folder, state_folder
from iscckit.trust.declarations.local_log import LocalLog
from iscckit.trust.declarations.private_log import open_private_log

if TYPE_CHECKING:
    from iscckit.trust.keys.signer import Signer

__all__ = ["logs_folder", "open_own_log"]


def logs_folder() -> str:
    """Return the folder of the logs that declarations of this user go to."""
    return data_folder("logs")


@contextmanager
def open_own_log(signer: Signer) -> Iterator[LocalLog]:
    """Open the log of a key for adding notes; it is made at the first time.

    Raises:
        LibraryError: Another process writes it, it is damaged, or there is no room.
        VerificationFailed: It is older than its last checkpoint.
    """
    with open_private_log(
        logs_folder(), state_folder("pins"), signer.public_key, signer.sign
    ) as writer:
        yield LocalLog(writer, signer.sign)
