"""The one writer of a log: entries of many threads, committed in groups."""

from __future__ import annotations

import os
from concurrent.futures import Future
from contextlib import ExitStack
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import IsccError, LibraryError, VerificationFailed
from iscckit.files.lock import hold_lock
from iscckit.trust.log.clock import LogClock
from iscckit.trust.log.draft import Appended, Batch, Draft
from iscckit.trust.log.frontier import Frontier
from iscckit.trust.log.pin import Pin
from iscckit.trust.log.store import Head, LogStore
from iscckit.trust.proof.checkpoint import make_checkpoint, verify_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["LogWriter", "check_head"]

_GROUP: Final = 512  # entries of one transaction


def check_head(store: LogStore) -> None:
    """Check that the checkpoint of a log is of its tree, in steps as many as the tree has levels.

    Raises:
        LibraryError: It is not (``log-damaged``).
    """
    head, identity = store.head(), store.identity
    try:
        checkpoint = verify_checkpoint(head.checkpoint, identity.origin, identity.public_key)
        holds = checkpoint.size == head.size and checkpoint.root == store.root(head.size)
    except IsccError as error:
        raise _damage_error(store.path, str(error)) from error
    if not holds or (head.size and not store.records(head.size - 1, 1)):
        raise _damage_error(store.path, "its checkpoint is not of its tree")


class LogWriter:
    """The only writer of a log, while it is open.

    Threads call ``submit`` or ``append``. A thread of the writer takes all drafts that wait,
    commits them in one transaction, pins the new checkpoint and acknowledges them then.
    """

    def __init__(
        self,
        folder: str,
        sign: Callable[[bytes], bytes],
        pin_path: str,
        *,
        clock: LogClock | None = None,
        knows_nonce: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        """Open a log for writing.

        Args:
            folder: The folder of the log.
            sign: Signs bytes with the key of the log.
            pin_path: The file of its last checkpoint, outside the folder.
            clock: The time of entries.
            knows_nonce: Says whether a nonce is in a log of the other realm, which it does not
                name: hubs of both realms have the same numbers.

        Raises:
            LibraryError: There is no log (``log-missing``), another process writes it, or it is
                damaged (``log-damaged``).
            UnreadableFile: The pin cannot be read or written.
            VerificationFailed: The log is an older copy (``log-rolled-back``) or a fork
                (``log-forked``), or the pin is damaged (``pin-damaged``).
        """
        with ExitStack() as stack:
            LogStore(folder).close()  # before the lock makes a folder
            stack.enter_context(hold_lock(folder, "another process writes this log", mode=0o700))
            self.store = LogStore(folder, is_writer=True)
            stack.callback(self.store.close)
            self.identity = self.store.identity
            self.pin = Pin(pin_path, self.identity)
            self.pin.check(self.store)
            check_head(self.store)
            self.pin.write(self.store.head().checkpoint)
            self._held = stack.pop_all()
        self.fault: IsccError | None = None
        self._sign = sign
        self._clock = clock or LogClock()
        self._knows_nonce = knows_nonce
        self._ready = Condition()
        self._pending: list[tuple[Draft, Future[Appended]]] = []
        self._is_closing = False
        self._thread = Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def submit(self, draft: Draft) -> Future[Appended]:
        """Hand in a draft; the result is there once the entry is on the disk.

        The errors of the result are those of ``append``.
        """
        future: Future[Appended] = Future()
        with self._ready:
            if self._is_closing:
                raise LibraryError(f"{self.store.path}: the log is closed")
            self._pending.append((draft, future))
            if len(self._pending) == 1:
                self._ready.notify()
        return future

    def append(self, draft: Draft) -> Appended:
        """Add an entry and return when it is on the disk.

        Raises:
            LibraryError: The clock is wrong (``clock-wrong``), or the file cannot be written.
            VerificationFailed: The nonce is used (``nonce-reused``), or the declaration is deleted
                (``declaration-deleted``).
        """
        return self.submit(draft).result()

    def append_all(self, drafts: Sequence[Draft]) -> list[Appended]:
        """Add entries in as few transactions as possible; errors as of ``append``."""
        return [future.result() for future in [self.submit(draft) for draft in drafts]]

    def close(self) -> None:
        """Commit what was handed in, and release the log."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        self._thread.join()
        self._held.close()

    def __enter__(self) -> LogWriter:
        """Return the writer, which is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._pending and not self._is_closing:
                    self._ready.wait()
                group = self._pending[:_GROUP]
                del self._pending[:_GROUP]
            if not group:
                return
            try:
                self._commit(group)
            except Exception as error:
                self.fault = error if isinstance(error, IsccError) else self.fault
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)

    def _commit(self, group: list[tuple[Draft, Future[Appended]]]) -> None:
        """Commit those of a group that may be added; refuse the others."""
        head = self.store.head()
        frontier = Frontier(head.size, self.store.node)
        last_us = head.last_us
        batch = Batch()
        for draft, future in group:
            refusal = self._find_refusal(draft, batch)
            if refusal is not None:
                future.set_exception(refusal)
                continue
            if draft.deletes is None:
                last_us = self._clock.next_us(last_us)
                iscc_id = IsccId(last_us, self.identity.hub, self.identity.realm)
            else:
                iscc_id = draft.deletes
            batch.add(draft, future, iscc_id, frontier)
        if not batch.records:
            return
        size = frontier.size
        origin, key = self.identity.origin, self.identity.public_key
        checkpoint = make_checkpoint(origin, size, frontier.root(), self._sign, key)
        new = Head(size, last_us, checkpoint)
        self.store.append(batch.records, batch.nodes, batch.notes, new)
        self.fault = None
        try:
            self.pin.write(checkpoint)
        except IsccError as error:
            self.fault = error  # the entries are on the disk all the same
        for seq, (future, iscc_id) in enumerate(batch.waiting, head.size):
            future.set_result(Appended(seq, iscc_id, size, checkpoint))

    def _find_refusal(self, draft: Draft, batch: Batch) -> VerificationFailed | None:
        nonce = draft.nonce
        if nonce in batch.nonces or self.store.has_nonce(nonce) or self._knows_nonce(nonce):
            return VerificationFailed(
                f"the nonce {nonce.hex()} is used", reason_code="nonce-reused", nonce=nonce.hex()
            )
        gone = None if draft.deletes is None else draft.deletes.timestamp
        if gone is not None and (gone in batch.gone or self.store.find_deletion(gone) is not None):
            return VerificationFailed(
                f"{draft.deletes} is deleted", reason_code="declaration-deleted"
            )
        return None


def _damage_error(path: str, why: str) -> LibraryError:
    return LibraryError(
        f"{os.fspath(path)}: the log is damaged: {why}", reason_code="log-damaged", path=path
    )
