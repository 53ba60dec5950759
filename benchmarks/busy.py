"""How busy a first scan keeps the processors: real media in, CPU time and idle workers out."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import iscc_samples

SMALL = 400_000  # bytes; larger samples are copied less often
LOOK = 0.02  # seconds between two looks at the workers


@dataclass(frozen=True, slots=True)
class Busy:
    """What a scan took.

    Attributes:
        files: How many there were.
        wall: Seconds.
        cpu: Seconds of all its processes together.
        working: Share of the time in which a worker had something to do, running or waiting for
            a processor or the disk: on a machine that others use, too, this tells more than
            ``cpu`` by ``wall``.
        jobs: Workers.
    """

    files: int
    wall: float
    cpu: float
    working: float
    jobs: int

    @property
    def share(self) -> float:
        """Share of the processors that was used, had the machine nothing else to do."""
        return self.cpu / (self.wall * self.jobs)


def media(root: Path, count: int) -> int:
    """Fill a folder with about ``count`` real files, no two alike; return how many there are.

    Copies get some bytes at their end, which decoders pass over.
    """
    chosen = random.Random(1)
    samples = sorted(Path(path) for path in iscc_samples.all())
    small = [path for path in samples if path.stat().st_size < SMALL]
    copies = max(1, (count - len(samples)) // len(small) + 1)
    made = 0
    for path in samples:
        for number in range(copies if path in small else 1):
            target = root / f"{number % 20}" / f"{path.stem}-{number}{path.suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            if number:
                with target.open("ab") as file:
                    file.write(chosen.randbytes(16))
            made += 1
    return made


def scanned(folder: str, root: str, jobs: int) -> Busy:
    """Scan with the command, and watch its processes."""
    command = [sys.executable, "-m", "iscckit.cli.main", "scan", "--library", folder]
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as lines:
        process = subprocess.Popen([*command, "-j", str(jobs), "--json", root], stdout=lines)
        working = _watched(process.pid, jobs)
        wall = time.perf_counter() - started
        usage = os.wait4(process.pid, 0)[2]
        lines.seek(0)
        files = sum(1 for _ in lines)
    return Busy(files, wall, usage.ru_utime + usage.ru_stime, working, jobs)


def _watched(process: int, jobs: int) -> float:
    """Return, once a process has ended, in what share of the time its workers had work."""
    working, looks = 0, 0
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(LOOK)
        working += min(jobs, sum(_has_work(worker) for worker in _workers(process)))
        looks += jobs
    return working / max(1, looks)


def _workers(process: int) -> list[str]:
    """Return the numbers of the processes that a process has started."""
    try:
        return Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []


def _has_work(process: str) -> bool:
    """Tell whether a thread of a process runs, or waits for a processor or the disk."""
    try:
        tasks = os.listdir(f"/proc/{process}/task")
        states = [
            Path(f"/proc/{process}/task/{task}/stat").read_text().rpartition(")")[2].split()[0]
            for task in tasks
        ]
    except OSError:
        return False
    return "R" in states or "D" in states
