"""The one value that the steps from a file to its record pass on."""

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
    """The options and the decoder calls of every step from a file to its record.

    Attributes:
        options: The caller's choices, with the limits of one file.
        run: Calls a decoder as ``run(function, source, **arguments)``, in this process or in a
            worker process.
        stopped: Tells whether the caller no longer waits for the file. Reading then raises
            ``StopReading``.
    """

    options: Options = field(default_factory=Options)
    run: Run = run_here
    stopped: Callable[[], bool] = _never
