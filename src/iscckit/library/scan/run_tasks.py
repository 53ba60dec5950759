"""What becomes of many files in worker processes: a value, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from iscckit.errors import IsccError
from iscckit.media.open_file import StopReading
from iscckit.records.file_workers import FileWorkers
from iscckit.workers.supervisor import Broken
from iscckit.workers.threads import as_done
from iscckit.workers.wire import HandedFile

__all__ = ["Outcome", "run_tasks"]

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value]):
    """What became of a file.

    Attributes:
        path: The file.
        value: What its task returned; None if nothing came of it.
        reason: Why that is so; empty if there is a value.
    """

    path: str
    value: Value | None
    reason: str = ""


def run_tasks(
    workers: FileWorkers,
    name: str,
    paths: Iterable[str],
    argument: Callable[[HandedFile], object],
    *,
    jobs: int,
    stopped: Callable[[], bool],
    readable: tuple[str, ...] = (),
) -> Generator[Outcome[Value]]:
    """Yield what a task makes of each file, the first one that is done first.

    Args:
        workers: Run it.
        name: ``module:function``.
        paths: Taken as workers get free; best the long ones first.
        argument: Makes the argument of the task from an opened file.
        jobs: Files at a time.
        stopped: Asked now and then; once it says so, what is at work is killed, and that is all.
        readable: Further files and folders that the task reads.
    """

    def run(path: str, left: Callable[[], bool]) -> Outcome[Value]:
        def is_over() -> bool:
            return left() or stopped()

        try:
            if is_over():
                return Outcome(path, None)
            return Outcome(
                path, workers.read(name, path, argument, stopped=is_over, readable=readable)
            )
        except StopReading:
            return Outcome(path, None)
        except Broken as broken:
            return Outcome(path, None, broken.reason)
        except RuntimeError as error:  # a fault of ours in the worker
            return Outcome(path, None, str(error))
        except (IsccError, OSError) as error:
            return Outcome(path, None, f"{type(error).__name__}: {error}")

    with closing(as_done(run, paths, jobs)) as found:
        for outcome in found:
            if stopped():
                return
            yield outcome
