"""Work in other processes: everything is done once, and what goes wrong costs only itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from iscckit.workers.pool import Quota, in_processes


def work(item: str) -> str:
    """Do what the item says; by its first letter."""
    match item[0]:
        case "k":
            os.kill(os.getpid(), signal.SIGKILL)
        case "s":
            time.sleep(60)
        case "m":
            held = bytearray(400 << 20)
            held[::4096] = b"x" * len(held[::4096])
            time.sleep(60)
        case "e":
            raise ValueError(item)
    return item.upper()


def process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def test_every_item_is_done_once() -> None:
    items = [f"a{i}" for i in range(200)]
    found = list(in_processes(work, items, 2))
    assert sorted(each.item for each in found) == sorted(items)
    assert all(each.value == each.item.upper() and not each.reason for each in found)
    assert list(in_processes(work, [], 2)) == []
    assert [each.value for each in in_processes(work, ["a"], 3)] == ["A"]


def test_all_workers_have_work() -> None:
    done = Counter(each.value for each in in_processes(process, range(12), 2))
    assert len(done) == 2
    assert min(done.values()) > 2


def test_what_goes_wrong_costs_only_itself() -> None:
    bad = {
        "k": "crashed (SIGKILL)",
        "s": "took longer than 5 s",
        "m": "MiB of memory",
        "e": "ValueError: e",
    }
    items = ["a1", "k", "a2", "a3", "e", "s", "a4", "m", "a5", "k2", "a6"]
    quota = Quota(seconds=5, memory=300 << 20)
    found = {each.item: each for each in in_processes(work, items, 2, quota)}
    assert sorted(found) == sorted(items)
    for item, outcome in found.items():
        if item[0] == "a":
            assert outcome.value == item.upper()
        else:
            assert outcome.value is None
            assert bad[item[0]] in outcome.reason


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_crash_loses_nothing_that_waits_behind_it(jobs: int) -> None:
    items = [f"{'k' if i % 3 == 0 else 'a'}{i}" for i in range(12)]
    found = {each.item: each.value for each in in_processes(work, items, jobs)}
    assert found == {item: item.upper() if item[0] == "a" else None for item in items}


def test_processes_that_cannot_start_are_named_as_the_cause(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from iscckit.workers.pool import in_processes\n"
        "print(list(in_processes(str, ['a', 'b'], 2)))\n"
    )
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "IsccError: worker processes cannot start" in run.stderr
    assert "__main__" in run.stderr


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def items() -> object:
        for i in range(1000):
            taken.append(i)
            yield f"a{i}"

    outcomes = in_processes(work, items(), 2)  # type: ignore[arg-type]
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert len(taken) < 12
