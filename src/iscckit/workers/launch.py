"""Starting worker processes, and learning how they ended.

On Linux they are forked: from this process while it has no threads, and else from a zygote. That is
forked in time from this process (``prepare``), or is a separate program; so is each worker on
other systems.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from iscckit.workers.channel import make_pair
from iscckit.workers.worker import end_process, fork_process, serve
from iscckit.workers.zygote import ANSWER, REQUEST, run_zygote

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["Child", "Launcher"]

_GRACE: Final = 5.0  # seconds a process has to end by itself
# The first thing it does is to look for modules where we do, and not in the current folder.
_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[3:]; from iscckit.workers.{} import main; main()"
)


class Child(NamedTuple):
    """A worker process that was started.

    Attributes:
        number: Number of the process.
        end: Our socket to it.
        program: The process itself where it is a separate program.
        is_ours: Whether this process forked it.
    """

    number: int
    end: socket.socket
    program: Popen[bytes] | None = None
    is_ours: bool = False


class Launcher:
    """Starts and ends worker processes; any thread may ask.

    Args:
        modules: That workers have when they start; none of them may start a thread.
        forks: Whether a worker may begin as a copy of this process, and so know what it knows.
    """

    def __init__(self, modules: tuple[str, ...] = (), *, forks: bool = True) -> None:
        self._modules = modules
        self._forks = forks
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._zygote: int | Popen[bytes] | None = None

    def prepare(self) -> None:
        """Start the zygote, where that is fast: if this process has no threads.

        Whoever asks for processes from threads calls this before they start.

        Raises:
            OSError: It cannot be started.
        """
        with self._lock:
            if sys.platform == "linux" and self._control is None and self._forks and _is_single():
                self._hatch()

    def start(self) -> Child:
        """Start a process.

        Raises:
            OSError: None can be started.
        """
        ours, theirs = make_pair()
        with theirs:
            try:
                if sys.platform == "linux":
                    if self._control is None and self._forks and _is_single():
                        return Child(fork_process(partial(serve, theirs)), ours, is_ours=True)
                    return Child(self._ask(b"s", 0, theirs.fileno()), ours)
                program = _program("worker", theirs, ())
                return Child(program.pid, ours, program)
            except BaseException:
                ours.close()
                raise

    def end(self, child: Child, *, kill: bool = True) -> int | None:
        """End a process and return its exit code, negative for a signal; None if nobody knows it.

        Args:
            child: The process.
            kill: Whether it is killed; else it has closed its socket and ends by itself.
        """
        child.end.close()
        if child.is_ours:
            return end_process(child.number, kill=kill)
        if child.program is None:
            try:
                return self._ask(b"k" if kill else b"e", child.number)
            except OSError:  # the zygote is gone, and with it all that it started
                return None
        return _wait_for_end(child.program, kill=kill)

    def close(self) -> None:
        """End the zygote, and with it what it started."""
        with self._lock:
            self._drop()

    def _ask(self, letter: bytes, number: int, descriptor: int | None = None) -> int:
        with self._lock:
            if self._control is None:
                if descriptor is None:
                    raise OSError("the process was not started by this one")
                self._hatch()
            control = self._control
            assert control is not None
            try:
                request = [REQUEST.pack(letter, number)]
                socket.send_fds(control, request, [] if descriptor is None else [descriptor])
                answer = control.recv(ANSWER.size)
                if len(answer) < ANSWER.size:
                    raise OSError("worker processes cannot be started")
            except BaseException:  # also Ctrl-C: the next answer would be taken for another one
                self._drop()
                raise
            found: int = ANSWER.unpack(answer)[0]
            return found

    def _hatch(self) -> None:
        """Start the zygote."""
        ours, theirs = make_pair()
        with theirs:
            try:
                if self._forks and _is_single():
                    self._zygote = fork_process(partial(run_zygote, theirs, self._modules))
                else:
                    self._zygote = _program("zygote", theirs, self._modules)
            except BaseException:
                ours.close()
                raise
        self._control = ours

    def _drop(self) -> None:
        if self._control is None:
            return
        self._control.close()
        self._control = None
        if isinstance(self._zygote, int):
            with suppress(ChildProcessError):
                os.waitpid(self._zygote, 0)
        elif self._zygote is not None:
            _wait_for_end(self._zygote, kill=False)
        self._zygote = None


def _is_single() -> bool:
    """Tell whether this process has one thread, those of libraries included."""
    return len(os.listdir("/proc/self/task")) == 1


def _program(module: str, theirs: socket.socket, modules: tuple[str, ...]) -> Popen[bytes]:
    """Start a Python that runs the function ``main`` of one of our modules.

    Raises:
        OSError: It cannot be started.
    """
    import subprocess  # slow to import

    if not sys.executable or hasattr(sys, "frozen"):
        raise OSError("this program is no Python that could be started again")
    flags = ["-I"] if sys.flags.isolated else []
    has_numbers = sys.platform != "win32"
    program = subprocess.Popen(
        [
            sys.executable,
            *flags,
            "-c",
            _PROGRAM.format(module),
            str(theirs.fileno()) if has_numbers else "",
            ",".join(modules),
            *map(str, sys.path),
        ],
        stdin=subprocess.DEVNULL if has_numbers else subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()] if has_numbers else [],
    )
    if sys.platform == "win32" and program.stdin is not None:
        with program.stdin:
            program.stdin.write(theirs.share(program.pid))
    return program


def _wait_for_end(program: Popen[bytes], *, kill: bool) -> int:
    from subprocess import TimeoutExpired

    if kill:
        _kill(program)
    try:
        return program.wait(_GRACE)
    except TimeoutExpired:
        _kill(program)
        return program.wait()


def _kill(program: Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # it leads no group yet, or is gone
            os.killpg(program.pid, signal.SIGKILL)
    program.kill()
