"""How records are made: the caller's options, and the way in which decoders are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from iscckit.media.isolation.pool import Run, run_here
from iscckit.records.options import Options

__all__ = ["RunContext"]


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every step from a file to its record needs to know.

    Attributes:
        options: What the caller chose, with the limits of one file.
        run: Calls a decoder as ``run(function, source, **arguments)``, in this process or in a
            worker process.
        stopped: Tells whether the caller no longer waits for the file. Reading then raises
            ``StopReading``.
    """

    options: Options = field(default_factory=Options)
    run: Run = run_here
    stopped: Callable[[], bool] = _never
