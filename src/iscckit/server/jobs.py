"""Work on files: one process for each, a bounded number at a time, a bounded queue."""

from __future__ import annotations

import asyncio
import functools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from anyio import to_thread

from iscckit.errors import IsccError
from iscckit.server.problems import Problem, problem_of
from iscckit.workers import Quota, in_processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.server.settings import Allowance

__all__ = ["Job", "Jobs", "Status"]

Status = Literal["queued", "running", "done", "failed", "cancelled"]
Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(slots=True)
class Job:
    """One piece of work.

    Attributes:
        id: Under which it is asked for.
        status: How far it is.
        result: What came of it, once it is done.
        problem: Why nothing came of it.
        finished: Set at the end.
    """

    id: str
    status: Status = "queued"
    result: Any = None
    problem: Problem | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)


class Jobs:
    """The queue."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._room = asyncio.Semaphore(allowance.workers)
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, function: Callable[[Item], Value], item: Item) -> Job:
        """Start ``function(item)`` in a process as soon as there is room.

        Raises:
            Problem: Too many jobs wait.
        """
        waiting = sum(job.status == "queued" for job in self._jobs.values())
        if waiting >= self._allowance.queue:
            raise Problem("queue-full", f"{waiting} jobs wait", headers={"Retry-After": "5"})
        job = Job(secrets.token_urlsafe(12))
        self._jobs[job.id] = job
        task = asyncio.create_task(self._work(job, function, item))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    async def run(self, function: Callable[[Item], Value], item: Item) -> Value:
        """Do the work and return what comes of it.

        Raises:
            Problem: Too many jobs wait, or nothing came of it.
        """
        job = self.submit(function, item)
        await job.finished.wait()
        if job.problem is not None:
            raise job.problem
        value: Value = job.result
        return value

    def get(self, number: str) -> Job:
        """Return a job.

        Raises:
            Problem: There is none of this number.
        """
        if number not in self._jobs:
            raise Problem("not-found", f"there is no job {number}")
        return self._jobs[number]

    async def _work(self, job: Job, function: Callable[[Item], Value], item: Item) -> None:
        async with self._room:
            job.status = "running"
            quota = Quota(self._allowance.job_seconds, self._allowance.job_memory)
            call = functools.partial(lambda: next(iter(in_processes(function, [item], 1, quota))))
            try:
                outcome = await to_thread.run_sync(call)
            except IsccError as error:
                job.problem = problem_of(error)
            else:
                job.result = outcome.value
                if outcome.reason:
                    job.problem = Problem("decode-failed", outcome.reason)
            job.status = "failed" if job.problem else "done"
            job.finished.set()
