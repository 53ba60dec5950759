"""What a worker may use beside what is handed to it, as data."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Confinement"]


class Confinement(NamedTuple):
    """What a worker may use.

    Attributes:
        readable: Files and folders that it reads beside those that are handed to it.
        writable: Folder in which it writes; temporary files go there. Empty if it has none.
        shared: Further folders in which it may write, for libraries that insist on them.
        seconds: Time of work; processor time may be that much for each processor. None: no limit.
        memory: Bytes of data that it may hold. None: no limit here, but one for each task.
        file_bytes: Largest size of one file that it writes.
        is_confined: Whether the layers ``landlock`` and ``seccomp`` are wanted.
        reads_as_root: Whether a worker of root reads ``readable`` whoever owns the files. It keeps
            one right of root for it, and only where both layers hold: they limit where it counts.
    """

    readable: tuple[str, ...] = ()
    writable: str = ""
    shared: tuple[str, ...] = ()
    seconds: float | None = None
    memory: int | None = None
    file_bytes: int = 8 << 30
    is_confined: bool = True
    reads_as_root: bool = False
