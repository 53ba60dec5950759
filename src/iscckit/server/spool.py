"""Uploaded files: kept for a while under names that nobody can guess, hashed while they arrive."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from anyio import to_thread

from iscckit.server.problems import Problem
from iscckit.units.data import DataHasher
from iscckit.units.instance import InstanceHasher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from iscckit.codec.unit import Unit
    from iscckit.server.settings import Allowance

__all__ = ["Spool", "Upload"]

_LETTERS: Final = "abcdefghijklmnopqrstuv0123456789"  # as in base32hex, for the peers' clients
_ID_LENGTH: Final = 13
_NAME_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received whole.

    Attributes:
        id: Under which it is asked for.
        path: Where it lies.
        filename: As its sender calls it; never part of a path.
        size: In bytes.
        units: Its Data- and Instance-Code of 256 bits.
        datahash: Multihash of its bytes, hexadecimal.
    """

    id: str
    path: str
    filename: str
    size: int
    units: tuple[Unit, Unit]
    datahash: str


class Spool:
    """The folder of uploaded files."""

    def __init__(self, folder: str | None, allowance: Allowance) -> None:
        self._own = folder is None
        self._folder = folder or tempfile.mkdtemp(prefix="iscc-spool-")
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        self._allowance = allowance
        self._uploads: dict[str, tuple[Upload, float]] = {}

    async def receive(self, blocks: AsyncIterator[bytes], filename: str) -> Upload:
        """Keep a file and compute its Data- and Instance-Code while it arrives.

        Raises:
            Problem: It is too large, or there is no room.
        """
        if len(filename.encode("utf-8", "surrogatepass")) > _NAME_BYTES:
            raise Problem("malformed", f"the file's name has more than {_NAME_BYTES} bytes")
        number = "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))
        path = os.path.join(self._folder, number)
        data, instance, size = DataHasher(), InstanceHasher(), 0

        def take(block: bytes) -> None:
            file.write(block)
            data.update(block)
            instance.update(block)

        try:
            with open(path, "xb") as file:
                async for block in blocks:
                    size += len(block)
                    if size > self._allowance.upload_bytes:
                        limit = self._allowance.upload_bytes
                        raise Problem("too-large", f"a file may have {limit} bytes")
                    await to_thread.run_sync(take, block)
        except BaseException:
            os.unlink(path)
            raise
        units = (data.unit(256), instance.unit(256))
        upload = Upload(number, path, filename, size, units, instance.datahash)
        self._uploads[number] = (upload, time.monotonic())
        return upload

    def get(self, number: str) -> Upload:
        """Return an upload.

        Raises:
            Problem: There is none of this number any more.
        """
        if number not in self._uploads:
            raise Problem("media-gone", f"there is no file {number}")
        upload, _ = self._uploads[number]
        self._uploads[number] = (upload, time.monotonic())
        return upload

    def remove(self, number: str) -> None:
        """Delete an upload.

        Raises:
            Problem: There is none of this number any more.
        """
        os.unlink(self.get(number).path)
        del self._uploads[number]

    def close(self) -> None:
        """Delete what was uploaded."""
        for number in list(self._uploads):
            self.remove(number)
        if self._own:
            shutil.rmtree(self._folder, ignore_errors=True)
