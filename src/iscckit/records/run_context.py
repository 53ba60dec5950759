"""The one value that the steps from a file to its record pass on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from iscckit.media.content_values import Source
    from iscckit.records.options import Options

__all__ = ["Run", "RunContext", "run_here"]

Value = TypeVar("Value")


class Run(Protocol):
    """A way to call a function that decodes."""

    def __call__(
        self, function: Callable[..., Value], source: Source, /, **arguments: object
    ) -> Value:
        """Return ``function(source, **arguments)``."""
        ...


def run_here(function: Callable[..., Value], source: Source, /, **arguments: object) -> Value:
    """Call a decoder as it is."""
    return function(source, **arguments)


def _never() -> bool:
    return False


class RunContext(NamedTuple):
    """The options and the decoder calls of every step from a file to its record.

    Attributes:
        options: The caller's choices, with the limits of one file.
        run: Calls a decoder as ``run(function, source, **arguments)``.
        stopped: Tells whether the caller no longer waits for the file. Reading then raises
            ``StopReading``.
    """

    options: Options
    run: Run = run_here
    stopped: Callable[[], bool] = _never
