"""Waiting for work in a thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from anyio import to_thread

from iscckit.errors import IsccError
from iscckit.server.http.problems import Problem
from iscckit.workers.supervisor import Broken

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio import CapacityLimiter

__all__ = ["until_done"]

Value = TypeVar("Value")


async def until_done(
    run: Callable[[], Value], end: Callable[[], None], limiter: CapacityLimiter | None
) -> Value:
    """Run a function in a thread; if cancelled, end it and wait until it is over."""
    running = asyncio.ensure_future(to_thread.run_sync(run, limiter=limiter))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        end()
        with suppress(Broken, IsccError, Problem):
            await running
        raise
