"""Work on files in worker processes: what opens a file here, and what its decoder may use there.

The file is opened by this process, checked, and handed to a worker, which reads it through the
open descriptor: it opens nothing but its libraries and what ``readable`` names.
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Self

from iscckit.errors import InvalidInput
from iscckit.media.open_file import StopReading, open_for_worker
from iscckit.records.options import Options
from iscckit.workers.confinement import Confinement
from iscckit.workers.limits import Allowance, Quota, allowance_of
from iscckit.workers.sandbox_mode import Sandbox, is_wanted
from iscckit.workers.supervisor import Broken, Supervisor
from iscckit.workers.typed import task
from iscckit.workers.wire import HandedFile

__all__ = ["CONTAINER_HEAD", "FileWorkers", "folders_to_write", "models_of"]

# What workers have when they start; none of them starts threads, or needs them.
_MODULES: Final = ("iscckit.records.draft_task", "iscckit.records.draft")
_TMP: Final = "/tmp"  # where the library for office documents insists on writing
_CONTAINERS: Final = (b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # ZIP and OLE
CONTAINER_HEAD: Final = 8  # bytes in which these are
_STREAM: Final = 1 << 30  # bytes that a stream of unknown length is taken to have
_LARGEST: Final = 1 << 37  # bytes of a file that a worker writes: the copy of a stream


def _never() -> bool:
    return False


def models_of(options: Options) -> tuple[str, ...]:
    """Return what decoders read beside the file: the models' cards say how large pictures are."""
    return () if options.semantic is None else (options.semantic.models,)


def folders_to_write(head: bytes) -> tuple[str, ...]:
    """Return the folders in which the decoder of a file insists on writing.

    Args:
        head: The first ``CONTAINER_HEAD`` bytes of the file.
    """
    return (_TMP,) if head.startswith(_CONTAINERS) else ()


class FileWorkers:
    """Worker processes for files, as many as threads ask for at a time.

    Where no process can be started, tasks run in this one, unless a sandbox is required.

    Args:
        quota: What one file may use up; what is None in it grows with the file.
        sandbox: Whether their processes give up their rights: where the system can (``auto``), or
            it must (``require``), or not (``off``).
        threads: Whether this process starts threads while it works with them: what starts worker
            processes is then started before. Without threads it would cost a small file more than
            its decoder.

    Raises:
        InvalidInput: The system has no sandbox, and one is required.
    """

    def __init__(
        self, quota: Quota | None = None, sandbox: Sandbox = "auto", *, threads: bool = False
    ) -> None:
        self._quota = quota or Quota()
        self._is_required = sandbox == "require"
        self._confinement = Confinement(file_bytes=_LARGEST, is_confined=is_wanted(sandbox))
        self._supervisor = Supervisor(_MODULES)
        self._is_possible = True
        self._threads = threads

    def __enter__(self) -> Self:
        """Get ready to start processes, while this process may have no threads yet."""
        if self._threads:
            self._supervisor.prepare()
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        self._supervisor.close()

    def read(
        self,
        name: str,
        path: str,
        argument: Callable[[HandedFile], object],
        *,
        stopped: Callable[[], bool] = _never,
        readable: tuple[str, ...] = (),
    ) -> Any:  # noqa: ANN401 (whatever the task returns)
        """Return what a task makes of a file.

        Args:
            name: ``module:function``.
            path: The file.
            argument: Makes the argument of the task from the opened file.
            stopped: Asked now and then; once it says yes, the process is killed.
            readable: Further files and folders that the task reads.

        Raises:
            UnreadableFile: The file cannot be opened.
            Broken: The process died, or took too much.
            StopReading: ``stopped`` said yes.
            IsccError: Whatever the task raises.
        """
        with open_for_worker(path) as file:
            size, shared = _look(file)
            confinement = self._confinement._replace(readable=readable, shared=shared)
            job = _Job(name, argument(file), self._allowance(size), confinement)
            return self._call(job, lambda: argument(HandedFile(path)), stopped)

    def read_stream(
        self,
        name: str,
        descriptor: int,
        label: str,
        argument: Callable[[HandedFile], object],
        *,
        readable: tuple[str, ...] = (),
    ) -> Any:  # noqa: ANN401
        """Return what a task makes of an open stream, such as standard input; as ``read``."""
        file = HandedFile(label, descriptor)
        size, shared = _look(file)
        confinement = self._confinement._replace(readable=readable, shared=shared)
        job = _Job(name, argument(file), self._allowance(size), confinement)
        return self._call(job, lambda: argument(HandedFile(label, os.dup(descriptor))), _never)

    def run(
        self,
        name: str,
        argument: object,
        size: int,
        readable: tuple[str, ...],
        writable: tuple[str, ...] = (),
        *,
        reads_as_root: bool = False,
    ) -> Any:  # noqa: ANN401
        """Return what a task makes of an argument without a file.

        Args:
            name: ``module:function``.
            argument: What it gets.
            size: Bytes of all that it reads.
            readable: What it may open.
            writable: Folders in which it may write, beside that for temporary files.
            reads_as_root: Whether it may open ``readable`` for root whoever owns the files.
        """
        shared = (_TMP, *writable)
        confinement = self._confinement._replace(
            readable=readable, shared=shared, reads_as_root=reads_as_root
        )
        job = _Job(name, argument, self._allowance(size), confinement)
        return self._call(job, lambda: argument, _never)

    def _allowance(self, size: int | None) -> Allowance:
        """Return what may be used up; a stream of unknown size may be waited for."""
        quota = self._quota
        if size is not None:
            return allowance_of(size, quota)
        found = allowance_of(_STREAM, quota)
        return found if quota.seconds is not None else found._replace(seconds=math.inf)

    def _call(self, job: _Job, again: Callable[[], object], stopped: Callable[[], bool]) -> Any:  # noqa: ANN401
        if self._is_possible:
            try:
                return self._supervisor.run(*job, stopped=stopped)
            except Broken as broken:
                if broken.why == "cancelled":
                    raise StopReading from broken
                if broken.why == "fault":
                    raise RuntimeError(broken.reason) from broken
                if broken.why != "start":
                    raise
                if self._is_required:
                    raise InvalidInput(broken.reason) from broken
                self._is_possible = False
        try:
            return task(job.name).function(again())
        except MemoryError as error:
            raise Broken("memory", "takes too much memory", job.allowance) from error


class _Job(NamedTuple):
    name: str
    argument: object
    allowance: Allowance
    confinement: Confinement


def _look(file: HandedFile) -> tuple[int | None, tuple[str, ...]]:
    """Return the size of a file, None of a stream, and where its decoder has to write."""
    if file.descriptor is None:
        return os.stat(file.path).st_size, ()
    status = os.fstat(file.descriptor)
    if not stat.S_ISREG(status.st_mode):
        from tempfile import gettempdir  # slow to import

        return None, (_TMP, gettempdir())  # for the copy that can be read twice
    return status.st_size, folders_to_write(os.pread(file.descriptor, CONTAINER_HEAD, 0))
