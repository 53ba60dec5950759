"""iscc-search on the records of ``benchmarks.library``; runs in an environment of its own.

It brings a fork of usearch under the same name, so it cannot be installed beside the real one:

    python -m venv build/iscc-search
    build/iscc-search/bin/pip install iscc-search==0.3.3
    python -m benchmarks.library --peer build/iscc-search/bin/python

Reads records and queries as JSON from standard input, and prints what they took.
"""

import json
import sys
import tempfile
import time

import iscc_core
from iscc_search.indexes.usearch.index import UsearchIndex
from iscc_search.schema import IsccEntry, IsccQuery

BATCH = 1000


def main() -> None:
    given = json.load(sys.stdin)
    ids = [
        iscc_core.gen_iscc_id(timestamp=1_700_000_000_000_000 + i, hub_id=1, realm_id=0)["iscc"]
        for i in range(len(given["records"]))
    ]
    entries = [
        IsccEntry(iscc_id=number, units=units)
        for number, units in zip(ids, given["records"], strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        index = UsearchIndex(folder, realm_id=0, max_dim=256)
        started, used = time.perf_counter(), time.process_time()
        for at in range(0, len(entries), BATCH):
            index.add_assets(entries[at : at + BATCH])
            index.flush()  # without it a crash loses what was added
        added, added_cpu = time.perf_counter() - started, time.process_time() - used
        times, found = [], 0
        for row, unit in given["queries"]:
            began = time.perf_counter()
            result = index.search_assets(IsccQuery(units=[unit]), limit=10)
            times.append(time.perf_counter() - began)
            found += any(match.iscc_id == ids[row] for match in result.global_matches)
        index.close()
    report = {"added": added, "added_cpu": added_cpu, "query": sorted(times)[len(times) // 2]}
    print(json.dumps(report | {"found": found / len(given["queries"])}))


if __name__ == "__main__":
    main()
