"""The bytes of files, told by their digest and read under watch."""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING, Final

from iscckit.errors import UnreadableFile
from iscckit.files.file_status import TIME_STEP, Identity, open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OpenFile", "copy_bytes"]

_BLOCK: Final = 1 << 20


class OpenFile:
    """A regular file that is open for reading, with the state in which its bytes were read.

    Attributes:
        path: The path it was opened by.
        number: Its descriptor.
        identity: Its state; after ``check`` that in which all its bytes were read.
    """

    def __init__(self, path: str) -> None:
        """Open the file; a link as the last name of its path is refused.

        Raises:
            UnreadableFile: There is no such file, or it is not a regular file.
        """
        self.path = path
        try:
            self.number = open_regular(path)
        except OSError as error:
            link = error.errno == errno.ELOOP
            reason = "is a symbolic link" if link else error.strerror or str(error)
            raise UnreadableFile(path, reason) from error
        self.identity = Identity.of(self.number)
        self._read_at = 0

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.number)

    def check(self, digest: bytes) -> None:
        """Read all bytes and compare them with a BLAKE3 digest.

        Raises:
            UnreadableFile: They are others, or the file was changed meanwhile.
        """
        from blake3 import blake3

        self.identity = Identity.of(self.number)
        self._read_at = time.time_ns()
        found = blake3(max_threads=blake3.AUTO)
        for block in self.blocks():
            found.update(block)
        if found.digest() != digest or Identity.of(self.number) != self.identity:
            raise UnreadableFile(
                self.path, "changed since it was scanned", reason_code="file-changed"
            )

    def check_again(self, digest: bytes) -> None:
        """Make sure that nothing was written since ``check``, whatever became of the name.

        Times tell, unless the file was written to so shortly before ``check`` that another write
        may bear the same time; then its bytes are read once more.

        Raises:
            UnreadableFile: The bytes are others.
        """
        now = Identity.of(self.number)
        if not now.has_same_bytes(self.identity) or self._read_at - now.mtime < TIME_STEP:
            self.check(digest)

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes from the start.

        Raises:
            UnreadableFile: The disk failed.
        """
        at = 0
        try:
            os.lseek(self.number, 0, os.SEEK_SET)
            while block := os.read(self.number, _BLOCK):
                at += len(block)
                yield block
        except OSError as error:
            reason = f"cannot be read after {at} bytes: {error.strerror or error}"
            raise UnreadableFile(self.path, reason) from error


def copy_bytes(source: OpenFile, target: int) -> bytes:
    """Write the bytes of ``source`` to a descriptor, and wait until they are on the disk.

    Returns:
        BLAKE3 of the bytes.

    Raises:
        OSError: There is no room, or the disk failed.
        UnreadableFile: ``source`` cannot be read.
    """
    from blake3 import blake3

    found = blake3(max_threads=blake3.AUTO)
    for block in source.blocks():
        found.update(block)
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(target, rest) :]
    os.fsync(target)
    return found.digest()
