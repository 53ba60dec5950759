"""Recall at a fixed false-match rate, and what a library finds, after what happens to files.

    python -m benchmarks.robustness MEDIA [--quick] [--only KIND] [--json FILE] [--write]

MEDIA is a folder made by ``python -m benchmarks.media``. ``--write`` puts tables and plots into
docs/robustness.md; ``--json`` keeps the counts; what ``--keep`` keeps is what
``python -m benchmarks.robustness.fitting`` makes the table of evidence from.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.harness import machine
from benchmarks.robustness.asking import KINDS, Media, outcomes, tasks
from benchmarks.robustness.kinds import Outcome
from benchmarks.robustness.methods import METHODS, coded
from benchmarks.robustness.report import Results, write
from benchmarks.robustness.scoring import Coded, Score, scored
from iscckit.codec.unit import Unit
from iscckit.library.library import Library
from iscckit.library.scan.scan import ScanOptions

_QUICK = 0.08  # of the originals


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-robustness", description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    parser.add_argument("media", type=Path)
    parser.add_argument("--quick", action="store_true", help="few originals, rough figures")
    parser.add_argument("--share", type=float, default=1.0, help="of the originals, 0 to 1")
    parser.add_argument("--only", choices=KINDS, help="one kind of media")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER",
        help="keep library and queries: a second run asks only, nothing is encoded again",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--write", action="store_true", help="put the results into the docs")
    return parser.parse_args()


def scores_of(
    media: Media, kind: str, units: dict[str, tuple[Unit, ...]], found: list[Outcome]
) -> list[Score]:
    """Return how each method did on one kind; all files of the kind are what must not match.

    Args:
        media: The files.
        kind: Of media.
        units: Of the files, by path, as the library has them.
        found: The variants.
    """
    originals = [
        Coded(path.name, media.work(path), coded(kind, path, units.get(str(path))))
        for path in media.files(kind)
    ]
    mine = [each for each in found if each.kind == kind]
    return [scored(method, originals, mine) for method in METHODS[kind]]


def measured(
    media: Media, kinds: tuple[str, ...], share: float, jobs: int, kept: Path | None
) -> Results:
    """Scan a library with all that is in the folder, and measure."""
    with tempfile.TemporaryDirectory() as place:
        folder = (kept or Path(place)) / "library"
        with Library.open(folder) as library:
            for change in library.add(*media.folders(), options=ScanOptions(jobs=jobs)):
                if change.what == "failed":
                    print(f"{change.path}: {change.detail}", file=sys.stderr)
            units = {item.path: item.units for item in library.items()}
        found: list[Outcome] = []
        for outcome in outcomes(media, folder, tasks(media, kinds, share), jobs, kept):
            if not found or found[-1].original != outcome.original:
                print(f"{outcome.kind} {outcome.original}", file=sys.stderr, flush=True)
            found.append(outcome)
    scores = {kind: scores_of(media, kind, units, found) for kind in kinds}
    counts = {kind: len(media.originals(kind, share)) for kind in kinds}
    works = {
        kind: len({media.work(path) for path in media.originals(kind, share)}) for kind in kinds
    }
    return Results(machine(), len(units), counts, works, scores, found)


def _jsonable(results: Results) -> dict[str, object]:
    scores = {
        kind: [
            {
                "method": score.method, "count": score.count, "threshold": score.threshold,
                "false_rate": score.false_rate, "unrelated": score.unrelated,
                "same": {" / ".join(change): counts for change, counts in score.same.items()},
                "rule": {" / ".join(change): n for change, n in score.rule.items()},
                "rule_false": score.rule_false,
            }
            for score in scores
        ]
        for kind, scores in results.scores.items()
    }  # fmt: skip
    asked = [
        {"kind": each.kind, "original": each.original, "group": each.group, "name": each.name}
        | (asdict(each.asked) if each.asked else {})
        for each in results.outcomes
    ]
    return {"machine": results.machine, "items": results.items, "counts": results.counts,
            "scores": scores, "asked": asked}  # fmt: skip


def main() -> None:
    """Measure what was asked for and report."""
    options = _arguments()
    started = time.perf_counter()
    share = _QUICK if options.quick else options.share
    kinds = (options.only,) if options.only else KINDS
    results = measured(Media(options.media), kinds, share, options.jobs, options.keep)
    print(f"{time.perf_counter() - started:.0f} seconds", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps(_jsonable(results)) + "\n", encoding="utf-8")
    write(results, into_docs=options.write)


if __name__ == "__main__":
    main()
