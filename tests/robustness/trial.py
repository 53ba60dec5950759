"""Trials: files given to other processes, which may die of them, and what became of each."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["broken", "damaged", "outcomes", "truncated"]

CHILD: Final = Path(__file__).parent / "child.py"
ERRORS: Final = frozenset(
    {"UnreadableFile", "UnsupportedMedia", "ExtractionFailed", "LimitExceeded", "InvalidInput"}
)


def truncated(data: bytes, parts: tuple[float, ...]) -> Iterator[bytes]:
    """Yield the beginnings of a file, of these parts of its length."""
    for part in parts:
        yield data[: int(len(data) * part)]


def damaged(data: bytes, seed: int) -> bytes:
    """Return a file with some of its bytes changed, more often near its start."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.choice([1, 4, 16, 64])):
        at = chance.randrange(min(len(data), chance.choice([64, 1024, len(data)])))
        new = chance.choice([b"\0", b"\xff", b"\x7f\xff\xff\xff", chance.randbytes(3)])
        changed[at : at + len(new)] = new
    return bytes(changed[: len(data)])


def outcomes(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    seconds: int = 60,
    megabytes: int = 3000,
    child: Path = CHILD,
) -> dict[str, dict[str, Any]]:
    """Return how each file ended; a file that kills or hangs its process costs only itself.

    Args:
        files: What is to be tried, by name.
        folder: An empty one, for the files and for what a trial may leave.
        seconds: Processor time that one file may take.
        megabytes: All of them may hold at a time.
        child: The program that does it.
    """
    inputs, temporary = folder / "in", folder / "tmp"
    inputs.mkdir()
    temporary.mkdir()
    for name, data in files.items():
        (inputs / name).write_bytes(data)
    found: dict[str, dict[str, Any]] = {}
    while len(found) < len(files):
        run = subprocess.run(
            [sys.executable, child, inputs, str(megabytes), str(seconds)],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "TMPDIR": str(temporary)},
            check=False,
        )
        for line in run.stdout.splitlines():
            name, _, ends = line.partition("\t")
            fallback = {"broken": f"exit {run.returncode}: {run.stderr[-1500:]}"}
            found[name] = json.loads(ends) if ends else fallback
            (inputs / name).unlink()
        assert run.stdout, run.stderr
    assert list(temporary.iterdir()) == []
    return found


def broken(found: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    """Return what ended otherwise than with a record or documented errors."""
    return {
        name: ends
        for name, ends in found.items()
        if "broken" in ends
        or not {ends[key].partition(":")[0] for key in ("mixed", "described", "pictured")} - {""}
        <= ERRORS
        or (ends["mode"] is None and not ends["why"])
    }
