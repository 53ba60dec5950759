"""A library that may only be read is read: closed, after a kill, and while another process writes.

Root may write everywhere, whatever permissions say; for root the readers give up that right.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.catalog.open_readonly import _open_without_locks, open_reader
from iscckit.library.catalog.schema import NAME
from iscckit.library.scan.scan import open_writer, scan

TEXT = "It was the best of times, it was the worst of times, it was the age of wisdom. " * 40
READ = """
import io, json, sys
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.export import export
from iscckit.library.clusters.reuse import find_reuse
from iscckit.library.library import Library
library = Library.open(sys.argv[1])
try:
    open(sys.argv[1] + "/x", "w")
except OSError:
    pass
else:
    sys.exit("the folder can be written")
catalog, out = Catalog(sys.argv[1]), io.BytesIO()
export(catalog, out, ".jsonl")
print(json.dumps([
    [match.item.path for match in library.search(sys.argv[2], kind="text").matches],
    [item.path for item in library.items()],
    [[member.item.path for member in each.members] for each in library.clusters()],
    [each.to_dict() for each in find_reuse(catalog)],
    out.getvalue().decode(),
    sorted((each.path, each.finding) for each in library.verify(jobs=1)),
]))
"""
POWERLESS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with texts, two of which share most."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.txt").write_text(TEXT + "And more.")
    (folder / "c.txt").write_text("Nothing of the kind. " * 50)
    return folder


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    places = [folder, *folder.rglob("*")]
    modes = [(place, place.stat().st_mode) for place in places]
    for place, mode in reversed(modes):
        place.chmod(mode & 0o555)
    try:
        yield
    finally:
        for place, mode in modes:
            place.chmod(mode)


def read(library: Path) -> list[object]:
    """Return what another process, which cannot write, reads of a library."""
    program = [sys.executable, "-c", READ, str(library), TEXT[:400]]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    run = subprocess.run(
        [*POWERLESS, *program] if root else program, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: list[object] = json.loads(run.stdout)
    return found


def test_a_closed_library_is_read(files: Path, tmp_path: Path) -> None:
    library = tmp_path / "lib"
    list(scan(str(library), [str(files)]))
    with unwritable(library):
        matches, paths, clusters, _, exported, verified = read(library)
    assert len(matches) == 2  # type: ignore[arg-type]
    assert paths == [str(files / name) for name in paths_in_order(library)]
    assert len(clusters) == 1  # type: ignore[arg-type]
    assert len(str(exported).splitlines()) == 3
    assert verified == [[str(files / name), "intact"] for name in ("a.txt", "b.txt", "c.txt")]


def paths_in_order(library: Path) -> list[str]:
    catalog = Catalog(str(library))
    found = [os.path.basename(item.path) for item in catalog.items()]
    catalog.close()
    return found


def test_a_library_whose_writer_was_killed_is_read(files: Path, tmp_path: Path) -> None:
    library, killed = tmp_path / "lib", tmp_path / "killed"
    list(scan(str(library), [str(files)]))
    with open_writer(str(library)) as catalog:
        with catalog.transaction():
            catalog.add(Item(0, "/in the log", Stat(1, 1, 1, 1), "present"))
        killed.mkdir()
        for name in (NAME, f"{NAME}-wal"):
            shutil.copy(library / name, killed / name)
    assert (killed / f"{NAME}-wal").stat().st_size
    before = {path.name: path.read_bytes() for path in killed.iterdir()}
    with unwritable(killed):
        assert "/in the log" in read(killed)[1]  # type: ignore[operator]
    assert {path.name: path.read_bytes() for path in killed.iterdir()} == before


def test_a_library_is_read_while_another_process_writes(files: Path, tmp_path: Path) -> None:
    library = tmp_path / "lib"
    list(scan(str(library), [str(files)]))
    with open_writer(str(library)) as catalog:
        for i in range(3):
            with catalog.transaction():
                catalog.add(Item(0, f"/{i}", Stat(1, 1, 1, 1), "present"))
            with unwritable(library):
                assert f"/{i}" in read(library)[1]  # type: ignore[operator]


def test_a_catalog_that_is_written_while_it_is_read_without_locks_is_an_error(
    tmp_path: Path,
) -> None:
    with open_writer(str(tmp_path)) as catalog, catalog.transaction():
        catalog.add_many(Item(0, f"/{i}", Stat(1, 1, 1, 1), "present") for i in range(500))
    path = str(tmp_path / NAME)
    database = _open_without_locks(path)
    assert database is not None
    rows = database.execute("SELECT id FROM item")
    next(rows)
    with open_writer(str(tmp_path)) as catalog, catalog.transaction():
        catalog.remove_path("/7")
    with pytest.raises(LibraryError, match="meanwhile") as error:
        list(rows)
    assert error.value.reason_code == "library-changed"
    database.close()


def test_a_catalog_with_a_log_is_never_read_without_it(tmp_path: Path) -> None:
    with open_writer(str(tmp_path)) as catalog:
        with catalog.transaction():
            catalog.add(Item(0, "/a", Stat(1, 1, 1, 1), "present"))
        assert _open_without_locks(str(tmp_path / NAME)) is None


def test_no_database_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryError, match="not a database") as error:
        open_reader(str(tmp_path / NAME))
    assert error.value.reason_code == "library-damaged"
