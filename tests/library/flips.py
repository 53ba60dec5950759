"""Flips bits in a library and asks it: python -m tests.library.flips LIBRARY FIRST COUNT.

Prints one line for each seed whose answer is neither right nor a LibraryError, and at the end how
often each outcome came.
"""

from __future__ import annotations

import io
import random
import sys
from collections import Counter
from pathlib import Path

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.clusters.reuse import find_reuse
from iscckit.library.export import export
from iscckit.library.library import Library


def ask(folder: Path, query: str) -> list[object]:
    """Return what a library answers to search, dupes, reuse and export."""
    with Library.open(folder) as library:
        answer = library.search(query, kind="text")
        clusters = [cluster.to_dict() for cluster in library.clusters()]
    catalog, out = Catalog(str(folder)), io.BytesIO()
    try:
        export(catalog, out, ".jsonl")
        shared = [each.to_dict() for each in find_reuse(catalog)]
    finally:
        catalog.close()
    matches = [(each.item, each.relation, each.passage) for each in answer.matches]
    return [matches, answer.items, answer.radius, clusters, shared, out.getvalue()]


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a library."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def restore(folder: Path, good: dict[str, bytes]) -> None:
    """Bring the files of a library back to what they were."""
    now = contents(folder)
    for name in now.keys() - good.keys():
        (folder / name).unlink()
    for name, data in good.items():
        if now.get(name) != data:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)


def flip(folder: Path, good: dict[str, bytes], seed: int) -> str:
    """Flip one bit of the catalog, or of a file of the index, and return its name."""
    rng = random.Random(seed)
    catalog = sorted(name for name in good if name.endswith(".sqlite"))
    index = sorted(name for name in good if name.startswith("index"))
    sizes = [len(good[name]) for name in index]
    name = catalog[0] if seed % 2 else rng.choices(index, sizes)[0]
    if seed % 10 == 0:
        name = rng.choice(index)  # also the small ones
    data = bytearray(good[name])
    # Every other bit lies in the first part, where headers and roots of trees are.
    bit = rng.randrange(8 * (len(data) if rng.random() < 0.5 else min(len(data), 16384)))
    data[bit // 8] ^= 1 << bit % 8
    (folder / name).unlink()
    (folder / name).write_bytes(data)
    return f"{name} bit {bit}"


def main() -> None:
    """Flip, ask and compare."""
    folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    query = (folder.parent / "query.txt").read_text()
    good = contents(folder)
    right = ask(folder, query)
    outcomes: Counter[str] = Counter()
    for seed in range(first, first + count):
        where = flip(folder, good, seed)
        print(f"{seed} {where}", file=sys.stderr, flush=True)  # what a signal would leave
        try:
            same = ask(folder, query) == right
        except LibraryError as error:
            outcomes[error.reason_code] += 1
        except Exception as error:
            print(f"BAD {seed} {where}: {type(error).__name__}: {error}")
        else:
            outcomes["right"] += same
            if not same:
                print(f"BAD {seed} {where}: another answer")
        restore(folder, good)
    print(dict(outcomes))


if __name__ == "__main__":
    main()
