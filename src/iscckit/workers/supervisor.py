"""The supervisor of worker processes: everything that decodes what strangers made runs below it.

A task is the name of a function and one argument that is data. It runs in a process that was
started for it, or in one that is kept for the next task of this kind. What goes wrong there
(a crash, too much time or memory, an answer that is none) ends that process and costs that task
only. What comes back is read as the values that the function promises and as nothing else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal, Self

from iscckit.errors import IsccError
from iscckit.workers.channel import Channel, Kind, Message
from iscckit.workers.confinement import Confinement
from iscckit.workers.launch import Child, Launcher
from iscckit.workers.limits import Allowance, Folder, explain_end, memory_of, resident_limit
from iscckit.workers.typed import Task, reader, task
from iscckit.workers.wire import Packed, Refused, pack, unpack
from iscckit.workers.worker import Call, Setup

__all__ = ["Broken", "Supervisor", "Why"]

Why = Literal["timeout", "memory", "crash", "fault", "cancelled", "start"]

_LOOK: Final = 0.05  # seconds between two looks at what a process does
_START_SECONDS: Final = 60.0  # that a process has to be ready
_FORGED: Final = "the worker's answer cannot be read"
_NO_START: Final = "worker processes cannot be started"


class Broken(Exception):
    """A task ended without a value and without an error that its function raises on purpose.

    Attributes:
        why: What ended it: its time, its memory, a crash of its process (or an answer that cannot
            be read), an exception that is a fault of the program, or the caller; ``start``: no
            process could be started.
        reason: In words.
        allowance: What the task might use up.
    """

    def __init__(self, why: Why, reason: str, allowance: Allowance) -> None:
        super().__init__(reason)
        self.why = why
        self.reason = reason
        self.allowance = allowance


class _Worker:
    """A worker process, and the channel to it."""

    def __init__(self, launcher: Launcher, setup: Setup) -> None:
        self._launcher = launcher
        self.setup = setup
        self._child: Child = launcher.start()
        self._channel = Channel(self._child.end)
        self._is_ready = self._is_ended = False

    @property
    def number(self) -> int:
        """Number of the process."""
        return self._child.number

    @property
    def is_silent(self) -> bool:
        """Whether it waits for a call."""
        return self._channel.is_silent

    def prepare(self, stopped: Callable[[], bool]) -> None:
        """Wait until it is ready, once."""
        if self._is_ready:
            return
        allowance = Allowance(_START_SECONDS, 1 << 62)
        watch = _Watch(self._child.number, allowance, stopped)
        try:
            self._channel.send(Kind.SETUP, pack(self.setup))
            message = self._channel.receive(allowance.answer, watch.look)
        except (EOFError, OSError, Refused) as error:
            raise Broken("start", _NO_START, allowance) from error
        if message.kind != Kind.READY:
            raise Broken("start", _NO_START, allowance)
        self._is_ready = True

    def call(
        self,
        called: Task,
        packed: Packed,
        watch: _Watch,
        report: Callable[[Any], object],
    ) -> Any:  # noqa: ANN401 (whatever the task returns)
        try:
            self._channel.send(Kind.CALL, packed)
            while True:
                watch.look()
                message = self._channel.receive(watch.allowance.answer, watch.look)
                most = watch.allowance.items
                if message.kind != Kind.PROGRESS:
                    return _value(called, message, watch.allowance)
                report(unpack(message.text, message.given, called.progress, most=most))
        except Refused as error:
            raise Broken("crash", f"{_FORGED}: {error}", watch.allowance) from error
        except (EOFError, OSError) as error:
            raise Broken("crash", explain_end(self.end(kill=False)), watch.allowance) from error

    def end(self, *, kill: bool = True) -> int | None:
        """End the process; return its exit code where this is the first time."""
        if self._is_ended:
            return None
        self._is_ended = True
        return self._launcher.end(self._child, kill=kill)


def _value(called: Task, message: Message, allowance: Allowance) -> Any:  # noqa: ANN401
    """Return the value of an answer, or raise what it says."""
    most = allowance.items
    if message.kind == Kind.VALUE:
        return unpack(message.text, message.given, called.value, most=most)
    if message.kind == Kind.ERROR:
        error: IsccError = unpack(message.text, message.given, reader(IsccError), most=most)
        raise error
    if message.kind in {Kind.MEMORY, Kind.FAULT}:
        why: Why = "memory" if message.kind == Kind.MEMORY else "fault"
        reason = unpack(message.text, message.given, reader(str), most=most)
        raise Broken(why, reason, allowance)
    raise Refused("this is no answer")


class _Watch:
    """What is looked at while a process works."""

    def __init__(
        self,
        process: int,
        allowance: Allowance,
        stopped: Callable[[], bool],
        folder: Folder | None = None,
    ) -> None:
        self._process = process
        self.allowance = allowance
        self._stopped = stopped
        self._folder = folder
        self._most = resident_limit(allowance.memory)
        now = time.monotonic()
        self._deadline = now + allowance.seconds
        self._next = min(now + _LOOK, self._deadline)

    def look(self) -> None:
        """Give up if nobody waits, or time, memory or disk is over; ten times a second is enough.

        Raises:
            Broken: It is so.
        """
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _LOOK
        if self._stopped():
            raise Broken("cancelled", "cancelled", self.allowance)
        if now > self._deadline:
            reason = f"took longer than {self.allowance.seconds:g} s"
            raise Broken("timeout", reason, self.allowance)
        if memory_of(self._process) > self._most:
            most = self.allowance.memory >> 20
            raise Broken("memory", f"took more than {most} MiB of memory", self.allowance)
        if self._folder and (fault := self._folder.fault()):
            raise Broken("memory", fault, self.allowance)


class Supervisor:
    """Runs tasks in worker processes, as many at a time as threads ask.

    Leaving the context ends all processes. They end as well when this process does, however it
    does. Nothing is started before the first task.

    Args:
        modules: That workers import before they are confined; none of them may start a thread.
        keeps: Whether a process is kept for the next task of the same confinement.
        forks: Whether a process may begin as a copy of this one, and so know what it knows. That
            is faster, and never done where this one has threads.
    """

    def __init__(
        self, modules: tuple[str, ...] = (), *, keeps: bool = True, forks: bool = True
    ) -> None:
        self._modules = modules
        self._keeps = keeps
        self._launcher = Launcher(modules, forks=forks)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Get ready to start processes, best while this one has no threads: that is fastest.

        What goes wrong here will do so again with the first task.
        """
        with suppress(OSError):
            self._launcher.prepare()

    def close(self) -> None:
        """End all processes that have nothing to do, and the one that starts them."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()
        self._launcher.close()

    def run(
        self,
        name: str,
        argument: object,
        allowance: Allowance,
        confinement: Confinement,
        *,
        stopped: Callable[[], bool] = lambda: False,
        report: Callable[[Any], object] = lambda _: None,
    ) -> Any:  # noqa: ANN401 (whatever the task returns)
        """Return what a task makes of its argument.

        Args:
            name: ``module:function``. The function has one annotated argument and returns its
                value, or yields how far it is and then returns it.
            argument: Value of the type that the function takes. The caller closes files in it
                (``HandedFile``).
            allowance: What the task may use up.
            confinement: What its process may do.
            stopped: Asked ten times a second; once it says yes, the process is killed.
            report: Called with everything that the function yields.

        Raises:
            IsccError: What the function raised.
            Broken: It came to no end.
        """
        called = task(name)  # first: a process that is forked has it from here
        packed = pack((Call(name, allowance.seconds, allowance.memory), argument))
        worker = self._worker(confinement, allowance)
        is_over = False
        try:
            worker.prepare(stopped)
            folder = Folder(confinement.writable, confinement.file_bytes)
            watch = _Watch(worker.number, allowance, stopped, folder)
            value = worker.call(called, packed, watch, report)
            is_over = True
        except IsccError:
            is_over = True
            raise
        finally:  # also after Ctrl-C: nobody will take the answer
            if is_over and self._keeps:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.end()
        return value

    def _take_idle(self, setup: Setup) -> _Worker | None:
        with self._lock:
            for i, worker in enumerate(self._idle):
                if worker.setup == setup:
                    return self._idle.pop(i)
        return None

    def _worker(self, confinement: Confinement, allowance: Allowance) -> _Worker:
        """Return an idle worker with this setup; start one if there is none."""
        setup = Setup(self._modules, confinement)
        while worker := self._take_idle(setup):
            if worker.is_silent:
                return worker
            worker.end()  # it died while it had nothing to do, or it speaks without being asked
        try:
            return _Worker(self._launcher, setup)
        except OSError as error:
            raise Broken("start", f"{_NO_START}: {error}", allowance) from error
