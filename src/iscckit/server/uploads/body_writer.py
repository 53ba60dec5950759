"""One file while it arrives: written and hashed block by block, whole or not there."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from anyio import CancelScope

from iscckit.codec.code import compose
from iscckit.media.detect.detect import HEAD_SIZE, detect
from iscckit.units.data import DataHasher
from iscckit.units.instance import InstanceHasher
from iscckit.units.sum import Hashes

if TYPE_CHECKING:
    from typing import Self

    from iscckit.codec.unit import Unit

__all__ = ["Incoming", "Keeper", "Upload"]

_BLOCK: Final = 1 << 18  # bytes that a thread takes in at a time


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received whole.

    Attributes:
        id: Under which it is asked for.
        path: Where it lies.
        filename: As its sender calls it; never part of a path.
        size: In bytes.
        hashes: Digests of its Data- and Instance-Code.
        mediatype: What it was taken for from its first bytes and name.
        is_given: Whether its sender decided on the type.
        client: Who sent it.
    """

    id: str
    path: str
    filename: str
    size: int
    hashes: Hashes
    mediatype: str
    is_given: bool = False
    client: str = ""

    @property
    def units(self) -> tuple[Unit, Unit]:
        """Its Data- and Instance-Code of 256 bits."""
        return self.hashes.data_unit(256), self.hashes.instance_unit(256)

    @property
    def datahash(self) -> str:
        """Multihash of its bytes, hexadecimal."""
        return self.hashes.datahash

    @property
    def iscc_sum(self) -> str:
        """Its ISCC-SUM."""
        return compose(self.units)


class Keeper(Protocol):
    """The owner of the folder in which uploads are written."""

    async def do(self, incoming: Incoming, block: bytes) -> None:
        """Let a thread take in a block."""

    def check_pace(self, incoming: Incoming) -> None:
        """Raise a Problem where a file comes too slowly."""

    def keep(self, upload: Upload) -> None:
        """Take over a file that was received whole."""

    def drop(self, incoming: Incoming) -> None:
        """Forget a file that was not."""


class Incoming:
    """A file that is being received; left before ``finish``, nothing of it stays.

    Attributes:
        id: Under which it will be asked for.
        path: Where it lies.
        filename: As its sender calls it.
        client: Who sends it.
        size: Bytes that were taken in, or are just being.
        began: When it began to arrive, in seconds of the monotonic clock.
        received: Bytes that came, taken in or not.
    """

    def __init__(
        self,
        number: str,
        path: str,
        *,
        filename: str,
        client: str,
        mediatype: str | None,
        keeper: Keeper,
    ) -> None:
        self.id, self.path, self.filename, self.client = number, path, filename, client
        self.size = self.received = 0
        self.began = time.monotonic()
        self._mediatype = mediatype
        self._keeper = keeper
        self._held = bytearray()
        self._head = b""
        self._data, self._instance = DataHasher(), InstanceHasher()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o600)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._keeper.drop(self)

    async def write(self, block: bytes) -> None:
        """Append bytes.

        Raises:
            Problem: There are too many, there is no room for them, or they come too slowly.
        """
        self.received += len(block)
        self._keeper.check_pace(self)
        self._held += block
        while len(self._held) >= _BLOCK:
            part = bytes(self._held[:_BLOCK])
            del self._held[:_BLOCK]
            await self._do(part)

    async def finish(self) -> Upload:
        """Keep the file and return it.

        Raises:
            Problem: As for ``write``.
        """
        if self._held:
            await self._do(bytes(self._held))
        hashes = Hashes(self._data.digest(), self._instance.digest(), self.size)
        upload = Upload(
            id=self.id,
            path=self.path,
            filename=self.filename,
            size=self.size,
            hashes=hashes,
            mediatype=self._mediatype or detect(self._head, self.filename).mediatype,
            is_given=self._mediatype is not None,
            client=self.client,
        )
        os.close(self._file)
        self._file = -1
        self._keeper.keep(upload)
        return upload

    async def _do(self, block: bytes) -> None:
        # A thread cannot be stopped, and the file must not be closed under it.
        with CancelScope(shield=True):
            await self._keeper.do(self, block)

    def take(self, block: bytes) -> None:
        """Write and hash a block; called in a thread."""
        if len(self._head) < HEAD_SIZE:
            self._head += block[: HEAD_SIZE - len(self._head)]
        view = memoryview(block)
        while view:
            view = view[os.write(self._file, view) :]
        self._data.update(block)
        self._instance.update(block)
