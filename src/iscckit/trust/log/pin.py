"""The last checkpoint of a log, kept outside its folder, so that an old copy of it is noticed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from iscckit.errors import InvalidInput, UnreadableFile, VerificationFailed
from iscckit.trust.proof.checkpoint import CHECKPOINT_BYTES_MAX, key_id, verify_checkpoint

if TYPE_CHECKING:
    from iscckit.trust.log.identity import LogIdentity
    from iscckit.trust.log.store import LogStore
    from iscckit.trust.proof.checkpoint import Checkpoint

__all__ = ["Pin", "pin_name"]


def pin_name(identity: LogIdentity) -> str:
    """Return the name of the file for the pin of a log.

    It follows from the names of log and key and not from the folder: a copy of the folder at
    another place meets the same pin.
    """
    safe = identity.origin.replace("/", "_").replace(":", "_")
    key = key_id(identity.origin, identity.public_key).hex()
    return f"{safe}-{identity.realm}-{identity.hub}-{key}.checkpoint"


class Pin:
    """A file with the last checkpoint of one log."""

    def __init__(self, path: str, identity: LogIdentity) -> None:
        """Name the file; nothing is read."""
        self.path = path
        self._identity = identity

    def read(self) -> Checkpoint | None:
        """Return the checkpoint, or None if there is no file.

        Raises:
            UnreadableFile: The file cannot be read.
            VerificationFailed: The file is damaged or of another log (``pin-damaged``).
        """
        try:
            with open(self.path, "rb") as file:
                data = file.read(CHECKPOINT_BYTES_MAX + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnreadableFile(self.path, f"cannot be read: {error.strerror or error}") from error
        try:
            return verify_checkpoint(
                data.decode(), self._identity.origin, self._identity.public_key
            )
        except (InvalidInput, VerificationFailed, UnicodeDecodeError) as error:
            raise VerificationFailed(
                f"{self.path}: is not the last checkpoint of {self._identity.origin}: {error}",
                reason_code="pin-damaged",
                path=self.path,
            ) from error

    def check(self, store: LogStore) -> None:
        """Check that a log continues what was pinned.

        Raises:
            UnreadableFile: The pin cannot be read.
            VerificationFailed: The pin is damaged (``pin-damaged``), the log is an older copy
                (``log-rolled-back``), or another one of the same name (``log-forked``).
        """
        pinned = self.read()
        if pinned is None:
            return
        size = store.head().size
        if pinned.size > size:
            raise VerificationFailed(
                f"rollback: pinned size {pinned.size} > {size}; {store.path} is an older copy of "
                f"the log, see {self.path}",
                reason_code="log-rolled-back",
                pinned=pinned.size,
                size=size,
            )
        if store.root(pinned.size) != pinned.root:
            raise VerificationFailed(
                f"fork: the first {pinned.size} entries of {store.path} are not those of "
                f"{self.path}",
                reason_code="log-forked",
                size=pinned.size,
            )

    def write(self, checkpoint: str) -> None:
        """Keep a checkpoint in place of the last.

        The file is not forced to the disk: after a loss of power it may be an older one, which the
        log continues, too.

        Raises:
            UnreadableFile: The file cannot be written.
        """
        draft = f"{self.path}.new"
        try:
            os.makedirs(os.path.dirname(os.path.abspath(self.path)), 0o700, exist_ok=True)
            with open(draft, "w", encoding="utf-8", newline="") as file:
                file.write(checkpoint)
            os.replace(draft, self.path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(draft)
            reason = f"cannot be written: {error.strerror or error}"
            raise UnreadableFile(self.path, reason) from error
