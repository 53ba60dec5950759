"""Measure outboards and verified ranges; print ratios to the package blake3 with one thread.

    python -m benchmarks.byte_ranges [--gigabytes N]

The outboard of random bytes in memory is made at each SIMD level of this machine, in turn with the
package. Then 1 MB out of a sparse file is proven and verified.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from blake3 import blake3

from benchmarks.harness import LEVELS, machine, measure
from iscckit import _kernel
from iscckit.trust.declarations.prove_range import prove_range, verify_range_file, write_range_file
from iscckit.trust.proof.byte_range import verify_range

SIZE: Final = 1 << 27  # bytes that are hashed
BLOCK: Final = 1 << 20
RANGE: Final = 1_000_000
GOAL, WISH = 0.2, 0.4  # of the rate of the package
MOST: Final = 0.010  # seconds to verify 1 MB


def make_outboard(data: memoryview, level: int) -> bytes:
    """Hash data in blocks, as files are, and return the root."""
    hasher = _kernel.OutboardHasher(level)
    for at in range(0, len(data), BLOCK):
        hasher.update(data[at : at + BLOCK])
    return hasher.finish()[0]


def hash_by_package(data: memoryview) -> bytes:
    """Hash the same blocks by the package, with one thread."""
    hasher = blake3(max_threads=1)
    for at in range(0, len(data), BLOCK):
        hasher.update(data[at : at + BLOCK])
    return hasher.digest()


def seconds(call: Callable[[], object], times: int = 21) -> float:
    """Return the median time of a call."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return median(found)


def measure_outboards() -> None:
    """Print the rate of each level, and its ratio to that of the package."""
    data = memoryview(os.urandom(SIZE))
    levels = [level for level in LEVELS if level in _kernel.levels["OutboardHasher"]]
    calls = [partial(make_outboard, data, level) for level in levels]
    calls.append(partial(hash_by_package, data))
    assert len({call() for call in calls}) == 1
    times, rounds = measure(calls, 5.0)
    print(f"| outboard of {SIZE >> 20} MB, one thread | MB/s | of blake3 |\n|---|---|---|")
    for level, taken in zip(levels, times, strict=False):
        print(f"| {LEVELS[level]} | {SIZE / 1e6 / taken:,.0f} | {times[-1] / taken:.2f} |")
    print(f"| package blake3 | {SIZE / 1e6 / times[-1]:,.0f} | 1 |")
    best = times[-1] / times[-2]
    print(f"\n{best:.2f} of the package's rate (goal {GOAL}, wish {WISH}), {rounds} rounds")


def measure_ranges(gigabytes: int) -> None:
    """Print how long proofs of 1 MB out of a sparse file take."""
    with tempfile.TemporaryDirectory() as folder:
        path, proof = Path(folder) / "sparse", Path(folder) / "x.iscc-range.json"
        with path.open("wb") as file:
            file.truncate(gigabytes << 30)
        os.utime(path, ns=(10**18, 10**18))
        prove = partial(prove_range, path, 5000, 5000 + RANGE, cache=folder)
        first = seconds(prove, 1)
        byte_range = prove()
        write_range_file(proof, byte_range)
        size = proof.stat().st_size
        rows = (
            ("prove, first time", first),
            ("prove again, outboard kept", seconds(prove)),
            ("verify in memory", seconds(partial(verify_range, byte_range))),
            ("read and verify the proof", seconds(partial(verify_range_file, proof))),
        )
    print(f"\n| 1 MB out of {gigabytes} GB, proof of {size / 1e6:.2f} MB | ms |\n|---|---|")
    for name, taken in rows:
        print(f"| {name} | {1000 * taken:,.1f} |")
    print(f"\nverified in {1000 * rows[2][1]:.1f} ms (goal {1000 * MOST:.0f} ms)")


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--gigabytes", type=int, default=10, help="size of the sparse file")
    options = parser.parse_args()
    print(machine(), end="\n\n")
    measure_outboards()
    measure_ranges(options.gigabytes)


if __name__ == "__main__":
    main()
