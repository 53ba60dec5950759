"""Work on files: one confined process for each, a bounded number at a time, a bounded queue."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

from iscckit.confined import Broken, Task, Why, preload
from iscckit.errors import IsccError
from iscckit.server.job import Job
from iscckit.server.limits import limits_of
from iscckit.server.problems import Problem, problem_of
from iscckit.server.tasks import PRELOADED, Stage

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from iscckit.record import JsonValue
    from iscckit.server.job import Status
    from iscckit.server.settings import Settings
    from iscckit.server.spool import Spool

__all__ = ["Jobs", "LongWork"]

Item = TypeVar("Item")
Value = TypeVar("Value")
LongWork = Callable[[Callable[[object], None], Callable[[], bool]], object]

_LOG: Final = logging.getLogger(__name__)
_REMEMBERED: Final = 10_000  # jobs that are over, of which only that is known
_LONG: Final = 4  # pieces of work on many files at a time
_SLUGS: Final[dict[Why, str]] = {
    "timeout": "timeout",
    "memory": "limit-exceeded",
    "crash": "decode-failed",
    "cancelled": "gone",
}


class Jobs:
    """The queue."""

    def __init__(self, settings: Settings, spool: Spool) -> None:
        self._settings = settings
        self._spool = spool
        self._room = asyncio.Semaphore(settings.allowance.workers)
        self._threads = CapacityLimiter(settings.allowance.workers)
        self._long = CapacityLimiter(_LONG)
        self._jobs: dict[str, Job] = {}
        self._past: OrderedDict[str, None] = OrderedDict()
        self.crashed = 0
        preload(PRELOADED)

    @property
    def queued(self) -> int:
        """Number of jobs that wait."""
        return sum(job.status == "queued" for job in self._jobs.values())

    @property
    def running(self) -> int:
        """Number of jobs that are at work."""
        return sum(job.status == "running" for job in self._jobs.values())

    def submit(
        self,
        function: Callable[[Item], object],
        item: Item,
        *,
        scratch: str | None = None,
        readable: str | None = None,
        stage: Stage | None = None,
        shown: Callable[[Any], dict[str, JsonValue]] | None = None,
        over: Callable[[Job], None] | None = None,
    ) -> Job:
        """Start ``function(item)`` in a process as soon as there is room.

        Args:
            function: See ``server.tasks``. It returns its value, or yields stages before.
            item: The first member of the tuple is the path of the file that may be read; it has
                to be an uploaded one or lie below a root.
            scratch: Folder in which it may write; by default one that goes with it.
            readable: A file elsewhere that it may read as well, because it is in the library.
            stage: What is known before it starts.
            shown: How the result looks to those who ask for the job.
            over: Called with the job at its end, before anybody is told.

        Raises:
            Problem: Too many jobs wait.
        """
        if self.queued >= self._settings.allowance.queue:
            detail = f"{self.queued} files wait for their turn"
            raise Problem("queue-full", detail, headers={"Retry-After": "5"})
        job = Job(secrets.token_urlsafe(16), shown)
        job.stage = stage or job.stage
        return self._begin(job, self._work(job, function, item, (scratch, readable)), over)

    def follow(
        self, work: LongWork, *, shown: Callable[[Any], dict[str, JsonValue]] | None = None
    ) -> Job:
        """Start work on many files, in a thread; it has processes of its own for them.

        Args:
            work: Called with a function that takes stages, and one that says whether to stop.
            shown: As for ``submit``.
        """
        job = Job(secrets.token_urlsafe(16), shown)
        return self._begin(job, self._watch(job, work), None)

    def _begin(
        self, job: Job, work: Coroutine[Any, Any, Any], over: Callable[[Job], None] | None
    ) -> Job:
        self.expire()
        self._jobs[job.id] = job
        job.handle = asyncio.create_task(work)
        job.handle.add_done_callback(lambda handle: self._settle(job, handle, over))
        return job

    async def run(
        self,
        function: Callable[[Item], Value],
        item: Item,
        *,
        scratch: str | None = None,
        readable: str | None = None,
    ) -> Value:
        """Do the work and return what comes of it; cancelled with the one who waits.

        Raises:
            Problem: Too many jobs wait, or nothing came of it.
        """
        job = self.submit(function, item, scratch=scratch, readable=readable)
        try:
            value: Value = await self.result(job)
            return value
        finally:
            if not job.is_over:
                self.cancel(job)
            self._forget(job)

    async def result(self, job: Job) -> Any:  # noqa: ANN401 (whatever the function returns)
        """Wait for a job and return what came of it.

        Raises:
            Problem: Nothing came of it.
        """
        await job.finished.wait()
        if job.problem is not None:
            raise job.problem
        return job.result

    def get(self, number: str) -> Job:
        """Return a job.

        Raises:
            Problem: There is none of this number, or none any more.
        """
        self.expire()
        if number in self._past:
            raise Problem("gone", "this job is over, and its result is not kept any more")
        if number not in self._jobs:
            raise Problem("not-found", f"there is no job {number[:40]}")
        return self._jobs[number]

    def cancel(self, job: Job) -> None:
        """Stop a job: its process is killed, its place is free.

        Raises:
            Problem: It is over already.
        """
        if job.is_over:
            raise Problem("conflict", f"the job is {job.status} already")
        if job.handle is not None:
            job.handle.cancel()

    def expire(self) -> None:
        """Forget results that nobody fetched for long."""
        oldest = time.monotonic() - self._settings.allowance.spool_seconds
        for job in list(self._jobs.values()):
            if job.ended is not None and job.ended < oldest:
                self._forget(job)

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        self._past[job.id] = None
        while len(self._past) > _REMEMBERED:
            self._past.popitem(last=False)

    async def close(self) -> None:
        """Cancel what is at work and wait until it is gone."""
        handles = [job.handle for job in self._jobs.values() if job.handle and not job.is_over]
        for handle in handles:
            handle.cancel()
        await asyncio.gather(*handles, return_exceptions=True)

    def _settle(
        self, job: Job, handle: asyncio.Task[Any], over: Callable[[Job], None] | None
    ) -> None:
        """Note how a job has ended."""
        error = None if handle.cancelled() else handle.exception()
        if handle.cancelled():
            job.problem = Problem("gone", "the job was cancelled")
        elif isinstance(error, IsccError):
            job.problem = problem_of(error)
        elif isinstance(error, Problem):
            job.problem = error
        elif error is not None:
            job.problem = Problem("internal", "a fault of the service")
            _LOG.error("job", exc_info=error, extra={"instance": job.problem.instance})
        else:
            job.result = handle.result()
        failed: Status = "cancelled" if handle.cancelled() else "failed"
        job.status = "done" if job.problem is None else failed
        job.ended = time.monotonic()
        if over is not None:
            over(job)
        if job.problem is None:
            job.tell("done", job.to_dict())
        else:
            job.tell("problem", job.problem.to_dict())
        job.finished.set()

    def _reporter(self, job: Job) -> Callable[[object], None]:
        loop = asyncio.get_running_loop()

        def report(stage: object) -> None:
            if isinstance(stage, Stage):
                loop.call_soon_threadsafe(self._advance, job, stage)

        return report

    async def _watch(self, job: Job, work: LongWork) -> Any:  # noqa: ANN401 (whatever it returns)
        job.status = "running"
        stopped = threading.Event()
        running = asyncio.ensure_future(
            to_thread.run_sync(work, self._reporter(job), stopped.is_set, limiter=self._long)
        )
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stopped.set()
            with suppress(IsccError):
                await running
            raise

    async def _work(
        self,
        job: Job,
        function: Callable[[Any], Any],
        item: object,
        places: tuple[str | None, str | None],
    ) -> Any:  # noqa: ANN401 (whatever the function returns)
        scratch, readable = places
        report = self._reporter(job)
        async with self._room:
            job.status = "running"
            with ExitStack() as stack:
                folder = scratch or stack.enter_context(self._spool.scratch())
                limits = await to_thread.run_sync(
                    limits_of, self._settings, self._spool.folder, item, (folder, readable)
                )
                task = Task(function, item, limits)
                running = asyncio.ensure_future(
                    to_thread.run_sync(task.run, report, limiter=self._threads)
                )
                try:
                    return await asyncio.shield(running)
                except asyncio.CancelledError:
                    task.end()
                    with suppress(Broken, IsccError):
                        await running
                    raise
                except Broken as broken:
                    self.crashed += broken.why == "crash"
                    raise self._problem(broken) from broken

    def _problem(self, broken: Broken) -> Problem:
        if broken.why != "memory":
            return Problem(_SLUGS[broken.why], str(broken))
        most = self._settings.allowance.job_memory
        return Problem("limit-exceeded", str(broken), more={"limit": "memory", "value": most})

    def _advance(self, job: Job, stage: Stage) -> None:
        if not job.is_over:
            new = [unit for unit in stage.units if unit not in job.stage.units]
            job.stage = stage
            job.tell("progress", {**job.to_dict(), "mediatype": stage.mediatype})
            for unit in new:
                job.tell("unit", {"iscc_unit": unit})
