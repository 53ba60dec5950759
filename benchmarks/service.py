"""The service: how soon it is there, how much memory it takes, how many requests it answers.

    python -m benchmarks.service [--seconds N] [--write]

A real server runs on one core, the client on another. The client is wrk where it is installed,
else a small one in Python, which the report says. Requests a second of the server's own
processor time are given as well: other work on the machine does not change those.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.harness import machine
from benchmarks.report import Limit

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs/benchmarks.md"
MARKS: Final = ("<!-- service: begin -->\n", "<!-- service: end -->\n")
CODES: Final = (
    "ISCC:KEC6QGTXYEN3WJG2WFP6MRSREELV5SNIBHLJA5K4FYX7WFUOK5UXEXI",
    "ISCC:KEC76W25O4E7H5P6WFP6MRSREELV5B6JCVAINJDIVAF2UZTQITEU7XI",
)
BODY: Final = json.dumps({"a": {"iscc": CODES[0]}, "b": {"iscc": CODES[1]}})
WRK: Final = shutil.which("wrk")
CONNECTIONS: Final = 16
GOAL: Final = 2000

_SERVE: Final = """
import sys, uvicorn
from iscckit.server.app import create_app
from iscckit.server.http.protocol import server_options
from iscckit.server.settings import Allowance, Settings
allowance = Allowance(light_rate=0)
app = create_app(Settings(port=int(sys.argv[1]), allowance=allowance))
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", **server_options(allowance))
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _get(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@contextmanager
def serving(*, core: int | None) -> Iterator[tuple[int, int, float]]:
    """Run a server; give its port, its process and the seconds to its first page."""
    port = _free_port()
    pin = [] if core is None else ["taskset", "-c", str(core)]
    started = time.perf_counter()
    process = subprocess.Popen([*pin, sys.executable, "-c", _SERVE, str(port)])
    try:
        while True:
            try:
                assert _get(port, "/compare") == 200
                break
            except ConnectionError:
                if process.poll() is not None:
                    raise RuntimeError("the server ended") from None
                time.sleep(0.005)
        yield port, process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def _resident(pid: int) -> float:
    """Return resident memory in MB."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", text)
    return 0.0 if found is None else int(found[1]) * 1024 / 1e6


def _processor(pid: int) -> float:
    """Return seconds of processor time."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _by_wrk(port: int, path: str, body: str, seconds: float, core: int) -> tuple[int, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body:
            script.write(f"wrk.method='POST'\nwrk.body={json.dumps(body)}\n")
            script.write("wrk.headers['content-type']='application/json'\n")
        script.flush()
        command = ["taskset", "-c", str(core), str(WRK), "-t1", f"-c{CONNECTIONS}"]
        command += [f"-d{seconds:.0f}s", "-s", script.name, f"http://127.0.0.1:{port}{path}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Non-2xx" not in done.stdout, done.stdout
    found = re.search(r"(\d+) requests in ([\d.]+)s", done.stdout)
    assert found is not None, done.stdout
    return int(found[1]), float(found[2])


def _by_python(port: int, path: str, body: str, seconds: float) -> tuple[int, float]:
    counts: list[int] = []
    end = time.perf_counter() + seconds

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < end:
            headers = {"content-type": "application/json"} if body else {}
            connection.request("POST" if body else "GET", path, body or None, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            count += 1
        connection.close()
        counts.append(count)

    started = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), time.perf_counter() - started


def limits(seconds: float) -> Iterator[Limit]:
    """Measure all of it."""
    firsts, used = [], []
    for _ in range(5):
        with serving(core=None) as (_, pid, first):
            firsts.append(first)
            used.append(_processor(pid))
            memory = _resident(pid)
    yield Limit("first page after a cold start (median of 5)", median(firsts), 1.5, "s")
    yield Limit("processor time until then", median(used), 1.5, "s")
    yield Limit("resident before the first file", memory, 120, "MB")
    cores = sorted(os.sched_getaffinity(0))
    with serving(core=cores[0]) as (port, pid, _):
        for name, path, body in (
            ("inspect", f"/api/v1/inspect/{CODES[0]}", ""),
            ("compare two codes", "/api/v1/compare", BODY),
        ):
            before = _processor(pid)
            if WRK:
                count, took = _by_wrk(port, path, body, seconds, cores[-1])
            else:
                count, took = _by_python(port, path, body, seconds)
            busy = max(_processor(pid) - before, 1e-9)
            yield Limit(f"{name}: time a request, one core", took / count * 1e6, 1e6 / GOAL, "us")
            yield Limit(f"{name}: processor time a request", busy / count * 1e6, 1e6 / GOAL, "us")
            yield Limit(f"{name}: requests a second", count / took, None, "")
            yield Limit(f"{name}: requests a processor second", count / busy, None, "")


def main() -> None:
    """Measure and print, or write into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each kind of request")
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    options = parser.parse_args()
    host = {**machine(), "client": "wrk" if WRK else "Python, which is slower than the server"}
    table = "".join(f"- {name}: {value}\n" for name, value in host.items())
    table += "\n| quantity | measured | at most | met |\n|---|---:|---:|---:|\n"
    for each in limits(options.seconds):
        bound = "" if each.bound is None else f"{each.bound:g} {each.unit}"
        met = {True: "yes", False: "**no**", None: ""}[each.met]
        table += f"| {each.quantity} | {each.measured:,.4g} {each.unit} | {bound} | {met} |\n"
    print(table)
    if options.write:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        DOCUMENT.write_text(before + MARKS[0] + table + MARKS[1] + after, encoding="utf-8")


if __name__ == "__main__":
    main()
