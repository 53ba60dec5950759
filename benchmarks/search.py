"""Search among ready-made codes: our index against faiss and usearch, in one run.

    python -m benchmarks.search [--rows N] [--write]
    python -m benchmarks.search --huge

Codes are random, which is the hardest background for graphs; queries are stored codes of which
some bits were flipped. Peers answer the same queries; recall is the share of the true nearest
distances that they reach. Ours is exact, and is compared with a scan by NumPy.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray
from usearch.compiled import MetricKind, ScalarKind
from usearch.index import Index

from benchmarks.harness import machine
from benchmarks.report import Limit, duration
from iscckit.index.planes import Planes, build_tables, pack_planes
from iscckit.index.segment import write_segment
from iscckit.index.self_join import pairs_within

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs/benchmarks.md"
MARKS: Final = ("<!-- search: begin -->\n", "<!-- search: end -->\n")
QUERIES: Final = 200
_REOPEN: Final = """
import sys, time
import numpy as np
from iscckit.index.segment import open_segment
started = time.perf_counter()
segment = open_segment(sys.argv[1])
opened = time.perf_counter() - started
rng = np.random.default_rng(5)
for _ in range(200):
    segment.planes.within(rng.bytes(8), 8)
    segment.planes.nearest(rng.bytes(8), 10) if _ < 5 else None
status = open("/proc/self/status").read()
print(opened, status.split("VmHWM:")[1].split()[0])
"""


def timed(ask: Callable[[bytes], object], queries: list[bytes]) -> float:
    """Return the median time of a query in seconds."""
    times = []
    for query in queries:
        started = time.perf_counter()
        ask(query)
        times.append(time.perf_counter() - started)
    return median(times)


def queries_of(bodies: np.ndarray, flips: int) -> list[bytes]:
    """Return stored codes with ``flips`` bits flipped."""
    rng = np.random.default_rng(2)
    found = []
    for row in rng.integers(0, len(bodies), QUERIES):
        body = bodies[row].copy()
        for bit in rng.choice(8 * bodies.shape[1], flips, replace=False):
            body[bit // 8] ^= 1 << (bit % 8)
        found.append(body.tobytes())
    return found


def check(planes: Planes, query: bytes) -> None:
    """Compare one answer with brute force."""
    distances = planes.distances(np.arange(len(planes)), query)
    found = planes.nearest(query, 10)
    assert sorted(distances)[:10] == found["distance"].tolist()
    within = planes.within(query, 8)
    assert np.array_equal(np.sort(within["row"]), np.nonzero(distances <= 8)[0])


def ours(bodies: np.ndarray, bits: int, folder: str) -> list[Limit]:
    """Measure building, searching, joining and opening of 64-bit codes."""
    rows, millions = len(bodies), len(bodies) / 1e6
    planes = pack_planes(bodies.tobytes(), bits)
    if bits != 64:
        queries = queries_of(bodies, 24)
        nearest = timed(lambda query: planes.nearest(query, 10), queries[:50])
        return [Limit(f"{millions:g} M x {bits}: 10 nearest", nearest * 1e3, 15, "ms")]
    started = time.perf_counter()
    planes = Planes(bits, planes.words, build_tables(planes.words[0]))
    built = time.perf_counter() - started
    queries = queries_of(bodies, 4)
    for query in queries[:3]:
        check(planes, query)
    within = timed(lambda query: planes.within(query, 8), queries)
    nearest = timed(lambda query: planes.nearest(query, 10), queries[:50])
    started = time.perf_counter()
    pairs = pairs_within(planes, 8, threads=os.cpu_count() or 1)
    joined = time.perf_counter() - started
    path = os.path.join(folder, "a.seg")
    write_segment(path, planes, np.arange(rows, dtype=np.int64), rows)
    run = subprocess.run(
        [sys.executable, "-c", _REOPEN, path], capture_output=True, text=True, check=True
    )
    opened, resident = map(float, run.stdout.split())
    size = sum(
        plane.nbytes
        for plane in (
            *planes.words,
            *(a for t in planes.tables for a in (t.offsets, t.codes, t.rows)),
        )
    )
    name = f"{millions:g} M x 64"
    return [
        Limit(f"{name}: radius 8", within * 1e3, 0.15, "ms"),
        Limit(f"{name}: 10 nearest", nearest * 1e3, 3, "ms"),
        Limit(f"{name}: all pairs within 8 ({len(pairs):,})", joined, 15, "s"),
        Limit(f"{name}: tables built", built, None, "s"),
        Limit(f"{name}: bytes a code", size / rows, 48, "bytes"),
        Limit(f"{name}: opened again", opened * 1e3, 50, "ms"),
        Limit(f"{name}: resident while searched", resident / 1024, 1024, "MiB"),
    ]


def huge(rows: int) -> str:
    """Measure so many 64-bit codes, for each of which there must be 48 bytes of memory."""
    rng = np.random.default_rng(1)
    words = rng.integers(0, 2**64, rows, dtype=np.uint64)
    started, used = time.perf_counter(), time.process_time()
    tables = build_tables(words)
    built, used = time.perf_counter() - started, time.process_time() - used
    planes, plain = Planes(64, (words,), tables), Planes(64, (words,))
    chosen = words[rng.integers(0, rows, 100)].tolist()
    near = [(word ^ 0x0100400002000401).to_bytes(8, "big") for word in chosen]
    far = [rng.bytes(8) for _ in range(100)]
    for query in near[:5] + far[:5]:
        assert np.array_equal(planes.nearest(query, 10), plain.nearest(query, 10))
        assert np.array_equal(planes.within(query, 8), plain.within(query, 8))
    size = words.nbytes + sum(
        part.nbytes for table in tables for part in (table.offsets, table.codes, table.rows)
    )
    lines = [
        f"| tables built | {built:.1f} s ({used:.1f} s of one processor) |  |",
        f"| bytes a code | {size / rows:.1f} | 48 |",
        f"| in memory | {size / 2**30:.1f} GiB |  |",
        f"| radius 8 | {timed(lambda q: planes.within(q, 8), near) * 1e3:.3f} ms |  |",
        f"| 10 nearest, near a stored code | {_ms(planes, near)} ms | 25 ms |",
        f"| 10 nearest, near none | {_ms(planes, far)} ms | 25 ms |",
        f"| 10 nearest by a scan | {_ms(plain, far[:20])} ms |  |",
    ]
    head = f"\nAt {rows:,} codes of 64 bits, one thread:\n\n"
    return head + "| quantity | measured | at most |\n|---|---:|---:|\n" + "\n".join(lines) + "\n"


def _ms(planes: Planes, queries: list[bytes]) -> str:
    return f"{timed(lambda query: planes.nearest(query, 10), queries) * 1e3:.2f}"


def peers(bodies: np.ndarray, bits: int) -> list[str]:
    """Return a line of the table for each engine, for 10 nearest."""
    queries = queries_of(bodies, 4)
    planes = pack_planes(bodies.tobytes(), bits)
    started = time.perf_counter()
    planes = Planes(bits, planes.words, build_tables(planes.words[0]) if bits == 64 else ())
    rows: list[tuple[str, float, Callable[[bytes], Any]]] = [
        ("iscckit", time.perf_counter() - started, lambda q: planes.nearest(q, 10)["distance"])
    ]

    flat = faiss.IndexBinaryFlat(bits)
    started = time.perf_counter()
    flat.add(bodies)
    rows.append(("faiss flat", time.perf_counter() - started, lambda q: _faiss(flat, q)))
    graph = faiss.IndexBinaryHNSW(bits, 16)
    started = time.perf_counter()
    graph.add(bodies)
    rows.append(("faiss HNSW", time.perf_counter() - started, lambda q: _faiss(graph, q)))
    other = Index(ndim=bits, metric=MetricKind.Hamming, dtype=ScalarKind.B1)
    started = time.perf_counter()
    other.add(np.arange(len(bodies)), bodies)
    rows.append(
        (
            "usearch",
            time.perf_counter() - started,
            lambda q: other.search(np.frombuffer(q, np.uint8), 10).distances,
        )
    )
    faiss.omp_set_num_threads(1)
    truth = [planes.nearest(query, 10)["distance"].max() for query in queries]
    lines = []
    for name, built, ask in rows:
        reached = [
            np.mean(np.asarray(ask(query)) <= far)
            for query, far in zip(queries, truth, strict=True)
        ]
        speed = duration(timed(ask, queries))
        lines.append(
            f"| {bits} | {name} | {duration(max(built, 1e-9))} | {speed} | {np.mean(reached):.3f} |"
        )
    return lines


def _faiss(index: faiss.IndexBinary, query: bytes) -> NDArray[np.int32]:
    found: NDArray[np.int32] = index.search(np.frombuffer(query, np.uint8)[None], 10)[0][0]
    return found


def main() -> None:
    """Measure and print, or write into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--write", action="store_true", help="put the tables into the docs")
    parser.add_argument(
        "--huge", type=int, nargs="?", const=100_000_000, metavar="ROWS", help="only so many codes"
    )
    options = parser.parse_args()
    if options.huge:
        host = "".join(f"- {name}: {value}\n" for name, value in machine().items())
        print(host + huge(options.huge))
        return
    rng = np.random.default_rng(1)
    limits: list[Limit] = []
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for bits in (64, 256):
            bodies = rng.integers(0, 256, (options.rows, bits // 8), dtype=np.uint8)
            limits += ours(bodies, bits, folder)
            lines += peers(bodies[: min(100_000, options.rows)], bits)
    host = "".join(f"- {name}: {value}\n" for name, value in machine().items())
    table = "\n| quantity | measured | at most | met |\n|---|---:|---:|---:|\n" + "".join(
        f"| {each.quantity} | {each.measured:.3g} {each.unit} | "
        f"{'' if each.bound is None else f'{each.bound:g} {each.unit}'} | "
        f"{ {True: 'yes', False: '**no**', None: ''}[each.met] } |\n"
        for each in limits
    )
    table += (
        f"\nTen nearest of {min(100_000, options.rows):,} codes, one thread:\n\n"
        "| bits | engine | built in | a query | recall |\n|---:|---|---:|---:|---:|\n"
        + "\n".join(lines)
        + "\n"
    )
    print(host + table)
    if options.write:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        page = before + MARKS[0] + host + table + MARKS[1] + after
        DOCUMENT.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
