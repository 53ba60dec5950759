"""Compute what comes next while the last results are still in use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from queue import Full, Queue
from threading import Event, Thread
from typing import Final, Generic, TypeVar

__all__ = ["ahead"]

T = TypeVar("T")

_BATCHES: Final = 4  # that may wait
_PATIENCE: Final = 0.1  # seconds until a full queue is asked again whether it is still wanted


class _Producer(Thread, Generic[T]):
    """Fills a queue with batches of items; ``None`` ends it."""

    def __init__(self, items: Iterator[T], batch: int) -> None:
        super().__init__(daemon=True, name="iscckit-ahead")
        self.queue: Queue[list[T] | None] = Queue(_BATCHES)
        self.stopped = Event()
        self.error: BaseException | None = None
        self._items = items
        self._batch = batch

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                batch = list(islice(self._items, self._batch))
                self._put(batch or None)
                if not batch:
                    return
        except BaseException as error:  # the consumer raises it again
            self.error = error
            self._put(None)

    def _put(self, batch: list[T] | None) -> None:
        while not self.stopped.is_set():
            try:
                self.queue.put(batch, timeout=_PATIENCE)
            except Full:
                continue
            return


def ahead(items: Iterator[T], batch: int) -> Iterator[list[T]]:
    """Yield ``items`` in batches that another thread computes a little ahead.

    Worth it only where the work on both sides is done outside Python's global lock. The iterator
    is used by no two threads at a time, and by none once this generator is closed.

    Args:
        items: What to compute.
        batch: Items handed over at once; the last batch may have fewer.
    """
    producer = _Producer(items, batch)
    producer.start()
    try:
        while (done := producer.queue.get()) is not None:
            yield done
    finally:
        producer.stopped.set()
        producer.join()
    if producer.error is not None:
        raise producer.error
