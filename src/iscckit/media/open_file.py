"""Open a file once and safely. Folders, devices, vanishing and changing files are errors."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from iscckit.errors import IsccError, LimitExceeded, UnreadableFile
from iscckit.media.content_values import Limits
from iscckit.workers.wire import HandedFile, can_hand_files

__all__ = [
    "PeekedStream",
    "StopReading",
    "open_file",
    "open_for_worker",
    "open_handed_file",
    "spool",
]

_BUFFER: Final = 1 << 16  # bytes; longer reads bypass the buffer
_COPIED: Final = 1 << 20  # bytes of a pipe copied at a time
_CHANGED: Final = "changed while it was read"
_IN_MEMORY: Final = 1 << 26  # bytes of a pipe kept in memory; a longer one goes to a temporary file


class StopReading(Exception):
    """Raised inside ``read`` when the caller no longer wants the file."""


class _File(io.FileIO):
    """A file whose reads stop on demand."""

    def __init__(self, path: str | os.PathLike[str], stopped: Callable[[], bool]) -> None:
        super().__init__(os.fspath(path), "rb")
        self._stopped = stopped

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._stopped():
            raise StopReading
        return super().readinto(buffer) or 0


@contextmanager
def open_file(
    path: str | os.PathLike[str],
    *,
    stopped: Callable[[], bool] = lambda: False,
    limits: Limits | None = None,
) -> Iterator[BinaryIO]:
    """Open ``path`` for one reading, and check afterwards that the file did not change.

    A named pipe (as from ``<(command)``) is read to its end first, so that it can be read twice.

    Args:
        path: A regular file or a named pipe.
        stopped: Called before each read; when it returns True, the read raises ``StopReading``.
        limits: Maximum length of a named pipe.

    Raises:
        UnreadableFile: The file does not exist, is locked, is a folder or a device, or changed
            between opening and closing. A change takes precedence over all other errors.
        LimitExceeded: A named pipe is longer than ``limits.stream_bytes``.
    """
    try:
        _check_kind(path)
        with (
            io.BufferedReader(_File(path, stopped), _BUFFER) as file,
            _watch(file, path, limits) as stream,
        ):
            yield stream
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error


@contextmanager
def open_for_worker(path: str | os.PathLike[str]) -> Iterator[HandedFile]:
    """Open ``path`` for a worker process, which reads it with ``open_handed_file``.

    Raises:
        UnreadableFile: See ``open_file``. The worker checks whether the file changes.
    """
    try:
        _check_kind(path)
        if not can_hand_files():
            yield HandedFile(os.fspath(path))
            return
        number = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    try:
        yield HandedFile(os.fspath(path), number)
    finally:
        os.close(number)


@contextmanager
def open_handed_file(file: HandedFile, *, limits: Limits | None = None) -> Iterator[BinaryIO]:
    """Give the stream of a file that another process opened, as ``open_file`` does, and close it.

    Raises:
        UnreadableFile: See ``open_file``.
        LimitExceeded: See ``open_file``.
    """
    if file.descriptor is None:
        with open_file(file.path, limits=limits) as stream:
            yield stream
        return
    try:
        with io.BufferedReader(io.FileIO(file.descriptor), _BUFFER) as opened_file:
            if opened_file.seekable():
                opened_file.seek(0)
            with _watch(opened_file, file.path, limits) as stream:
                yield stream
    except OSError as error:
        raise UnreadableFile(file.path, error.strerror or str(error)) from error


def _check_kind(path: str | os.PathLike[str]) -> None:
    if "\0" in os.fspath(path):
        raise UnreadableFile(path, "no file name holds a NUL character")
    kind = os.stat(path).st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISFIFO(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "neither a file nor a folder"
        raise UnreadableFile(path, f"is {what}")


@contextmanager
def _watch(
    file: BinaryIO, path: str | os.PathLike[str], limits: Limits | None
) -> Iterator[BinaryIO]:
    """Give a stream that can be read twice, and check afterwards that the file did not change."""
    before = os.fstat(file.fileno())
    if stat.S_ISFIFO(before.st_mode):
        with spool(file, os.fspath(path), limits or Limits()) as stream:
            yield stream
        return
    try:
        yield file
    except IsccError as error:
        if _has_changed(before, file):
            raise UnreadableFile(path, _CHANGED) from error
        raise
    if _has_changed(before, file):
        raise UnreadableFile(path, _CHANGED)


def _has_changed(before: os.stat_result, file: BinaryIO) -> bool:
    after = os.fstat(file.fileno())
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


class PeekedStream(io.RawIOBase):
    """A stream whose first bytes are known before it is read from its start.

    A read beyond ``most`` bytes raises ``LimitExceeded``.

    Attributes:
        head: The first bytes of the stream.
    """

    def __init__(self, stream: BinaryIO, size: int, name: str, most: int) -> None:
        super().__init__()
        self._stream = stream
        self._name = name
        self._most = self._more = most
        self.head = b""
        while len(self.head) < size and (block := stream.read(size - len(self.head))):
            self.head += block
        self._left = self.head

    def readable(self) -> bool:
        """Return True: ``io`` asks for it."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` from the rest of the head, then from the stream."""
        block = self._left[: len(buffer)] or self._stream.read(len(buffer))
        self._left = self._left[len(buffer) :]
        self._more -= len(block)
        if self._more < 0:
            raise LimitExceeded(self._name, "bytes of a stream", self._most)
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def spool(stream: BinaryIO, name: str, limits: Limits) -> Iterator[BinaryIO]:
    """Read ``stream`` to its end and give its bytes as a seekable stream.

    A long stream goes to a temporary file in the system's folder for temporary files.

    Args:
        stream: The stream to read.
        name: Name of the stream in error messages.
        limits: Maximum length of the stream.

    Raises:
        UnreadableFile: The stream cannot be read, or the temporary file not be written.
        LimitExceeded: The stream is longer than ``limits.stream_bytes``.
    """
    from tempfile import SpooledTemporaryFile  # slow to import, rarely needed

    whole = False
    try:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            left = limits.stream_bytes
            while block := stream.read(min(_COPIED, left + 1)):
                left -= len(block)
                if left < 0:
                    raise LimitExceeded(name, "bytes of a stream", limits.stream_bytes)
                copy.write(block)
            copy.seek(0)
            whole = True
            yield cast("BinaryIO", copy)
    except OSError as error:  # from reading, writing, or closing the temporary file
        if whole:
            raise
        reason = f"cannot be kept to be read again: {error.strerror or error}"
        raise UnreadableFile(name, reason) from error
