"""A library that was damaged says so: whole answers, or errors that name what is damaged."""

from __future__ import annotations

import ast
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.library.flips import ask, contents

from iscckit.library.catalog.schema import NAME
from iscckit.library.library import Library
from iscckit.library.partitions.store import rebuild
from iscckit.library.scan.scan import open_writer, scan

ROOT = Path(__file__).parents[2]
FLIPS = 10_000 if os.environ.get("ISCCKIT_DEEP") else 120


def words(rng: random.Random, count: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(count))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``lib``, ``query.txt`` and ``files``, of which some are versions."""
    folder = tmp_path_factory.mktemp("made")
    files = folder / "files"
    files.mkdir()
    rng = random.Random(1)
    long = words(rng, 24_000)
    (files / "long.txt").write_text(long)
    (files / "version.txt").write_text(long[:60_000] + words(rng, 300) + long[60_000:])
    (files / "copy.txt").write_text(long)
    for i in range(6):
        (files / f"{i}.txt").write_text(words(rng, 200))
    (folder / "query.txt").write_text(long[3000:3400])
    library = str(folder / "lib")
    list(scan(library, [str(files)]))
    (files / "5.txt").unlink()
    list(scan(library, [str(files)]))
    with open_writer(library) as catalog:
        catalog.remove_path(str(files / "4.txt"))
        with catalog.transaction():
            catalog.mark_unrelated(b"\x1e\x20" + bytes(32), b"\x1e\x20" + b"\x01" * 32)
        rebuild(catalog, force=True)
    (files / "6.txt").write_text(words(rng, 300))
    list(scan(library, [str(files)]))  # in the catalog, not in the segments
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy that a test may damage."""
    shutil.copytree(made, tmp_path / "made")
    return tmp_path / "made"


@pytest.mark.deep
def test_flipped_bits_give_the_right_answer_or_a_named_error(folder: Path) -> None:
    program = [sys.executable, "-m", "tests.library.flips", str(folder / "lib"), "0", str(FLIPS)]
    run = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr[-2000:]
    *bad, last = run.stdout.splitlines()
    assert bad == []
    outcomes = ast.literal_eval(last)
    assert sum(outcomes.values()) == FLIPS
    assert outcomes["right"] > FLIPS / 3
    assert outcomes.keys() <= {
        "right", "item-damaged", "library-damaged", "library-error", "library-older",
        "library-newer",
    }  # fmt: skip


def seg(folder: Path) -> Path:
    return next((folder / "lib" / "index").glob("*/text.seg"))


def test_a_sound_library_has_no_faults(folder: Path) -> None:
    before = contents(folder / "lib")
    steps: list[str] = []
    assert Library.open(folder / "lib").check(done=steps.append) == []
    assert steps[0] == NAME
    assert "text.seg" in steps
    assert Library.open(folder / "lib").check(repair=True) == []
    assert contents(folder / "lib") == before


def test_a_damaged_segment_is_written_again_by_who_reads_it(folder: Path) -> None:
    library, query = folder / "lib", (folder / "query.txt").read_text()
    right, good = ask(library, query), seg(folder).read_bytes()
    seg(folder).write_bytes(good[:64] + bytes(9999) + good[64 + 9999 :])
    (fault,) = Library.open(library).check()
    assert (fault.kind, fault.subject, fault.remedy) == ("index", str(seg(folder)), "derived")
    assert ask(library, query) == right
    assert Library.open(library).check() == []
    seg(folder).unlink()
    assert ask(library, query) == right
    assert seg(folder).exists()


@pytest.mark.parametrize("lost", ["header", "list", "other", "older"])
def test_segments_that_do_not_belong_are_not_used(folder: Path, lost: str) -> None:
    library, query = folder / "lib", (folder / "query.txt").read_text()
    right = ask(library, query)
    listed = seg(folder).parent / "shelves-3.json"
    if lost == "header":
        seg(folder).write_bytes(b"X" * 64 + seg(folder).read_bytes()[64:])
    elif lost == "list":
        listed.write_text(listed.read_text().replace("text", "spot"))
    elif lost == "older":
        listed.rename(listed.with_name("shelves-2.json"))
    else:
        seg(folder).parent.rename(seg(folder).parent.with_name("99"))
    assert ask(library, query) == right


def damage(folder: Path, sql: str) -> None:
    database = sqlite3.connect(folder / "lib" / NAME)
    database.executescript(sql)
    database.close()


def test_damaged_entries_are_removed_and_scanned_again(folder: Path) -> None:
    library = folder / "lib"
    damage(folder, "UPDATE item SET iscc = 'X' WHERE CAST(path AS TEXT) LIKE '%0.txt'")
    one = "(SELECT id FROM item WHERE CAST(path AS TEXT) LIKE '%1.txt')"
    damage(folder, f"DELETE FROM print WHERE item = {one}")
    damage(folder, "UPDATE item SET record = x'00' WHERE CAST(path AS TEXT) LIKE '%long.txt'")
    before = Library.open(library).check()
    assert {(each.kind, each.detail) for each in before} == {
        ("item", "item"),
        ("item", "text"),
        ("item", "record"),
    }
    after = Library.open(library).check(repair=True)
    assert [each.subject for each in after] == [each.subject for each in before]
    assert all(each.repaired for each in after)
    assert Library.open(library).check() == []
    with Library.open(library) as opened:
        left = {os.path.basename(item.path) for item in opened.items()}
        assert left.isdisjoint({"0.txt", "1.txt", "long.txt"})
        changes = {os.path.basename(each.path) for each in opened.add(folder / "files")}
    assert {"0.txt", "1.txt", "long.txt"} <= changes


def test_a_catalog_that_sqlite_cannot_use_is_replaced_by_what_is_good(folder: Path) -> None:
    library = folder / "lib"
    data = bytearray((library / NAME).read_bytes())
    names = {item.path for item in Library.open(library).items()}
    pages = len(data) // 4096
    rng = random.Random(5)
    for page in rng.sample(range(2, pages), pages // 4):
        data[4096 * page : 4096 * page + 200] = rng.randbytes(200)
    (library / NAME).write_bytes(data)
    faults = Library.open(library).check(repair=True)
    assert {each.kind for each in faults} >= {"catalog"}
    assert Library.open(library).check() == []
    assert {item.path for item in Library.open(library).items()} < names
    assert len(list(library.glob(f"damaged-*-{NAME}"))) == 1
    list(Library.open(library).add(folder / "files"))
    assert Library.open(library).check() == []


def test_a_catalog_without_a_header_is_kept_and_made_again(folder: Path) -> None:
    library = folder / "lib"
    (library / NAME).write_bytes(bytes(4096) + (library / NAME).read_bytes()[4096:])
    (fault,) = Library.open(library).check()
    assert (fault.kind, fault.remedy) == ("catalog", "scan")
    assert Library.open(library).check(repair=True)[0].repaired
    assert list(Library.open(library).items()) == []
    assert len(list(Library.open(library).add(folder / "files"))) == 9
