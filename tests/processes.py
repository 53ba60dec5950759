"""What the system knows of processes."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

from iscckit.workers.sandbox import OPEN_FILES

__all__ = ["children", "gone", "opens", "workers"]


def _status(process: int) -> tuple[str, int]:
    """Return the state of a process and its parent; ``Z`` is one that has ended."""
    try:
        _, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    except OSError:
        return "Z", 0
    state, parent, *_ = rest.split()
    return state, int(parent)


def children(parent: int | None = None) -> set[int]:
    """Return the processes that ``parent`` (by default this one) started and that still run."""
    parent = parent or os.getpid()
    known = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    found = ((process, *_status(process)) for process in known)
    return {process for process, state, by in found if by == parent and state != "Z"}


def workers(parent: int | None = None) -> set[int]:
    """Return the workers of ``parent`` (by default this process) that are confined.

    They are its children or those of a zygote, which may open as many files as the parent.
    """
    started = children(parent)
    started |= {each for child in started for each in children(child)}
    return {process for process in started if _open_files(process) == OPEN_FILES}


def _open_files(process: int) -> int:
    """Return how many files a process may open; 0 if it has ended."""
    try:
        return resource.prlimit(process, resource.RLIMIT_NOFILE)[0]
    except ProcessLookupError:
        return 0


def gone(process: int) -> bool:
    """Tell whether a process ends within a minute."""
    for _ in range(600):
        if _status(process)[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def opens(process: int, *paths: Path) -> bool:
    """Tell whether a process has one of ``paths`` open, or opens one within a minute."""
    for _ in range(6000):
        try:
            links = [os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()]
        except OSError:
            links = []
        if any(str(path) in links for path in paths):
            return True
        time.sleep(0.01)
    return False
