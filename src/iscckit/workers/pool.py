"""Worker processes with limits: a file that takes too long or too much costs only itself.

A worker that crashes, exceeds its memory or its time is replaced; its item has an error.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from iscckit.errors import IsccError

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = [
    "GRACE",
    "LOOK",
    "Outcome",
    "Quota",
    "be_quiet",
    "death",
    "in_processes",
    "memory_of",
]

Item = TypeVar("Item")
Value = TypeVar("Value")

LOOK: Final = 0.5  # seconds between two looks at the memory of workers
_AHEAD: Final = 1  # items that a worker has beyond the one it works on: it never waits for us
_NO_START: Final = (
    "worker processes cannot start; a program that scans must not do so while it is imported: "
    "put it below  if __name__ == '__main__':"
)
GRACE: Final = 5.0  # seconds a worker has to end by itself


@dataclass(frozen=True, slots=True)
class Quota:
    """What one item may use up.

    Attributes:
        seconds: Of wall-clock time.
        memory: Bytes that a process may hold, on Linux.
    """

    seconds: float = 600.0
    memory: int = 4 << 30


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Value]):
    """What became of an item: a value, or a reason why there is none."""

    item: Item
    value: Value | None
    reason: str = ""


class _Worker:
    def __init__(self, function: Callable[[Any], Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, function), daemon=True
        )
        self.process.start()
        theirs.close()
        self.items: deque[Any] = deque()  # the one it works on, and what it does next
        self.ready = False
        self.deadline = math.inf  # which begins when it is ready: to start takes its own time

    @property
    def busy(self) -> bool:
        return bool(self.items)

    def give(self, item: object, seconds: float) -> None:
        if self.ready and not self.items:
            self.deadline = time.monotonic() + seconds
        self.items.append(item)
        with suppress(BrokenPipeError):  # it has crashed, as the answer will show
            self.pipe.send(item)

    def outcomes(self, seconds: float) -> list[Outcome[Any, Any]]:
        """Take in what the process says: that it is ready, or what became of an item.

        Raises:
            EOFError, OSError: It is dead.
        """
        answer = self.pipe.recv()
        self.deadline = time.monotonic() + seconds  # of the next item
        if not self.ready:
            self.ready = True
            return []
        value, reason = answer
        return [Outcome(self.items.popleft(), value, reason)]

    def end(self, *, kill: bool = False) -> None:
        if kill:
            self.process.kill()
        self.pipe.close()
        self.process.join(GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def in_processes(
    function: Callable[[Item], Value],
    items: Iterable[Item],
    jobs: int,
    quota: Quota | None = None,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome[Item, Value]]:
    """Yield what ``function`` makes of each item, in the order in which they are done.

    Args:
        function: Of a module, so that other processes can import it; so are items and values
            such that they can be pickled. What it raises is a reason, not an error.
        items: Taken as workers get free, each of which has one more in hand; best the long ones
            first, as what a worker has in hand waits for it.
        jobs: How many workers; started when there is something to do.
        quota: Limits of each item.
        stopped: Asked twice a second; once it says so, what is at work is killed, and that is all.

    Raises:
        IsccError: Processes cannot be started.
    """
    quota = quota or Quota()
    rest = iter(items)
    workers: list[_Worker] = []
    try:
        _give(rest, workers, function, jobs, quota)
        while any(worker.busy for worker in workers) and not stopped():
            found = _next(workers, function, quota, stopped)
            if not stopped():
                # Before the caller has a look at them: whatever it does, the workers do not wait.
                _give(rest, workers, function, jobs, quota)
            yield from found
    finally:
        for worker in workers:
            worker.end(kill=worker.busy)


def _give(
    rest: Iterator[Any],
    workers: list[_Worker],
    function: Callable[[Any], Any],
    jobs: int,
    quota: Quota,
) -> None:
    """Give each worker what it has not yet, and start those that are missing, while there is any.

    None gets a second item before all have a first one.
    """
    for ahead in range(1 + _AHEAD):
        lacking = [worker for worker in workers if len(worker.items) == ahead]
        missing = 0 if ahead else jobs - len(workers)
        for item in islice(rest, len(lacking) + missing):
            if not lacking:
                workers.append(_Worker(function))
                lacking.append(workers[-1])
            lacking.pop().give(item, quota.seconds)


def _next(
    workers: list[_Worker],
    function: Callable[[Any], Any],
    quota: Quota,
    stopped: Callable[[], bool],
) -> list[Outcome[Any, Any]]:
    """Wait until at least one item is done; return what became of those that are."""
    found: list[Outcome[Any, Any]] = []
    while not found and not stopped():
        busy = {worker.pipe: i for i, worker in enumerate(workers) if worker.busy}
        first = min(workers[i].deadline for i in busy.values())
        ready = wait(list(busy), min(LOOK, max(0.0, first - time.monotonic())))
        for pipe in ready:
            i = busy[pipe]  # type: ignore[index]  # only connections were waited for
            worker = workers[i]
            try:
                found += worker.outcomes(quota.seconds)
            except (EOFError, OSError):
                workers[i] = _replaced(worker, function, quota)
                found.append(Outcome(worker.items[0], None, death(worker.process.exitcode)))
        now = time.monotonic()
        for i, worker in enumerate(workers):
            if not (worker.ready and worker.busy):
                continue
            if now > worker.deadline:
                reason = f"took longer than {quota.seconds:g} s"
            elif memory_of(worker.process) > quota.memory:
                reason = f"took more than {quota.memory >> 20} MiB of memory"
            else:
                continue
            found.append(Outcome(worker.items[0], None, reason))
            workers[i] = _replaced(worker, function, quota)
    return found


def _replaced(worker: _Worker, function: Callable[[Any], Any], quota: Quota) -> _Worker:
    """End a worker, and return another that goes on with what that one had not begun."""
    worker.end(kill=True)
    if not worker.ready:  # nothing of what it was given has begun
        raise IsccError(_NO_START)
    other = _Worker(function)
    for item in islice(worker.items, 1, None):
        other.give(item, quota.seconds)
    return other


def death(code: int | None) -> str:
    """Say why a process is gone that gave no answer."""
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:  # most signals of real time have no name
            name = f"signal {-code}"
        return f"the decoder crashed ({name})"
    return "the decoder crashed"


def _serve(pipe: Connection, function: Callable[[Any], Any]) -> None:
    """Run in the worker: answer items until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    be_quiet()
    pipe.send(None)  # ready
    while True:
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = function(item), ""
        except MemoryError:
            answer = None, "takes too much memory"
        except Exception as error:
            answer = None, f"{type(error).__name__}: {error}"
        pipe.send(answer)


def be_quiet() -> None:
    """Keep what libraries print out of the parent's terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def memory_of(process: BaseProcess) -> int:
    """Return the bytes of memory that a process really has; 0 where the system does not say."""
    try:
        with open(f"/proc/{process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
