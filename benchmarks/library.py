"""The library: ready-made items in, a scan that finds nothing new, a search, a first scan.

    python -m benchmarks.library [--files N] [--media N] [--peer PYTHON]

With ``--peer`` a part of the same items goes into iscc-search as well, and both are asked for
them; see ``benchmarks.peer_iscc_search`` for its environment.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.busy import media, scanned
from benchmarks.report import Limit
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.library import Library
from iscckit.library.scan.scan import open_writer, scan

BATCH = 10_000
PEER = 5_000  # items that the peer gets
QUERIES = 100
FLIPS = 24  # of 256 bits


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def items_of(root: Path, count: int) -> list[Item]:
    """Make small files, and items with random codes for them."""
    chosen = random.Random(1)
    items = []
    for number in range(count):
        path = root / str(number // 1000) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
        kinds = ((MainType.META, 0), (MainType.CONTENT, SubType.TEXT), (MainType.DATA, 0))
        units = tuple(Unit(main, sub, chosen.randbytes(32)) for main, sub in kinds)
        units = (*units, Unit(MainType.INSTANCE, 0, chosen.randbytes(32)))
        stat = Stat.of(str(path))
        assert stat is not None
        items.append(
            Item(0, str(path), stat, "present", units=units, datahash=chosen.randbytes(34))
        )
    return items


def add(folder: str, items: list[Item], batch: int = BATCH) -> None:
    """Add items in batches, each of which is durable when it is done."""
    with open_writer(folder) as catalog:
        for at in range(0, len(items), batch):
            with catalog.transaction():
                catalog.add_many(items[at : at + batch])


def against(python: str, folder: str, items: list[Item]) -> None:
    """Add the same items to iscc-search in batches of equal size, ask both, and print."""
    chosen = random.Random(2)
    rows = [chosen.randrange(len(items)) for _ in range(QUERIES)]
    queries = []
    for row in rows:
        unit = items[row].units[1]
        bits = int.from_bytes(unit.body, "big")
        for bit in chosen.sample(range(unit.bits), FLIPS):
            bits ^= 1 << bit
        body = bits.to_bytes(len(unit.body), "big")
        queries.append((row, str(Unit(unit.maintype, unit.subtype, body))))
    records = [[str(unit) for unit in item.units] for item in items]
    peer = subprocess.run(
        [python, "-P", str(Path(__file__).with_name("peer_iscc_search.py"))],
        input=json.dumps({"records": records, "queries": queries}),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(peer.stdout)
    used = time.process_time()
    added = seconds(lambda: add(folder, items, 1000))
    used = time.process_time() - used
    times, found = [], 0
    with Library.open(folder) as library:
        for row, query in queries:
            started = time.perf_counter()
            matches = library.search(query, limit=10).matches
            times.append(time.perf_counter() - started)
            found += any(match.item.path == items[row].path for match in matches)
    print(f"{len(items):,} items in batches of 1,000, then {QUERIES} near duplicates of one unit:")
    for name, wall, cpu, asked, share in (
        ("iscckit", added, used, median(times), found / QUERIES),
        ("iscc-search", theirs["added"], theirs["added_cpu"], theirs["query"], theirs["found"]),
    ):
        rate = f"{len(items) / wall:,.0f} a second ({len(items) / cpu:,.0f} a CPU second)"
        print(f"  {name}: {rate}, a query {asked * 1e3:.2f} ms, found {share:.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--media", type=int, default=3000, help="real files of the first scan")
    parser.add_argument("--peer", help="Python of an environment with iscc-search")
    options = parser.parse_args()
    count = options.files
    with tempfile.TemporaryDirectory() as place:
        root, folder = Path(place) / "files", str(Path(place) / "library")
        items = items_of(root, count)
        used = time.process_time()
        rate = count / seconds(lambda: add(folder, items))
        used = time.process_time() - used
        print(f"ready-made items a second: {rate:,.0f} (goal 100 000); {count / used:,.0f} a CPU s")
        seconds(lambda: list(scan(folder, [str(root)])))  # writes the index
        again = seconds(lambda: list(scan(folder, [str(root)])))
        code = str(items[count // 2].units[1])
        with Library.open(folder) as library:
            library.search(code)
            asked = seconds(lambda: library.search(code))
        for limit in (
            Limit(f"scan of {count:,} unchanged files", again, 3, "s"),
            Limit("search by a unit", asked * 1e3, None, "ms"),
        ):
            bound = "" if limit.bound is None else f" (at most {limit.bound:g})"
            print(f"{limit.quantity}: {limit.measured:.3g} {limit.unit}{bound}")
        if options.peer:
            against(options.peer, str(Path(place) / "other"), items[:PEER])
        media(Path(place) / "media", options.media)
        busy = scanned(str(Path(place) / "first"), str(Path(place) / "media"), 2)
        print(
            f"first scan of {busy.files:,} real files by two workers: {busy.wall:.1f} s, "
            f"{busy.share:.0%} of two processors, workers have work {busy.working:.0%} of the time"
        )


if __name__ == "__main__":
    main()
