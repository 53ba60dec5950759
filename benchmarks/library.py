"""The library with 100 000 files: ready-made items in, a scan that finds nothing new, a search.

python -m benchmarks.library [--files N]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import Limit
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalogue import Item
from iscckit.library.library import Library
from iscckit.library.scanning import scan, stat_of, writer

BATCH = 10_000


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
        stat = stat_of(str(path))
        assert stat is not None
        items.append(
            Item(0, str(path), stat, "present", units=units, datahash=chosen.randbytes(34))
        )
    return items


def add(folder: str, items: list[Item]) -> None:
    """Add items in batches, each of which is durable when it is done."""
    with writer(folder) as catalogue:
        for at in range(0, len(items), BATCH):
            with catalogue.writing():
                catalogue.add_many(items[at : at + BATCH])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory() as place:
        root, folder = Path(place) / "files", str(Path(place) / "library")
        items = items_of(root, count)
        rate = count / seconds(lambda: add(folder, items))
        seconds(lambda: list(scan(folder, [str(root)])))  # writes the index
        again = seconds(lambda: list(scan(folder, [str(root)])))
        code = str(items[count // 2].units[1])
        with Library.open(folder) as library:
            library.search(code)
            asked = seconds(lambda: library.search(code))
    print(f"ready-made items a second: {rate:,.0f} (goal 100 000)")
    for limit in (
        Limit(f"scan of {count:,} unchanged files", again, 3, "s"),
        Limit("search by a unit", asked * 1e3, None, "ms"),
    ):
        bound = "" if limit.bound is None else f" (at most {limit.bound:g})"
        print(f"{limit.quantity}: {limit.measured:.3g} {limit.unit}{bound}")


if __name__ == "__main__":
    main()
