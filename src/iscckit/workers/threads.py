"""One function over many items in threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import islice
from threading import Event
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["as_done", "in_order", "jobs_by_default"]

_AHEAD: Final = 4  # items a thread that may wait for their turn

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def jobs_by_default() -> int:
    """Return how many threads make sense: one for each processor this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    function: Callable[[Item, Callable[[], bool]], Outcome],
    items: Iterable[Item],
    jobs: int,
) -> Generator[Outcome]:
    """Yield ``function(item, stopped)`` for each item, in order.

    Args:
        function: Called in ``jobs`` threads. Its second argument says whether anybody still waits
            for its result; a long function asks now and then, and gives up.
        items: Taken a few at a time, so they may be many, or endless.
        jobs: Number of threads; with 1 everything happens in the caller's own.
    """
    if jobs == 1:
        yield from (function(item, lambda: False) for item in items)
        return
    from concurrent.futures import ThreadPoolExecutor  # slow to import

    rest = iter(items)
    stop = Event()
    waiting: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(jobs, "iscckit") as pool:
        try:
            while True:
                for item in islice(rest, jobs * _AHEAD - len(waiting)):
                    waiting.append(pool.submit(function, item, stop.is_set))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            # Reached early by Ctrl-C, or by a caller who has seen enough.
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def as_done(
    function: Callable[[Item, Callable[[], bool]], Outcome],
    items: Iterable[Item],
    jobs: int,
) -> Generator[Outcome]:
    """Yield ``function(item, stopped)`` for each item, the first one that is done first.

    Args:
        function: As for ``in_order``.
        items: Taken as threads get free; best the long ones first.
        jobs: Number of threads.
    """
    from concurrent.futures import ThreadPoolExecutor  # slow to import
    from queue import SimpleQueue

    rest = iter(items)
    stop = Event()
    done: SimpleQueue[Future[Outcome]] = SimpleQueue()
    waiting = 0
    with ThreadPoolExecutor(jobs, "iscckit") as pool:
        try:
            while True:
                for item in islice(rest, jobs + 1 - waiting):  # one more: no thread waits for us
                    pool.submit(function, item, stop.is_set).add_done_callback(done.put)
                    waiting += 1
                if not waiting:
                    return
                result = done.get().result()
                waiting -= 1
                yield result
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
