"""Worker processes with limits: a file that takes too long or too much costs only itself.

A worker that crashes, exceeds its memory or its time is replaced; its item has an error.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

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
GRACE: Final = 5.0  # seconds a worker has to end by itself


@dataclass(frozen=True, slots=True)
class Quota:
    """What one item may use up.

    Attributes:
        seconds: Of wall-clock time.
        memory: Bytes that a worker may hold; looked at twice a second, on Linux.
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
        self.item: Any = None
        self.busy = False
        self.deadline = 0.0

    def give(self, item: object, seconds: float) -> None:
        self.item, self.busy = item, True
        self.deadline = time.monotonic() + seconds
        self.pipe.send(item)

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
        items: Taken as workers get free.
        jobs: How many workers; started when there is something to do.
        quota: Limits of each item.
        stopped: Asked twice a second; once it says so, what is at work is killed, and that is all.
    """
    quota = quota or Quota()
    rest = iter(items)
    workers: list[_Worker] = []
    try:
        for item in rest:
            if len(workers) < jobs:
                workers.append(_Worker(function))
                workers[-1].give(item, quota.seconds)
                continue
            while all(worker.busy for worker in workers) and not stopped():
                yield from _next(workers, function, quota, stopped)
            if stopped():
                return
            next(worker for worker in workers if not worker.busy).give(item, quota.seconds)
        while any(worker.busy for worker in workers) and not stopped():
            yield from _next(workers, function, quota, stopped)
    finally:
        for worker in workers:
            worker.end(kill=worker.busy)


def _next(
    workers: list[_Worker],
    function: Callable[[Any], Any],
    quota: Quota,
    stopped: Callable[[], bool],
) -> list[Outcome[Any, Any]]:
    """Wait until at least one worker is free; return what those that finished have done."""
    found: list[Outcome[Any, Any]] = []
    while not found and not stopped():
        busy = {worker.pipe: i for i, worker in enumerate(workers) if worker.busy}
        first = min(workers[i].deadline for i in busy.values())
        ready = wait(list(busy), min(LOOK, max(0.0, first - time.monotonic())))
        for pipe in ready:
            i = busy[pipe]  # type: ignore[index]  # only connections were waited for
            item = workers[i].item
            try:
                value, reason = workers[i].pipe.recv()
                workers[i].busy = False
            except (EOFError, OSError):
                workers[i].end(kill=True)
                value, reason = None, death(workers[i].process.exitcode)
                workers[i] = _Worker(function)
            found.append(Outcome(item, value, reason))
        now = time.monotonic()
        for i, worker in enumerate(workers):
            if not worker.busy:
                continue
            if now > worker.deadline:
                reason = f"took longer than {quota.seconds:g} s"
            elif memory_of(worker.process) > quota.memory:
                reason = f"took more than {quota.memory >> 20} MiB of memory"
            else:
                continue
            worker.end(kill=True)
            found.append(Outcome(worker.item, None, reason))
            workers[i] = _Worker(function)
    return found


def death(code: int | None) -> str:
    """Say why a process is gone that gave no answer."""
    if code is not None and code < 0:
        return f"the decoder crashed ({signal.Signals(-code).name})"
    return "the decoder crashed"


def _serve(pipe: Connection, function: Callable[[Any], Any]) -> None:
    """Run in the worker: answer items until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    be_quiet()
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
