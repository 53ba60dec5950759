"""One task in one fresh process, confined, killed whole when its time is over or nobody waits.

What comes back from the process is not trusted: a file may have taken it over. So answers are
read by an unpickler that makes nothing but values of this package.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from enum import Enum
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, TypeVar, cast

from iscckit import errors
from iscckit.workers.pool import GRACE, LOOK, be_quiet, death, memory_of
from iscckit.workers.sandbox import Confinement, confine, lead_group

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = ["Broken", "Task", "Why", "preload"]

Item = TypeVar("Item")
Value = TypeVar("Value")
Why = Literal["timeout", "memory", "crash", "cancelled"]

_LONGEST: Final = 1 << 28  # bytes of an answer


class Broken(Exception):
    """A task ended without an answer.

    Attributes:
        why: What ended it: its time, its memory, a fault in a decoder, or the caller.
    """

    def __init__(self, why: Why, reason: str) -> None:
        super().__init__(reason)
        self.why = why


class Task(Generic[Item, Value]):
    """One call of a function in a process of its own."""

    def __init__(
        self,
        function: Callable[[Item], Value | Generator[object, None, Value]],
        item: Item,
        limits: Confinement,
    ) -> None:
        """Define the call; nothing runs yet.

        Args:
            function: Of a module, so that the process can import it. It returns its value, or it
                yields how far it is and then returns the value.
            item: Its argument; it can be pickled.
            limits: What it may use.
        """
        self._function, self._item, self._limits = function, item, limits
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._ended: Why | None = None

    def run(self, report: Callable[[object], None] = lambda _: None) -> Value:
        """Do the work, wait for it and return what comes of it. Once only.

        Args:
            report: Called with everything that the function yields.

        Raises:
            IsccError: What the function raised.
            Broken: It came to no end of its own.
        """
        context = multiprocessing.get_context(_method())
        ours, theirs = context.Pipe(duplex=False)
        # Typed as any: the stubs of the contexts do not name what they have in common.
        process = cast("Any", context).Process(
            target=_serve, args=(theirs, self._function, self._item, self._limits), daemon=True
        )
        with self._lock:
            if self._ended is not None:
                raise Broken(self._ended, "cancelled")
            process.start()
            self._process = process
        theirs.close()
        clock = threading.Timer(self._limits.seconds, self.end, ("timeout",))
        clock.daemon = True
        clock.start()
        try:
            return self._answer(ours, process, report)
        finally:
            clock.cancel()
            ours.close()
            self._bury(process)

    def end(self, why: Why = "cancelled") -> None:
        """Kill the process and all that it started; any thread may call this at any time."""
        with self._lock:
            self._ended = self._ended or why
            if self._process is not None:
                _kill(self._process)

    def _answer(
        self, pipe: Connection, process: BaseProcess, report: Callable[[object], None]
    ) -> Value:
        while True:
            while not wait([pipe], LOOK):
                if memory_of(process) > self._limits.memory:
                    self.end("memory")
            try:
                kind, value = _plain(pipe.recv_bytes(_LONGEST))
            except (EOFError, OSError):
                process.join(GRACE)
                raise self._failure(process.exitcode) from None
            except Exception as error:  # whatever a forged answer does to the unpickler
                raise Broken("crash", f"the worker's answer cannot be read: {error}") from error
            if kind == "value":
                return cast("Value", value)
            if kind == "error" and isinstance(value, errors.IsccError):
                raise value
            if kind in {"memory", "crash"}:
                raise Broken(cast("Why", kind), str(value))
            report(value)

    def _failure(self, code: int | None) -> Broken:
        if self._ended == "timeout":
            return Broken("timeout", f"took longer than {self._limits.seconds:g} s")
        if self._ended == "memory":
            most = self._limits.memory >> 20
            return Broken("memory", f"took more than {most} MiB of memory")
        if self._ended == "cancelled":
            return Broken("cancelled", "cancelled")
        return Broken("crash", death(code))

    def _bury(self, process: BaseProcess) -> None:
        with self._lock:
            self._process = None
            if process.is_alive():
                _kill(process)
        process.join()
        process.close()


def preload(modules: Sequence[str]) -> None:
    """Name modules that processes shall have when they start; it counts for the first task."""
    if _method() == "forkserver":
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(modules))


def _method() -> str:
    methods = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in methods and sys.platform == "linux" else "spawn"


def _kill(process: BaseProcess) -> None:
    if hasattr(os, "killpg") and process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):  # it leads no group yet, or is gone
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


class _Unpickler(pickle._Unpickler):
    """Makes plain values, and those of this package that are nothing more than values.

    It is Python's own in Python, not the compiled one, which sets attributes of whatever it is told
    to: a forged answer could change a class, or a member of an enum, for the whole service.
    """

    def find_class(self, module: str, name: str) -> object:
        if module.startswith("iscckit.") and "." not in name:
            found = super().find_class(module, name)
            if found is errors.restored:
                return found
            if isinstance(found, type) and found.__module__ == module and _is_value(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value")

    def load_build(self) -> None:
        """Give what was made its attributes, but nothing that was there before."""
        target = self.stack[-2]  # type: ignore[attr-defined]  # the stubs leave it out, and the next
        if callable(target) or isinstance(target, Enum):
            raise pickle.UnpicklingError("the attributes of what is no new value are not set")
        super().load_build()  # type: ignore[misc]

    dispatch: ClassVar[dict[int, Any]] = pickle._Unpickler.dispatch | {pickle.BUILD[0]: load_build}


def _is_value(kind: type) -> bool:
    return is_dataclass(kind) or issubclass(kind, (tuple, Enum, errors.IsccError))


def _plain(data: bytes) -> tuple[str, object]:
    kind, value = _Unpickler(io.BytesIO(data)).load()
    return str(kind), value


def _serve(
    pipe: Connection, function: Callable[[Any], Any], item: object, limits: Confinement
) -> None:
    """Run in the process: confine it, do the work, answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    lead_group()
    be_quiet()
    tempfile.tempdir = limits.writable
    if sys.platform == "linux":
        _close_others(pipe.fileno())
    try:
        confine(limits)
        value = function(item)
        if isinstance(value, Generator):
            value = _drive(value, pipe)
        pipe.send(("value", value))
    except errors.IsccError as error:
        pipe.send(("error", error))
    except MemoryError:
        pipe.send(("memory", "takes too much memory"))
    except Exception as error:
        pipe.send(("crash", f"{type(error).__name__}: {error}"))


def _drive(steps: Generator[object, None, object], pipe: Connection) -> object:
    while True:
        try:
            pipe.send(("progress", next(steps)))
        except StopIteration as end:
            return end.value


def _close_others(kept: int) -> None:
    """Close what was inherited: pipes and sockets of the service are none of the task's."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
