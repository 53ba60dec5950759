"""Uploaded files: kept for a while under names that nobody can guess, hashed while they arrive."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from anyio import CapacityLimiter, sleep, to_thread

from iscckit.server.http.problems import Problem
from iscckit.server.uploads.body_writer import Incoming
from iscckit.server.uploads.spool_folder import fresh_folder, open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.server.settings import Allowance
    from iscckit.server.uploads.body_writer import Upload

__all__ = ["Spool"]

_LETTERS: Final = "abcdefghijklmnopqrstuv0123456789"  # as in base32hex, for the peers' clients
_ID_LENGTH: Final = 13
_OURS: Final = re.compile(r"[a-v0-9]{13}|work-[a-v0-9]{13}")
_THREADS: Final = 4  # that write and hash at a time


@dataclass(slots=True)
class _Kept:
    upload: Upload
    used: float = field(default_factory=time.monotonic)
    pins: int = 0


class Spool:
    """The folder of uploaded files.

    Attributes:
        folder: Where it is.
    """

    def __init__(self, folder: str | None, allowance: Allowance) -> None:
        """Open the folder, and remove what an earlier service left in it.

        Raises:
            LibraryError: Another service uses the folder.
        """
        self._own = not folder
        self.folder, self._lock = open_folder(folder) if folder else fresh_folder()
        self._allowance = allowance
        self._kept: dict[str, _Kept] = {}
        self._arriving: dict[str, Incoming] = {}
        self._used: Counter[str] = Counter()  # bytes of each client
        self._threads = CapacityLimiter(_THREADS)
        for path in Path(self.folder).iterdir():
            if _OURS.fullmatch(path.name):
                _delete(path)

    @property
    def size(self) -> int:
        """Bytes of all files, with those that are just arriving."""
        return self._used.total()

    @property
    def count(self) -> int:
        """Number of files that were received whole."""
        return len(self._kept)

    @property
    def arriving(self) -> int:
        """Number of files that are just arriving."""
        return len(self._arriving)

    def incoming(self, filename: str, client: str = "", mediatype: str | None = None) -> Incoming:
        """Return a place for one more file.

        Args:
            filename: As its sender calls it, clean; never part of a path.
            client: Who sends it.
            mediatype: What it is taken for whatever it looks like.

        A client may take half of the places that others leave, so that there is always one for
        somebody else.

        Raises:
            Problem: Too many files are arriving, in all or of this client.
        """
        own = sum(1 for each in self._arriving.values() if each.client == client)
        share = max(1, (self._allowance.uploads - self.arriving + own) // 2)
        if self.arriving >= self._allowance.uploads or own >= share:
            detail = f"{self.arriving} files are being received, {own} of them of this client"
            raise Problem("queue-full", detail, headers={"Retry-After": "2"})
        number = _number()
        path = os.path.join(self.folder, number)
        incoming = Incoming(
            number, path, filename=filename, client=client, mediatype=mediatype, keeper=self
        )
        self._arriving[number] = incoming
        return incoming

    async def adopt(self, path: str, filename: str, client: str = "") -> Upload:
        """Keep a copy of a file that a worker made.

        Raises:
            Problem: As for ``incoming``, or there is no plain file: a worker could leave a link to
                what it may not read itself.
        """
        async with self.incoming(filename, client) as incoming:
            with _plain(path) as file:
                while block := await to_thread.run_sync(file.read, 1 << 20):
                    await incoming.write(block)
            return await incoming.finish()

    def check_pace(self, incoming: Incoming) -> None:
        """End a file that arrives too slowly while at least half of all places are taken.

        Raises:
            Problem: It is so.
        """
        if 2 * self.arriving < self._allowance.uploads:
            return
        seconds = time.monotonic() - incoming.began
        least = self._allowance.least_rate
        if seconds > self._allowance.pace_seconds and incoming.received < least * seconds:
            detail = f"while many files arrive, each needs {least} bytes a second"
            raise Problem("stalled", detail, headers={"Connection": "close"})

    async def do(self, incoming: Incoming, block: bytes) -> None:
        """Let a thread take in a block of an arriving file, if there is room for it.

        Raises:
            Problem: It is too large, or there is no room.
        """
        self._check(incoming, len(block))
        self._used[incoming.client] += len(block)
        incoming.size += len(block)
        try:
            await to_thread.run_sync(incoming.take, block, limiter=self._threads)
        except OSError as error:
            raise _full(f"the file cannot be stored: {error.strerror or error}") from error

    def _check(self, incoming: Incoming, more: int) -> None:
        allowed = self._allowance
        if incoming.size + more > allowed.upload_bytes:
            detail = f"a file may have {allowed.upload_bytes} bytes"
            raise Problem("too-large", detail, headers={"Connection": "close"})
        if self._used[incoming.client] + more > allowed.client_bytes:
            raise _full(f"files of one client may have {allowed.client_bytes} bytes in all")
        if self.size + more > allowed.spool_bytes:
            raise _full(f"all files may have {allowed.spool_bytes} bytes")
        if shutil.disk_usage(self.folder).free - more < allowed.disk_reserve:
            raise _full("the disk has no room")

    def keep(self, upload: Upload) -> None:
        """Take over a file that was received whole."""
        del self._arriving[upload.id]
        self._kept[upload.id] = _Kept(upload)

    def drop(self, incoming: Incoming) -> None:
        """Forget a file that was not received whole."""
        if self._arriving.pop(incoming.id, None) is not None:
            self._give_back(incoming)

    def get(self, number: str) -> Upload:
        """Return an upload.

        Raises:
            Problem: There is none of this number any more.
        """
        return self._find(number).upload

    def holds(self, number: str) -> bool:
        """Tell whether there is an upload of this number."""
        return number in self._kept

    def _find(self, number: str) -> _Kept:
        if number not in self._kept:
            raise Problem("media-gone", f"there is no file {number[:20]}")
        self._kept[number].used = time.monotonic()
        return self._kept[number]

    @contextmanager
    def pin(self, number: str) -> Iterator[Upload]:
        """Keep an upload from expiring while it is worked on.

        Raises:
            Problem: There is none of this number any more.
        """
        kept = self._find(number)
        kept.pins += 1
        try:
            yield kept.upload
        finally:
            kept.pins -= 1
            kept.used = time.monotonic()

    def remove(self, number: str) -> None:
        """Delete an upload.

        Raises:
            Problem: There is none of this number any more.
        """
        if number not in self._kept:
            raise Problem("media-gone", f"there is no file {number[:20]}")
        self._give_back(
            self._kept[number].upload
        )  # not used by this: it may have to be tried again
        del self._kept[number]

    def _give_back(self, file: Upload | Incoming) -> None:
        Path(file.path).unlink(missing_ok=True)
        self._used[file.client] -= file.size
        if not self._used[file.client]:
            del self._used[file.client]

    @contextmanager
    def make_scratch(self) -> Iterator[str]:
        """Give an empty folder that is gone afterwards."""
        path = os.path.join(self.folder, f"work-{_number()}")
        os.mkdir(path, 0o700)
        try:
            yield path
        finally:
            _delete(Path(path))

    def expire(self) -> None:
        """Delete what nobody has used for long."""
        oldest = time.monotonic() - self._allowance.spool_seconds
        for number, kept in list(self._kept.items()):
            if kept.used < oldest and not kept.pins:
                with suppress(OSError):  # Windows does not delete what is open: next time
                    self.remove(number)

    async def sweep(self) -> None:
        """Delete what expires, for ever."""
        while True:
            await sleep(min(60.0, self._allowance.spool_seconds / 4))
            self.expire()

    def close(self) -> None:
        """Delete what was uploaded."""
        for incoming in list(self._arriving.values()):
            self.drop(incoming)
        for number in list(self._kept):
            self.remove(number)
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def _full(detail: str) -> Problem:
    return Problem("storage-full", detail, headers={"Retry-After": "60", "Connection": "close"})


def _number() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def _plain(path: str) -> BinaryIO:
    """Open a file; no link, and nothing that waits for a writer."""
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= os.O_RDONLY | getattr(os, "O_BINARY", 0)
    try:
        file = open(os.open(path, flags), "rb")  # noqa: SIM115 (the caller closes it)
    except OSError as error:
        raise Problem("decode-failed", "the worker left no file") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Problem("decode-failed", "the worker left no file")
    return file


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
