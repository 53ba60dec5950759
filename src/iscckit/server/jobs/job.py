"""One piece of work, from the queue to its result."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from iscckit.server.jobs.tasks import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscckit.json_types import JsonValue
    from iscckit.server.http.problems import Problem

__all__ = ["Event", "Job", "Status"]

Status = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job: ``progress``, ``unit``, ``done`` or ``problem``.

    Attributes:
        number: Number of the event in the job, from 1.
        kind: Which of these.
        data: What is told.
    """

    number: int
    kind: str
    data: dict[str, JsonValue]


@dataclass(slots=True, eq=False)
class Job:
    """One piece of work.

    Attributes:
        id: Under which it is asked for.
        shown: How its result looks to those who ask.
        status: How far it is.
        stage: What it did last.
        result: What came of it, once it is done.
        problem: Why nothing came of it.
        events: What happened to it; of its progress only the latest.
        told: Number of all events.
        finished: Set at the end.
        changed: Set and replaced with every event.
        ended: When, by the clock that never goes back.
    """

    id: str
    shown: Callable[[Any], dict[str, JsonValue]] | None = None
    status: Status = "queued"
    stage: Stage = field(default_factory=lambda: Stage("received", 0.0, "", ()))
    result: Any = None
    problem: Problem | None = None
    events: list[Event] = field(default_factory=list)
    told: int = 0
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: float | None = None
    handle: asyncio.Task[Any] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.status not in {"queued", "running"}

    def tell(self, kind: str, data: dict[str, JsonValue]) -> None:
        """Add an event, and wake those who wait for one."""
        if kind == "progress":  # it says all that earlier ones did, and a long job tells thousands
            self.events = [event for event in self.events if event.kind != "progress"]
        self.told += 1
        self.events.append(Event(self.told, kind, data))
        self.changed.set()
        self.changed = asyncio.Event()

    def after(self, seen: int) -> Event | None:
        """Return the first event that is kept and has a higher number."""
        return next((event for event in self.events if event.number > seen), None)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the job as the interface shows it."""
        fields: dict[str, JsonValue] = {
            "id": self.id,
            "status": self.status,
            "stage": self.stage.name,
            "progress": 1.0 if self.status == "done" else round(self.stage.share, 3),
            "partial": {"units": list(self.stage.units), **dict(self.stage.counts)},
        }
        if self.status == "done" and self.shown is not None:
            fields["result"] = self.shown(self.result)
        if self.problem is not None:
            fields["problem"] = self.problem.to_dict()
        return fields
