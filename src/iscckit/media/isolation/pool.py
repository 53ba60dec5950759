"""Decoders in processes of their own: what crashes there, or takes too much, costs one file.

Such a process starts with the first file that needs it, is kept for the next ones, and is replaced
when it dies. It gets the path of a file, opens it itself, and answers with a plain value. Unlike
``workers`` this needs nothing of the caller's program: no module of it is imported.
"""

from __future__ import annotations

import io
import math
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeVar, cast

from iscckit.errors import ExtractionFailed, IsccError, LimitExceeded, UnreadableFile
from iscckit.media.base import Source
from iscckit.media.isolation.process import Process, stamp

if TYPE_CHECKING:
    from iscckit.workers.pool import Quota

__all__ = ["Isolation", "Run", "run_here"]

Value = TypeVar("Value")

_LOOK: Final = 0.1  # seconds between two looks at what processes do


class Run(Protocol):
    """A way to call a function that decodes."""

    def __call__(
        self, function: Callable[..., Value], source: Source, /, **arguments: object
    ) -> Value:
        """Return ``function(source, **arguments)``."""
        ...


def run_here(function: Callable[..., Value], source: Source, /, **arguments: object) -> Value:
    """Call ``function`` in this process."""
    return function(source, **arguments)


class Isolation:
    """Processes that decode, as many as threads ask at a time.

    Leaving the context ends them. They end as well when this process does.

    Args:
        quota: What one call may use up.
    """

    def __init__(self, quota: Quota | None = None) -> None:
        self._quota = quota
        self._possible = bool(sys.executable) and not hasattr(sys, "frozen")
        self._idle: list[Process] = []
        self._all: list[Process] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="iscckit-watch", daemon=True)

    def __enter__(self) -> Self:
        """Return itself; nothing is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        self._closed.set()
        for process in self._all:
            process.end()

    def run(
        self,
        stopped: Callable[[], bool],
        function: Callable[..., Value],
        source: Source,
        /,
        **arguments: object,
    ) -> Value:
        """Return ``function(source, **arguments)``, called in another process.

        It is called in this one where the source is no regular file or no longer at its path, or
        no process can be started.

        Args:
            stopped: Asked now and then; once it says yes, the process is killed.
            function: Of a module of iscckit.
            source: With its stream at position 0.
            arguments: Plain values, as is what the function returns; an iterator comes as a tuple.

        Raises:
            StopReading: ``stopped`` said yes.
            ExtractionFailed: The process died. Otherwise what ``function`` raises.
            LimitExceeded: It took too long, or too much memory.
        """
        if not isinstance(source.stream, io.BufferedReader):  # but the copy of a named pipe
            return function(source, **arguments)
        process = self._process(stopped)
        if process is None:
            return function(source, **arguments)
        question = (function, source[1:], stamp(source.stream), arguments)
        try:
            answer = process.ask(question, process.quota.seconds, stopped)
        except EOFError:
            raise self._death(process, source) from None
        with self._lock:
            self._idle.append(process)
        if isinstance(answer, UnreadableFile):  # removed or replaced; we have it open
            return function(source, **arguments)
        if isinstance(answer, MemoryError):
            raise LimitExceeded(source.path, "bytes of memory", process.quota.memory)
        if isinstance(answer, Exception):
            raise answer
        return cast("Value", answer)

    def _process(self, stopped: Callable[[], bool]) -> Process | None:
        """Return one that has nothing to do, perhaps a new one; None if there can be none."""
        from iscckit.workers.pool import Quota  # noqa: PLC0415 (slow to import)

        quota = self._quota or Quota()
        try:
            with self._lock:
                while self._idle:
                    if (process := self._idle.pop()).alive:
                        return process
                if not self._possible:
                    return None
                process = Process(quota)
                self._all.append(process)
                if not self._watcher.ident:
                    self._watcher.start()
            process.start(stopped)
        except (OSError, EOFError):  # sys.executable is no Python, or one without iscckit
            self._possible = False
            return None
        return process

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK):
            for process in list(self._all):
                process.look()

    def _death(self, process: Process, source: Source) -> IsccError:
        process.end()
        with self._lock:
            self._all.remove(process)
        if process.late:
            return LimitExceeded(source.path, "seconds", math.ceil(process.quota.seconds))
        return ExtractionFailed(source.path, source.mediatype, process.death())
