"""A library of an older format is refused to readers, and brought up to date by a scan."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from PIL import Image
from tools.planted import SAMPLES

from iscckit.errors import LibraryError
from iscckit.library.catalogue import Catalogue
from iscckit.library.library import Library
from iscckit.library.scanning import scan
from iscckit.library.schema import NAME


@pytest.fixture
def old(tmp_path: Path) -> tuple[str, Path]:
    """Return a library as format 1 had it, and the folder of its files."""
    files, folder = tmp_path / "files", str(tmp_path / "lib")
    files.mkdir()
    for name in ("cat.jpg", "rocket.jpg", "gettysburg-hay.txt"):
        shutil.copy2(SAMPLES / name, files / name)
    list(scan(folder, [str(files)]))
    database = sqlite3.connect(Path(folder) / NAME)
    database.execute("DELETE FROM print WHERE kind IN ('spot', 'grid')")
    places = b"".join(i.to_bytes(4, "little") for i in range(121))
    database.execute(
        "UPDATE print SET codes = CAST(codes || ? AS BLOB), places = ? WHERE kind = 'picture'",
        (bytes(3840), places),
    )
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()
    return folder, files


def test_a_reader_is_told_the_way_out(old: tuple[str, Path]) -> None:
    with pytest.raises(LibraryError, match="format 2, the library has 1; iscc scan brings it"):
        Library.open(old[0]).search(SAMPLES / "cat.jpg")


def test_a_scan_reads_pictures_again_and_nothing_else(
    old: tuple[str, Path], tmp_path: Path
) -> None:
    folder, files = old
    planned: list[tuple[int, int]] = []
    assert list(scan(folder, [str(files)], planned=lambda *counts: planned.append(counts))) == []
    assert list(scan(folder, [str(files)], planned=lambda *counts: planned.append(counts))) == []
    assert planned == [(3, 2), (3, 0)]
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        picture.crop((90, 40, 600, 400)).save(tmp_path / "part.png")
    (match,) = Library.open(folder).search(tmp_path / "part.png").matches
    assert match.item.path == str(files / "rocket.jpg")
    assert match.passage is not None
    assert match.passage.box is not None


def test_pictures_that_are_away_are_still_found_as_a_whole(old: tuple[str, Path]) -> None:
    folder, files = old
    (files / "cat.jpg").unlink()
    list(scan(folder, [str(files)]))
    match = Library.open(folder).search(SAMPLES / "cat.jpg").matches[0]
    assert match.item.state == "missing"
    catalogue = Catalogue(folder)
    (row,) = [each for each in catalogue.prints_of(match.item.id) if each[0] == "picture"]
    assert (len(row[1]), row[2]) == (32, bytes(4))
    catalogue.close()
