"""Figures of whole processes: start-up time, and memory while hashing a large file."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.harness import as_installed
from benchmarks.report import Limit

__all__ = ["limits"]

_BARE = "pass"
_IMPORT = "import iscckit"
_HASH = """
import io, sys
from iscckit.units.sum import hash_stream
with open(sys.argv[1], "rb") if sys.argv[1:] else io.BytesIO(b"x") as stream:
    hash_stream(stream)
"""
# Not ru_maxrss: a process inherits that from the one which started it.
_PEAK = """
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def _time(commands: list[list[str]], rounds: int) -> list[float]:
    """Return the median milliseconds of each command, run in turn, after one run that compiles."""
    timings: list[list[float]] = [[] for _ in commands]
    with tempfile.TemporaryDirectory() as folder:
        environment = as_installed(Path(folder))
        for _ in range(rounds + 1):
            for values, command in zip(timings, commands, strict=True):
                start = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
                values.append((time.perf_counter() - start) * 1000)
    return [median(values[1:]) for values in timings]


def _peak(*arguments: str) -> float:
    """Return the peak resident set, in MB, of a process that hashes the file it is given."""
    command = [sys.executable, "-c", _HASH + _PEAK, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) * 1024 / 1e6


def limits(quick: bool) -> Iterator[Limit]:
    """Measure start-up and memory.

    The large file is sparse: it takes no room on the disk, and every byte of it is read.
    """
    python = sys.executable
    command = Path(python).with_name("iscc")
    start = [
        [python, "-c", _BARE],
        [python, "-c", _IMPORT],
        [str(command), "--help"],
        [python, "-c", "import iscc_lib"],
        [python, "-c", "import iscc_core"],
        [python, "-c", "import iscc_sum"],
    ]
    bare, own, screen, lib, core, total = _time(start, 5 if quick else 21)
    yield Limit("`import iscckit`, over bare Python", own - bare, 15, "ms")
    yield Limit("`iscc --help`, over bare Python", screen - bare, 40, "ms")
    yield Limit("bare Python", bare, None, "ms")
    yield Limit("`import iscc_lib`, over bare Python", lib - bare, None, "ms")
    yield Limit("`import iscc_core`, over bare Python", core - bare, None, "ms")
    yield Limit("`import iscc_sum`, over bare Python", total - bare, None, "ms")

    if not Path("/proc/self/status").exists():  # Linux tells the peak of one process
        return
    gigabytes = 1 if quick else 10
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sparse"
        with path.open("wb") as stream:
            stream.truncate(gigabytes * 10**9)
        growth = _peak(str(path)) - _peak()
    yield Limit(f"resident set grown by hashing {gigabytes} GB", growth, 64, "MB")
