"""What worker processes cost: small files with and without a sandbox, and in one process.

python -m benchmarks.decoding [--quick] [--write]

One small text and one small picture are commands of their own, as are folders of 1,000 small
pictures; the variants run in turn. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from PIL import Image

from benchmarks.harness import as_installed, machine

ROOT: Final = Path(__file__).resolve().parent.parent
SAMPLES: Final = ROOT / "samples"
DOCUMENT: Final = ROOT / "docs/benchmarks.md"
MARKS: Final = ("<!-- decoding: begin -->\n", "<!-- decoding: end -->\n")
HERE: Final = """
import os, sys
from iscckit.cli.create import create
from iscckit import Options
import iscckit
for given in sys.argv[1:]:
    inner = sorted(os.listdir(given)) if os.path.isdir(given) else [""]
    for name in inner:
        print(iscckit.create(os.path.join(given, name) if name else given, Options()).to_json())
"""


def make_pictures(folder: Path, count: int) -> None:
    """Make small pictures of a large one: each is another part of it, 200 x 150 pixels."""
    with Image.open(SAMPLES / "cat.jpg") as opened:
        whole = opened.convert("RGB").resize((640, 480))
    for number in range(count):
        left, top = number * 7 % 440, number * 13 % 330
        part = whole.crop((left, top, left + 200, top + 150))
        part.save(folder / f"{number:04}.jpg", quality=80)


def variants(given: str) -> Mapping[str, list[str]]:
    """Return the commands that are compared: without workers, and with them."""
    command = [sys.executable, "-P", "-m", "iscckit.cli.main", "create", "--json", "-j1"]
    return {
        "in one process": [sys.executable, "-P", "-c", HERE, given],
        "sandbox off": [*command, "--sandbox", "off", given],
        "sandbox auto": [*command, "--sandbox", "auto", given],
    }


def measure(commands: Sequence[list[str]], rounds: int) -> list[tuple[float, float]]:
    """Return median milliseconds of the clock and of the processors, commands run in turn."""
    found: list[list[tuple[float, float]]] = [[] for _ in commands]
    with tempfile.TemporaryDirectory() as folder:
        environment = as_installed(Path(folder))
        for _ in range(rounds + 1):  # the first run compiles
            for values, command in zip(found, commands, strict=True):
                before, start = _used(), time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
                wall = time.perf_counter() - start
                values.append((wall * 1000, (_used() - before) * 1000))
    return [
        (median(wall for wall, _ in each[1:]), median(used for _, used in each[1:]))
        for each in found
    ]


def _used() -> float:
    """Return the seconds of processor time of all processes that this one waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def table(quick: bool) -> str:
    """Measure everything; return it as Markdown."""
    lines = [
        *(f"- {key}: {value}" for key, value in machine().items()),
        "",
        "| what | how | time | ratio | processor time |",
        "|---|---|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        count = 100 if quick else 1000
        make_pictures(Path(folder), count)
        cases = {
            "one small text": (str(SAMPLES / "gettysburg-hay.txt"), 15),
            "one small JPEG": (str(SAMPLES / "cat.jpg"), 15),
            f"{count:,} small pictures": (folder, 3),
        }
        for what, (given, rounds) in cases.items():
            commands = variants(given)
            values = measure(list(commands.values()), 3 if quick else rounds)
            base = values[0][0]
            for how, (wall, used) in zip(commands, values, strict=True):
                lines.append(
                    f"| {what} | {how} | {wall:,.0f} ms | {wall / base:.2f} | {used:,.0f} ms |"
                )
                print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and perhaps write into the docs."""
    parser = argparse.ArgumentParser(description="Measure what worker processes cost.")
    parser.add_argument("--quick", action="store_true", help="fewer pictures and rounds")
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    given = parser.parse_args()
    found = table(given.quick)
    print(found)
    if given.write:
        begin, end = MARKS
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
        after = rest.partition(end)[2]
        DOCUMENT.write_text(before + begin + found + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
