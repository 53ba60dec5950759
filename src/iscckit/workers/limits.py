"""What one task may use up: numbers that somebody chose, or that grow with the file."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

__all__ = [
    "FILES",
    "Allowance",
    "Folder",
    "Quota",
    "allowance_of",
    "data_limit",
    "explain_end",
    "memory_of",
    "resident_limit",
]

# No file that can be read may fail by a limit that nobody chose: a film of ten hours of slides has
# 30 MB and takes more than half an hour, an office file of 1 GiB is held several times.
_SECONDS: Final = 3600.0
_THREAD_BYTES: Final = 64 << 20
_CODE_BYTES: Final = 256 << 20
_BYTES_A_SECOND: Final = 1 << 14
_MEMORY: Final = 4 << 30
_MEMORY_A_BYTE: Final = 4
_ANSWER: Final = 256 << 20
_BYTES_AN_ANSWER: Final = 1 << 7  # a chunk of 64 KiB has less than 512 bytes in a record
FILES: Final = 1000  # that one task makes; office files with pictures make some dozens
_LOOKED_AT: Final = 1 << 14
_BLOCK: Final = 512  # bytes, in which the system counts what a file takes of the disk
_ITEMS: Final = 4_000_000
_BYTES_AN_ITEM: Final = 1 << 13


@dataclass(frozen=True, slots=True)
class Quota:
    """What one file may use up.

    Attributes:
        seconds: Wall-clock time; None grows with the file.
        memory: Bytes that a process may hold, on Linux; None grows with the file.
    """

    seconds: float | None = None
    memory: int | None = None


class Allowance(NamedTuple):
    """What one task may use up.

    Attributes:
        seconds: Wall-clock time.
        memory: Bytes that its process may hold.
        answer: Bytes of its value.
        items: Numbers, texts and the like in its value.
    """

    seconds: float
    memory: int
    answer: int = _ANSWER
    items: int = _ITEMS


def allowance_of(size: int, quota: Quota | None = None) -> Allowance:
    """Return what the task for a file may use up.

    It is an hour and a second for each 16 KiB of the file, and 4 GiB of memory and four times the
    file, where ``quota`` has no numbers.

    Args:
        size: Size of the file, in bytes.
        quota: Numbers that were chosen.
    """
    quota = quota or Quota()
    return Allowance(
        quota.seconds if quota.seconds is not None else _SECONDS + size / _BYTES_A_SECOND,
        quota.memory if quota.memory is not None else _MEMORY + size * _MEMORY_A_BYTE,
        _ANSWER + size // _BYTES_AN_ANSWER,
        _ITEMS + size // _BYTES_AN_ITEM,
    )


def data_limit(memory: int) -> int:
    """Return how much a process may reserve that may hold ``memory`` bytes.

    Libraries reserve some for each thread, whether they use it or not.
    """
    return memory + _THREAD_BYTES * _processors()


@cache
def _processors() -> int:
    return os.cpu_count() or 1


def resident_limit(memory: int) -> int:
    """Return the resident memory at which a process is killed from outside.

    The limit that the process has itself comes first, where the system has it: what exceeds that
    can often be told by the decoder. Code of libraries counts here, and there it does not.
    """
    return data_limit(memory) + _CODE_BYTES


class Folder:
    """The folder of a worker, whose files are counted from outside.

    The system has limits for each file only; and what a worker may write to lies in memory in part.

    Args:
        path: The folder; empty if the worker has none. What lies there now does not count.
        most: Bytes that all files in it may take together.
    """

    def __init__(self, path: str, most: int) -> None:
        self._path = path
        self._most = most
        self._count, self._size = self._measure() if path else (0, 0)

    def fault(self) -> str:
        """Say what is too much in it; empty if nothing is."""
        if not self._path:
            return ""
        count, size = self._measure()
        if count - self._count > FILES:
            return f"made more than {FILES} files"
        if size - self._size > self._most:
            return f"made more than {self._most >> 20} MiB of files"
        return ""

    def _measure(self) -> tuple[int, int]:
        """Return number and bytes of files and folders; a part where they are very many."""
        count = size = 0
        todo = [self._path]
        while todo:
            try:
                with os.scandir(todo.pop()) as entries:
                    for entry in entries:
                        count += 1
                        status = entry.stat(follow_symlinks=False)
                        size += getattr(status, "st_blocks", 0) * _BLOCK or status.st_size
                        if entry.is_dir(follow_symlinks=False):
                            todo.append(entry.path)
                        if count > _LOOKED_AT:
                            return count, size
            except OSError:  # it is gone meanwhile
                continue
        return count, size


def explain_end(code: int | None) -> str:
    """Say why a process is gone that gave no answer."""
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:  # most signals of real time have no name
            name = f"signal {-code}"
        return f"the decoder crashed ({name})"
    return "the decoder crashed"


def memory_of(process: int) -> int:
    """Return the bytes of memory that a process really has; 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
