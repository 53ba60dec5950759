"""Work on files: one confined process for each, a bounded number at a time, a bounded queue."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from contextlib import ExitStack
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

from iscckit.errors import IsccError
from iscckit.server.http.problems import Problem, problem_of
from iscckit.server.jobs.job import Job
from iscckit.server.jobs.limits import limits_of, problem_of_end, readable_of
from iscckit.server.jobs.tasks import PRELOADED, Stage
from iscckit.server.jobs.threads import until_done
from iscckit.workers.limits import Allowance
from iscckit.workers.supervisor import Broken, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from iscckit.json_types import JsonValue
    from iscckit.server.jobs.job import Status
    from iscckit.server.settings import Settings
    from iscckit.server.uploads.spool import Spool

__all__ = ["Jobs"]

Item = TypeVar("Item")
Value = TypeVar("Value")

_LOG: Final = logging.getLogger(__name__)
_RESULTS: Final = 1000  # of jobs that are over
_REMEMBERED: Final = 10_000  # jobs that are over, of which only that is known


class Jobs:
    """The queue."""

    def __init__(self, settings: Settings, spool: Spool) -> None:
        self._settings = settings
        self._spool = spool
        self._room = asyncio.Semaphore(settings.allowance.workers)
        self._threads = CapacityLimiter(settings.allowance.workers)
        self._jobs: dict[str, Job] = {}
        self._past: OrderedDict[str, None] = OrderedDict()
        self.crashed = 0
        # A worker knows nothing of this process: neither tokens nor files of other clients.
        self._supervisor = Supervisor(PRELOADED, keeps=False, forks=False)

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
        reads: Sequence[str] | None = None,
        scratch: str | None = None,
        stage: Stage | None = None,
        shown: Callable[[Any], dict[str, JsonValue]] | None = None,
        over: Callable[[Job], None] | None = None,
    ) -> Job:
        """Start ``function(item)`` in a process as soon as there is room.

        Args:
            function: See ``server.tasks``. It returns its value, or yields stages before.
            item: Its argument.
            reads: Files that it may read; by default the one whose path is the first member of
                the item, if it is an uploaded one or lies below a root.
            scratch: Folder in which it may write; by default one that goes with it.
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
        bases = (self._spool.folder, *self._settings.roots)
        files = readable_of(item, bases) if reads is None else tuple(reads)
        return self._begin(job, self._work(job, function, item, files, scratch), over)

    def submit_thread(
        self,
        function: Callable[[Callable[[Stage], None], Callable[[], bool]], object],
        *,
        shown: Callable[[Any], dict[str, JsonValue]] | None = None,
        over: Callable[[Job], None] | None = None,
    ) -> Job:
        """Start work of the service itself in a thread: it is not confined and waits for nobody.

        Args:
            function: Called with two functions: one to tell how far it is, one that says whether
                it was cancelled; it asks now and then, and gives up.
            shown: As for ``submit``.
            over: As for ``submit``.
        """
        job = Job(secrets.token_urlsafe(16), shown)
        return self._begin(job, self._watch(job, function), over)

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
        reads: Sequence[str] | None = None,
        scratch: str | None = None,
    ) -> Value:
        """Do the work and return what comes of it; cancelled with the one who waits.

        Raises:
            Problem: Too many jobs wait, or nothing came of it.
        """
        job = self.submit(function, item, reads=reads, scratch=scratch)
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

    def holds(self, number: str) -> bool:
        """Tell whether there is a job of this number."""
        self.expire()
        return number in self._jobs

    def cancel(self, job: Job) -> None:
        """Stop a job: its process is killed, its place is free.

        Raises:
            Problem: It is over already.
        """
        if job.is_over:
            raise Problem("conflict", f"the job is {job.status} already")
        # Once only: a second time would break off the wait for the process or thread to end.
        if job.handle is not None and not job.handle.cancelling():
            job.handle.cancel()

    def expire(self) -> None:
        """Forget results that nobody fetched for long, and the oldest of too many."""
        oldest = time.monotonic() - self._settings.allowance.spool_seconds
        ended = [(job.ended, job) for job in self._jobs.values() if job.ended is not None]
        ended.sort(key=lambda each: each[0])
        for at, (since, job) in enumerate(ended):
            if since < oldest or at < len(ended) - _RESULTS:
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
            if not handle.cancelling():
                handle.cancel()
        await asyncio.gather(*handles, return_exceptions=True)
        await to_thread.run_sync(self._supervisor.close)

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
        try:
            if over is not None:
                over(job)
            if job.problem is None:
                job.tell("done", job.to_dict())
            else:
                job.tell("problem", job.problem.to_dict())
        finally:
            job.finished.set()  # whatever happens, or those who wait would do so for ever

    async def _work(
        self,
        job: Job,
        function: Callable[[Any], Any],
        item: object,
        files: tuple[str, ...],
        scratch: str | None,
    ) -> Any:  # noqa: ANN401 (whatever the function returns)
        allowed = self._settings.allowance
        async with self._room:
            job.status = "running"
            with ExitStack() as stack:
                folder = scratch or stack.enter_context(self._spool.make_scratch())
                limits = await to_thread.run_sync(limits_of, self._settings, files, folder)
                stop = Event()
                run = partial(
                    self._supervisor.run,
                    f"{function.__module__}:{function.__qualname__}",
                    item,
                    Allowance(allowed.job_seconds, allowed.job_memory),
                    limits,
                    stopped=stop.is_set,
                    report=self._reporter(job),
                )
                try:
                    return await until_done(run, stop.set, self._threads)
                except Broken as broken:
                    self.crashed += broken.why in {"crash", "fault", "start"}
                    raise problem_of_end(broken, self._settings) from broken

    async def _watch(
        self,
        job: Job,
        function: Callable[[Callable[[Stage], None], Callable[[], bool]], object],
    ) -> object:
        job.status = "running"
        stop = Event()
        return await until_done(partial(function, self._reporter(job), stop.is_set), stop.set, None)

    def _reporter(self, job: Job) -> Callable[[object], None]:
        """Return a function by which another thread tells how far a job is."""
        loop = asyncio.get_running_loop()

        def report(stage: object) -> None:
            if isinstance(stage, Stage):
                loop.call_soon_threadsafe(self._advance, job, stage)

        return report

    def _advance(self, job: Job, stage: Stage) -> None:
        if not job.is_over:
            told, job.stage = job.stage.units, stage
            job.tell("progress", {**job.to_dict(), "mediatype": stage.mediatype})
            for unit in (each for each in stage.units if each not in told):
                job.tell("unit", {"iscc_unit": unit})
