"""What a library knows of a file is not lost when reading it again fails, or gives other bytes."""

import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

from iscckit.library.catalog.schema import NAME
from iscckit.library.library import Library
from iscckit.library.scan.scan import ScanOptions, open_writer
from iscckit.workers.limits import Quota

SAMPLES = Path(__file__).parents[3] / "samples"


def test_a_file_that_cannot_be_read_again_keeps_its_codes(tmp_path: Path) -> None:
    path = tmp_path / "files" / "a.txt"
    path.parent.mkdir()
    path.write_text("Hello World. " * 50, encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        list(library.add(path.parent, options=ScanOptions(jobs=1)))
        [before] = library.items()
        options = ScanOptions(verify=True, jobs=1, quota=Quota(seconds=0.0))
        [change] = library.add(path.parent, options=options)
        assert change.what == "failed"
        assert list(library.items()) == [before]


def test_bytes_that_changed_though_nobody_wrote_them_are_no_new_version(tmp_path: Path) -> None:
    path = tmp_path / "files" / "cat.jpg"
    path.parent.mkdir()
    shutil.copyfile(SAMPLES / "cat.jpg", path)
    with Library.open(tmp_path / "library") as library:
        list(library.add(path.parent, options=ScanOptions(jobs=1)))
        [before] = library.items()
    kept = path.stat()
    with path.open("r+b") as file:
        file.seek(20_000)
        file.write(b"rot")
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    with sqlite3.connect(tmp_path / "library" / NAME) as database:
        database.execute("DELETE FROM print WHERE kind = 'grid'")  # so that it is read again
        database.execute("DELETE FROM seal WHERE part = 'grid'")
    database.close()
    with open_writer(str(tmp_path / "library")) as catalog, catalog.transaction():
        catalog.note_ctime(before.id, path.stat().st_ctime_ns)  # a disk that rots does not note it
    before = replace(before, stat=replace(before.stat, ctime=path.stat().st_ctime_ns))
    with Library.open(tmp_path / "library") as library:
        [change] = library.add(path.parent, options=ScanOptions(jobs=1))
        assert (change.what, "damaged" in change.detail) == ("failed", True)
        assert list(library.items()) == [before]
        [checked] = library.verify()
        assert checked.rotten
        [change] = library.add(path.parent, options=ScanOptions(jobs=1, verify=True))
        assert change.what == "changed"
