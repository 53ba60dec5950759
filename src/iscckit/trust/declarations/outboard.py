"""Outboards of files: the hashes from which slices are made, kept in the library.

An outboard takes 64 bytes for each 16 KB of the file. It is only a shortcut: whoever makes a slice
from it verifies the slice, so a stale or damaged outboard cannot make a false proof.
"""

from __future__ import annotations

import os
import struct
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from iscckit import _kernel
from iscckit.errors import UnreadableFile
from iscckit.files.atomic import atomic_write
from iscckit.files.file_status import TIME_STEP, Identity
from iscckit.library.catalog.schema import NAME
from iscckit.trust.proof.byte_range import GROUP_SIZE, PARENT_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.files.watched_file import OpenFile

__all__ = ["CACHED_FROM", "Outboard", "open_outboard", "outboard_folder"]

CACHED_FROM: Final = 1 << 23  # bytes of a file; hashing a smaller one takes milliseconds
_CACHE_SIZE: Final = 1 << 30  # bytes of all outboards of a library: those of 256 GB of files
_IN_MEMORY: Final = 1 << 22  # bytes of parents; more are kept in a temporary file
_MAGIC: Final = b"ISCCOB1\n"
_HEAD: Final = struct.Struct("<8sQ32s")
_SUFFIX: Final = ".outboard"
_FOLDER: Final = "outboards"


@dataclass(frozen=True, slots=True)
class Outboard:
    """The parents of a file above its groups of 16 chunks.

    Attributes:
        root: BLAKE3 of the file.
        length: Bytes of the file.
        cached: Whether it was made before.
    """

    root: bytes
    length: int
    cached: bool
    _file: IO[bytes]
    _offset: int

    def parent(self, number: int) -> bytes:
        """Return a parent by its number in post-order."""
        self._file.seek(self._offset + number * PARENT_SIZE)
        return self._file.read(PARENT_SIZE)


def outboard_folder(library: str) -> str | None:
    """Return the folder of a library in which outboards are kept; None if there is no library."""
    is_library = os.path.isfile(os.path.join(library, NAME))
    return os.path.join(library, _FOLDER) if is_library else None


@contextmanager
def open_outboard(file: OpenFile, folder: str | None, *, fresh: bool = False) -> Iterator[Outboard]:
    """Read the outboard of a file, or make it.

    Args:
        file: The file.
        folder: Folder in which outboards are kept; None: nowhere. It is made where it is missing.
        fresh: Whether one that is kept is not used.

    Raises:
        UnreadableFile: The file cannot be read, or was changed while it was read.
    """
    keep = folder is not None and file.identity.size >= CACHED_FROM
    path = _path(folder, file.identity) if folder is not None and keep else ""
    with ExitStack() as stack:
        found = None if fresh or not path else _read(path, file.identity.size, stack)
        if found is None:
            found = _make(file, stack)
            # A later write within one step of the clock would leave the file's time as it is.
            if path and time.time_ns() - file.identity.mtime > TIME_STEP:
                _keep(path, found)
        yield found


def _path(folder: str, identity: Identity) -> str:
    told = (identity.device, identity.inode, identity.size, identity.mtime)
    return os.path.join(folder, blake2b(repr(told).encode(), digest_size=16).hexdigest() + _SUFFIX)


def _read(path: str, length: int, stack: ExitStack) -> Outboard | None:
    """Open an outboard that was kept; None where there is none or it is not whole."""
    try:
        file = stack.enter_context(open(path, "rb"))  # noqa: SIM115 (the stack is the caller's)
        head = file.read(_HEAD.size)
        size = os.fstat(file.fileno()).st_size
        parents = (-(-length // GROUP_SIZE) - 1) * PARENT_SIZE
        if size != _HEAD.size + parents or _HEAD.unpack(head)[:2] != (_MAGIC, length):
            return None
        with suppress(OSError):
            os.utime(path)  # the ones that were not used for longest are deleted first
    except (OSError, struct.error):
        return None
    return Outboard(_HEAD.unpack(head)[2], length, True, file, _HEAD.size)


def _make(file: OpenFile, stack: ExitStack) -> Outboard:
    hasher = _kernel.OutboardHasher()
    length = 0
    spool = stack.enter_context(SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
    try:
        for block in file.blocks():
            length += len(block)
            spool.write(hasher.update(block))
        root, parents = hasher.finish()
        spool.write(parents)
    except OSError as error:
        raise UnreadableFile(file.path, f"has no outboard: {error.strerror or error}") from error
    if length != file.identity.size or Identity.of(file.number) != file.identity:
        raise UnreadableFile(file.path, "changed while it was read")
    return Outboard(root, length, False, spool, 0)


def _keep(path: str, outboard: Outboard) -> None:
    """Write an outboard, if there is room; delete the oldest ones."""
    folder = os.path.dirname(path)
    with suppress(OSError, UnreadableFile):
        os.makedirs(folder, exist_ok=True)
        with atomic_write(path, force=True) as file:
            file.write(_HEAD.pack(_MAGIC, outboard.length, outboard.root))
            outboard._file.seek(0)
            copyfileobj(outboard._file, file)
        _prune(folder)


def _prune(folder: str) -> None:
    found = []
    for entry in os.scandir(folder):
        if entry.name.endswith(_SUFFIX):
            status = entry.stat()
            found.append((status.st_mtime_ns, status.st_size, entry.path))
    total = 0
    for _, size, path in sorted(found, reverse=True):
        total += size
        if total > _CACHE_SIZE:
            os.unlink(path)
