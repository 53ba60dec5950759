"""Programs whose system calls strace counts, cuts short, or holds while somebody else acts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

__all__ = ["FAULTS", "Fault", "Run"]

# Calls by which files, folders and their names change; of ``openat`` those that make a file.
CALLS: Final = (
    "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat",
    "rmdir", "openat", "open", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "chmod",
    "fchmod", "fchown", "chown", "utimensat", "fsetxattr", "setxattr", "fremovexattr", "symlink",
)  # fmt: skip
Fault = Literal["signal=KILL", "error=ENOSPC", "error=EIO"]
FAULTS: Final[tuple[Fault, ...]] = ("signal=KILL", "error=ENOSPC", "error=EIO")
_STOPPED: Final = re.compile(r"^(\d+) +--- stopped by SIGSTOP ---$", re.MULTILINE)
_PATIENCE: Final = 120.0  # seconds


@dataclass(frozen=True)
class Run:
    """A Python program with its arguments, whose calls count from the line "ready" on."""

    program: str
    arguments: tuple[str, ...]

    def start(self, log: str, *options: str) -> subprocess.Popen[str]:
        """Start it under strace."""
        Path(log).unlink(missing_ok=True)
        command = ["strace", "-f", "-o", log, *options, sys.executable, "-c", self.program]
        names = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.Popen(
            [*command, *self.arguments],
            env=names,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def trace(self, log: str, *options: str) -> tuple[int, str]:
        """Run it to its end; return its exit status and what it said."""
        process = self.start(log, *options)
        _, said = process.communicate()
        return process.returncode, said

    def calls(self, log: str) -> list[tuple[str, int]]:
        """Run it to its end, and return each call that changes something, with its number."""
        code, said = self.trace(log, "-e", f"trace={','.join(CALLS)}")
        assert code == 0, said
        found: list[tuple[str, int]] = []
        counts = Counter[str]()
        is_ready = False
        lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
        main = lines[0].split()[0]
        for line in lines:
            match = re.match(r"(\d+) +(\w+)\((.*)", line)
            if match is None or match[1] != main:  # a thread or process that only computes
                continue
            counts[match[2]] += 1
            if is_ready and (match[2] not in {"open", "openat"} or "O_CREAT" in match[3]):
                found.append((match[2], counts[match[2]]))
            is_ready = is_ready or '"ready' in match[3]
        assert len(found) > 3
        return found

    def cut_short(self, log: str, call: tuple[str, int], fault: Fault) -> None:
        """Run it with a fault at one of its calls; a kill must have hit."""
        name, number = call
        code, said = self.trace(
            log, "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={number}"
        )
        assert fault != "signal=KILL" or code in {-signal.SIGKILL, 137}, (call, code, said)

    def hold(self, log: str, call: tuple[str, int], act: Callable[[], object]) -> int:
        """Run it, call ``act`` while it is held after one of its calls, and return its status."""
        name, number = call
        process = self.start(
            log, "-e", f"trace={name}", "-e", f"inject={name}:signal=STOP:when={number}"
        )
        limit = time.monotonic() + _PATIENCE
        held = None
        while held is None and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
            text = (
                Path(log).read_text(encoding="utf-8", errors="replace")
                if os.path.exists(log)
                else ""
            )
            held = _STOPPED.search(text)
        assert held is not None, call
        try:
            act()
        finally:
            os.kill(int(held[1]), signal.SIGCONT)
        process.communicate()
        return process.returncode
