"""A library whose writers are killed, or refused, at each system call that changes something.

Afterwards the catalog still has all that was committed before, and the next scan makes catalog and
index sound. SQLite's shared memory changes without calls: kills by time come besides.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from tests.depth import share
from tests.traced import FAULTS, Fault, Run

from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.schema import NAME
from iscckit.library.check import check
from iscckit.library.library import Library
from iscckit.library.scan.scan import scan

pytestmark = [pytest.mark.slow, pytest.mark.deep]

OLD: Final = Path(__file__).parents[1] / "data" / "library-format-1" / NAME
COUNT: Final = 5  # runs of a writer and a fault in make test-all
TIMES: Final = 50
TEXT: Final = "Call me Ishmael. Some years ago, never mind how long precisely. "
NEW: Final = (
    "It is a truth universally acknowledged, that a single man in possession of a fortune. "
)

SCAN: Final = """
import os
import sys
from iscckit.errors import LibraryError
from iscckit.library.scan.scan import ScanOptions, scan
library, files = sys.argv[1:]
os.write(1, b"ready\\n")
try:
    list(scan(library, [files], ScanOptions(jobs=1, sandbox="off")))
except LibraryError:
    sys.exit(3)
"""
REBUILD: Final = """
import os
import sys
from iscckit.errors import LibraryError
from iscckit.library.partitions.store import rebuild
from iscckit.library.scan.scan import open_writer
os.write(1, b"ready\\n")
try:
    with open_writer(sys.argv[1]) as catalog:
        rebuild(catalog, from_catalog=True)
except LibraryError:
    sys.exit(3)
"""
MIGRATE: Final = """
import os
import sys
from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
os.write(1, b"ready\\n")
try:
    Catalog(sys.argv[1], write=True).close()
except LibraryError:
    sys.exit(3)
"""


class Place:
    """A library of two files that has been scanned, one of which has changed since."""

    def __init__(self, folder: Path) -> None:
        self.files, self.library, self.spare = (folder / x for x in ("files", "library", "spare"))
        self.log = str(folder / "strace")
        self.files.mkdir()
        for name, text in (("a.txt", TEXT), ("b.txt", TEXT[::-1]), ("c.txt", TEXT * 2)):
            (self.files / name).write_text(text * 4)
        list(scan(str(self.library), [str(self.files)]))
        with Library.open(self.library) as opened:
            opened.mark_unrelated(self.files / "a.txt", self.files / "b.txt")
        (self.files / "b.txt").write_text(NEW * 5)
        (self.files / "new.txt").write_text(NEW * 6)
        shutil.copytree(self.library, self.spare)

    def restore(self) -> None:
        shutil.rmtree(self.library)
        shutil.copytree(self.spare, self.library)

    def scan(self) -> Run:
        return Run(SCAN, (str(self.library), str(self.files)))

    def check(self) -> None:
        """Find what was committed before, and a sound library after the next scan."""
        with_all = Catalog(str(self.library))
        assert with_all.find_damaged() == []
        assert {Path(item.path).name for item in with_all.items()} >= {"a.txt", "b.txt", "c.txt"}
        assert len(with_all.read_unrelated_pairs()) == 1
        with_all.close()
        list(scan(str(self.library), [str(self.files)]))
        assert list(check(str(self.library))) == []
        with Library.open(self.library) as opened:
            for name in ("a.txt", "b.txt", "c.txt", "new.txt"):
                best = opened.search(self.files / name).matches[0]
                assert (Path(best.item.path).name, best.verdict) == (name, "identical")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def cut_short(run: Run, log: str, call: tuple[str, int], fault: Fault) -> None:
    name, number = call
    inject = f"inject={name}:{fault}:when={number}"
    code, said = run.trace(log, "-e", f"trace={name}", "-e", inject)
    assert code in ({-9, 137} if fault == "signal=KILL" else {0, 3}), (call, code, said)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_scan_that_is_cut_short_loses_nothing(place: Place, fault: Fault) -> None:
    for call in share(place.scan().calls(place.log), COUNT):
        place.restore()
        cut_short(place.scan(), place.log, call, fault)
        place.check()


@pytest.mark.parametrize("fault", FAULTS)
def test_an_index_whose_writing_is_cut_short_is_written_again(place: Place, fault: Fault) -> None:
    run = Run(REBUILD, (str(place.library),))
    for call in share(run.calls(place.log), COUNT):
        place.restore()
        cut_short(run, place.log, call, fault)
        place.check()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_migration_that_is_cut_short_is_done_later(tmp_path: Path, fault: Fault) -> None:
    folder, log = tmp_path / "library", str(tmp_path / "strace")

    def fill() -> Run:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(OLD, folder / NAME)
        return Run(MIGRATE, (str(folder),))

    calls = fill().calls(log)
    whole = told(folder)
    for call in share(calls, COUNT):
        cut_short(fill(), log, call, fault)
        assert told(folder) == whole, call


def told(folder: Path) -> list[object]:
    catalog = Catalog(str(folder), write=True)
    assert (catalog.find_damaged(), catalog.integrity_faults()) == ([], [])
    items = list(catalog.items())
    found: list[object] = [
        *items,
        *(catalog.record(item.id) for item in items),
        catalog.read_unrelated_pairs(),
    ]
    catalog.close()
    return found


def test_a_scan_that_is_killed_at_any_time_loses_nothing(place: Place) -> None:
    command = [sys.executable, "-c", SCAN, str(place.library), str(place.files)]
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    whole = time.monotonic() - started
    chance = random.Random(TIMES)
    for delay in share([chance.uniform(0.3, 1.1) * whole for _ in range(TIMES)], COUNT):
        place.restore()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        place.check()
