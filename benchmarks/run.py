"""Measure iscckit against iscc-core, iscc-lib and iscc-sum; print ratios.

    python -m benchmarks.run [--quick] [--only WORD] [--json FILE] [--write]

``--write`` puts the table into docs/benchmarks.md between its two marker lines.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks.harness import Case, Row, machine, run
from benchmarks.process import limits
from benchmarks.report import Limit, duration, markdown

# Each has a function cases(quick) that yields Case values.
MODULES: Final = ("data", "signal", "codec", "text", "av", "sdk", "semantic")
DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs/benchmarks.md"
MARKS: Final = ("<!-- table: begin -->\n", "<!-- table: end -->\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure iscckit against its peers."
    )
    parser.add_argument("--quick", action="store_true", help="smaller inputs, rougher figures")
    parser.add_argument("--only", metavar="WORD", default="", help="operations with this word")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures as JSON")
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    return parser.parse_args()


def _cases(quick: bool) -> Iterator[Case]:
    for name in MODULES:
        yield from import_module(f"benchmarks.{name}").cases(quick)


def _write(table: str) -> None:
    begin, end = MARKS
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    DOCUMENT.write_text(before + begin + table + end + after, encoding="utf-8")


def main() -> None:
    """Measure what was asked for and report."""
    options = _arguments()
    host = machine()
    rows: list[Row] = []
    for case in _cases(options.quick):
        if options.only.lower() not in case.operation.lower():
            continue
        row = run(case, seconds=0.3 if options.quick else 3.0)
        rows.append(row)
        progress = f"{row.operation}: {duration(row.ours)}, {row.ratio:.1f}x {row.best_peer}"
        print(progress, file=sys.stderr, flush=True)
    bounds: list[Limit] = [] if options.only else list(limits(options.quick))

    table = markdown(host, rows, bounds)
    print(table)
    if options.write:
        _write(table)
    if options.json:
        figures = {
            "machine": host,
            "operations": [asdict(row) for row in rows],
            "limits": [asdict(bound) for bound in bounds],
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
