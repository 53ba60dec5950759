"""Time one operation in several programs, fairly: in turn, in one process, by medians.

Machines differ and are noisy, so only the ratio of two programs that were measured in turn in
one run means anything. A file of cases is a module with a function ``cases(quick)`` that yields
``Case`` values; ``run.py`` lists the modules.
"""

import gc
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Final

from iscckit import _kernel

__all__ = ["LEVELS", "LOOP", "Case", "Row", "Warm", "as_installed", "machine", "measure", "run"]

Call = Callable[[], Any]

LEVELS: Final = {1: "baseline", 2: "AVX2", 3: "AVX-512"}
# The end of a program of ``Warm`` that has defined ``code``.
LOOP: Final = "\nfor line in sys.stdin:\n    print(code(line.strip()), flush=True)"
PEERS: Final = ("iscc-core", "iscc-lib", "iscc-sum")

_BATCH: Final = 0.004  # seconds that one timing should take, to be long against the clock
_ROUNDS: Final = (3, 41)  # fewest and most timings of each program


@dataclass(frozen=True, slots=True)
class Case:
    """One operation, done by us and by others on the same input.

    Attributes:
        operation: What is done, on how much.
        ours: A call without arguments; best a ``functools.partial``, which costs least.
        peers: The same by others: distribution name -> call.
        goal: How many times faster than the best peer with AVX-512; None: no goal was set.
        goal_other: The same on other x86-64 processors.
        key: Turns any result into what must be equal in all programs; None: cannot be compared.
        unit: What one call processes, for example ``("MB", 256)``: a rate is printed then.
        note: Why a goal is missed, once that is known.
    """

    operation: str
    ours: Call
    peers: Mapping[str, Call]
    goal: float | None = None
    goal_other: float | None = None
    key: Callable[[Any], Any] | None = None
    unit: tuple[str, float] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The outcome of one case; times in seconds a call."""

    operation: str
    ours: float
    peers: dict[str, float]
    best_peer: str
    ratio: float
    goal: float | None
    goal_other: float | None
    met: bool | None
    rate: str = ""
    note: str = ""
    rounds: int = field(default=0)


def _batch(call: Call, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def measure(calls: Sequence[Call], seconds: float) -> tuple[list[float], int]:
    """Time ``calls`` in turn.

    Args:
        calls: The programs; each has run at least once before.
        seconds: About how long to measure in all. Every call is timed three times regardless.

    Returns:
        The median time of one call of each program, and the number of timings behind it.
    """
    single = [min(_batch(call, 1) for _ in range(2)) for call in calls]
    repeats = [max(1, math.ceil(_BATCH / max(t, 1e-8))) for t in single]
    one_round = sum(n * t for n, t in zip(repeats, single, strict=True))
    fewest, most = _ROUNDS
    rounds = min(max(round(seconds / one_round), fewest), most)

    timings: list[list[float]] = [[] for _ in calls]
    order = list(range(len(calls)))
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for i in order:
                timings[i].append(_batch(calls[i], repeats[i]))
            order.reverse()
    finally:
        gc.enable()
    return [median(values) for values in timings], rounds


def run(case: Case, seconds: float) -> Row:
    """Check that all programs give the same, then time them.

    Raises:
        AssertionError: The results differ: a faster wrong answer is no answer.
    """
    results = {"iscckit": case.ours()} | {name: call() for name, call in case.peers.items()}
    if case.key is not None:
        keys = {name: case.key(result) for name, result in results.items()}
        assert len(set(map(repr, keys.values()))) == 1, f"{case.operation}: {keys}"
    del results

    (ours, *others), rounds = measure([case.ours, *case.peers.values()], seconds)
    peers = dict(zip(case.peers, others, strict=True))
    best = min(peers, key=peers.__getitem__)
    goal = case.goal if _kernel.best_level() == 3 else case.goal_other
    ratio = peers[best] / ours
    rate = ""
    if case.unit is not None:
        name, amount = case.unit
        rate = f"{amount / ours:,.0f} {name}/s"
    return Row(
        case.operation, ours, peers, best, ratio, case.goal, case.goal_other,
        None if goal is None else ratio >= goal, rate, case.note, rounds,
    )  # fmt: skip


class Warm:
    """A process that is kept, and answers each path with a code.

    Args:
        program: Defines ``code`` and ends with ``LOOP``.
        arguments: Of it.
        variables: Added to its environment.
    """

    def __init__(self, program: str, *arguments: str, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | variables,
        )

    def code(self, path: Path) -> str:
        """Return what the program makes of a file."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(path, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def as_installed(folder: Path) -> dict[str, str]:
    """Return an environment in which Python finds all modules compiled, as pip leaves them.

    Otherwise a checkout is compiled at each start wherever PYTHONDONTWRITEBYTECODE is set, and
    the peers, which come from wheels, are not.

    Args:
        folder: Where the compiled modules go, those of the peers too, when they first run.
    """
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder)}


def _processor() -> str:
    """Return the processor's name, and on Linux its family and model: names can be vague."""
    info = Path("/proc/cpuinfo")
    fields: dict[str, str] = {}
    for line in info.read_text(encoding="utf-8").splitlines() if info.exists() else ():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    if "cpu family" in fields:
        return f"{fields['model name']} (family {fields['cpu family']}, model {fields['model']})"
    return platform.processor() or platform.machine()


def machine() -> dict[str, str]:
    """Return what a reader must know to judge the figures."""
    packages = ("iscckit", *PEERS, "blake3", "numpy")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "kernel level": LEVELS[_kernel.best_level()],
        "system": platform.platform(),
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
        "load before the run": f"{os.getloadavg()[0]:.2f}",
        "date": time.strftime("%Y-%m-%d"),
    }
