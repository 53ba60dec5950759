"""Make an empty log."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from iscckit.errors import InvalidInput, LibraryError, VerificationFailed
from iscckit.files.renames import sync_folder
from iscckit.trust.log.pin import Pin
from iscckit.trust.log.schema import FORMAT, SCHEMA
from iscckit.trust.log.store import FILE_NAME
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.merkle import EMPTY_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.trust.log.identity import LogIdentity

__all__ = ["create_log"]


def create_log(
    folder: str, identity: LogIdentity, sign: Callable[[bytes], bytes], pin_path: str
) -> None:
    """Make an empty log and pin it.

    Raises:
        InvalidInput: The folder has a log (``file-exists``).
        LibraryError: The folder cannot be written.
        UnreadableFile: The pin cannot be written.
        VerificationFailed: A log of the same name and key is pinned (``log-forked``): a second one
            would be a fork of it.
    """
    pin = Pin(pin_path, identity)
    pinned = pin.read()
    if pinned is not None and pinned.size:
        raise VerificationFailed(
            f"fork: {pin_path} knows {pinned.size} entries of {identity.origin} with this key",
            reason_code="log-forked",
            size=pinned.size,
        )
    checkpoint = make_checkpoint(identity.origin, 0, EMPTY_ROOT, sign, identity.public_key)
    _create_store(folder, identity, checkpoint)
    pin.write(checkpoint)


def _create_store(folder: str, identity: LogIdentity, checkpoint: str) -> None:
    """Make the file of an empty log.

    Args:
        folder: The folder of the log, which must not have one.
        identity: What the log is called.
        checkpoint: The signed checkpoint of no entries.

    Raises:
        InvalidInput: The folder has a log (``file-exists``).
        LibraryError: The file cannot be written.
    """
    path = os.path.join(folder, FILE_NAME)
    draft = f"{path}.new"
    values = (FORMAT, identity.domain, identity.hub, identity.realm, identity.public_key)
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        if os.path.exists(path):
            raise InvalidInput(f"{path} exists", reason_code="file-exists", path=path)
        if os.path.exists(draft):
            os.unlink(draft)  # of a start that broke off
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.executescript(f"BEGIN; {SCHEMA}")
            connection.execute("INSERT INTO log VALUES (1, ?, ?, ?, ?, ?)", values)
            connection.execute("INSERT INTO state VALUES (1, 0, 0, ?)", (checkpoint,))
            connection.execute("COMMIT")
        os.rename(draft, path)
        sync_folder(folder)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(f"{path}: {error}") from error
