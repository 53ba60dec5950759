"""What runs in a worker process: it gives up its rights, then answers one call after the other."""

from __future__ import annotations

import gc
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from iscckit.errors import IsccError
from iscckit.workers.channel import Channel, Kind
from iscckit.workers.confinement import Confinement
from iscckit.workers.typed import reader, task
from iscckit.workers.wire import Input, Refused, pack, unpack

if TYPE_CHECKING:
    import socket

__all__ = [
    "Call",
    "Setup",
    "be_quiet",
    "close_others",
    "end_process",
    "fork_process",
    "main",
    "serve",
]

_MOST = sys.maxsize  # of bytes and values that the parent sends: it is trusted
_PATIENCE = 5.0  # seconds in which a process that closed its socket is gone
_PAUSE = 0.001
_TOO_MUCH = "takes too much memory"
_GRACE = 5.0  # seconds beyond those of a call, in which the parent ends this process


class Setup(NamedTuple):
    """What a worker is told first.

    Attributes:
        modules: That it imports before it is confined.
        confinement: What it may use.
    """

    modules: tuple[str, ...]
    confinement: Confinement


class Call(NamedTuple):
    """What a worker is told with the argument of each call.

    Attributes:
        task: ``module:function``.
        seconds: After which it is no longer waited for; infinite if there is no such time.
        memory: Bytes that it may hold.
    """

    task: str
    seconds: float
    memory: int


def serve(end: socket.socket) -> None:
    """Answer until the other side is gone. Does not return.

    Args:
        end: The socket of this process; everything else that is open is closed.
    """
    code = 1
    try:
        _prepare(end)
        from iscckit.workers.sandbox import confine

        channel = Channel(end, takes_files=True)
        message = channel.receive(_MOST)
        setup: Setup = unpack(message.text, message.given, reader(Setup), most=_MOST)
        for module in setup.modules:
            import_module(module)
        if setup.confinement.writable:
            import tempfile  # slow to import

            tempfile.tempdir = setup.confinement.writable
        confine(setup.confinement)
        channel.send(Kind.READY, pack(None))
        while True:
            _answer(channel)
    except (EOFError, OSError):
        code = 0
    finally:
        os._exit(code)  # at once: nothing here needs to be put in order


def main() -> None:
    """Run as a program; its argument is the descriptor of the socket."""
    import socket

    if sys.platform == "win32":
        serve(socket.fromshare(sys.stdin.buffer.read()))
    serve(socket.socket(fileno=int(sys.argv[1])))


# What confines is imported here, in the worker: whoever starts it does not need that.


def _prepare(end: socket.socket) -> None:
    from iscckit.workers.sandbox import lead_group

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    lead_group()
    be_quiet()
    close_others(end.fileno())


def _answer(channel: Channel) -> None:
    """Take one call and send what becomes of it."""
    from iscckit.workers.sandbox import limit_memory

    message = channel.receive(_MOST)
    try:
        call, argument = unpack(message.text, message.given, _read_call, most=_MOST)
        _end_after(call.seconds)
        limit_memory(call.memory)
        value = task(call.task).function(argument)
        if isinstance(value, Generator):
            value = _drive(value, channel)
        kind, answer = Kind.VALUE, pack(value)
    except IsccError as error:
        kind, answer = Kind.ERROR, pack(error)
        if isinstance(error.__cause__, MemoryError):  # damage is what some decoders call it
            kind, answer = Kind.MEMORY, pack(_TOO_MUCH)
    except MemoryError:
        kind, answer = Kind.MEMORY, pack(_TOO_MUCH)
    except Exception as error:
        kind, answer = Kind.FAULT, pack(f"{type(error).__name__}: {error}")
    channel.send(kind, answer)
    _end_after(math.inf)


def _read_call(value: object, given: Input) -> tuple[Call, object]:
    """Return a call and its argument, which comes in the same message: that is fastest."""
    match value:
        case [head, argument]:
            call: Call = reader(Call)(head, given)
            return call, task(call.task).argument(argument, given)
    raise Refused("this is no call")


def _drive(steps: Generator[object, None, object], channel: Channel) -> object:
    while True:
        try:
            channel.send(Kind.PROGRESS, pack(next(steps)))
        except StopIteration as end:
            return end.value


def _end_after(seconds: float) -> None:
    """Let the system end this process after ``seconds``: its parent, which would, may be dead."""
    if hasattr(signal, "alarm"):  # not on Windows
        most = seconds + _GRACE
        signal.alarm(math.ceil(most) if most < 1 << 30 else 0)


def be_quiet() -> None:
    """Connect standard input, output and error with the null device: libraries print to them."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    # What Python wrote to may have been another descriptor, which is closed by now.
    sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def close_others(kept: int) -> None:
    """Close what was inherited beside the standard streams and one descriptor."""
    if sys.platform != "win32":  # there nothing is inherited
        os.closerange(3, kept)
        os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))


def fork_process(run: Callable[[], None]) -> int:
    """Return the number of a new process that does nothing but ``run``."""
    number = os.fork()
    if number:
        return number
    try:
        gc.freeze()
        run()
    finally:
        with suppress(BaseException):
            os._exit(1)
    return 0


def end_process(process: int, *, kill: bool) -> int | None:
    """End a process that this one forked.

    Args:
        process: The process.
        kill: Whether it is killed; else it has closed its socket and ends by itself.

    Returns:
        Its exit code, negative for a signal; None if somebody else waited for it.
    """
    until = time.monotonic() + _PATIENCE
    try:
        # Nobody else may have waited for it: its number could be that of another process by now.
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        while True:
            if kill or time.monotonic() > until:
                for end in (os.killpg, os.kill):  # the group is there when the process leads it
                    with suppress(ProcessLookupError, PermissionError):
                        end(process, signal.SIGKILL)
            found, status = os.waitpid(process, 0 if kill else os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(_PAUSE)
    except ChildProcessError:
        return None
