"""Outboards that are kept: used again, never trusted, never too many."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from iscckit.files.watched_file import OpenFile
from iscckit.library.library import Library
from iscckit.trust.declarations import outboard
from iscckit.trust.declarations.outboard import CACHED_FROM, open_outboard, outboard_folder
from iscckit.trust.declarations.prove_range import prove_range

DATA = random.Random(9).randbytes(CACHED_FROM + 12_345)
LONG_AGO = (10**18, 10**18)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    os.utime(path, ns=LONG_AGO)
    return path


def was_cached(path: Path, folder: Path) -> bool:
    with OpenFile(str(path)) as opened, open_outboard(opened, str(folder)) as found:
        return found.cached


def test_an_outboard_is_made_once(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "outboards"
    assert not was_cached(file, folder)
    assert was_cached(file, folder)
    (kept,) = folder.iterdir()
    groups = -(-len(DATA) // 16_384)
    assert kept.stat().st_size == 48 + 64 * (groups - 1)
    first = prove_range(file, 5_000_000, 5_003_000, cache=str(folder))
    assert first == prove_range(file, 5_000_000, 5_003_000)


def test_a_renamed_file_keeps_its_outboard_and_a_written_one_does_not(
    file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "outboards"
    was_cached(file, folder)
    moved = file.rename(tmp_path / "other.bin")
    assert was_cached(moved, folder)
    with moved.open("r+b") as stream:
        stream.write(b"new")
    assert not was_cached(moved, folder)


def test_the_outboard_of_a_file_that_was_just_written_is_not_kept(
    file: Path, tmp_path: Path
) -> None:
    file.write_bytes(DATA)
    folder = tmp_path / "outboards"
    assert not was_cached(file, folder)
    assert not was_cached(file, folder)
    assert not folder.exists()


def test_a_change_that_no_time_shows_gives_no_false_proof(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "outboards"
    before = prove_range(file, 5_000_000, 5_003_000, cache=str(folder))
    with file.open("r+b") as stream:
        stream.seek(5_001_000)
        stream.write(b"another text")
    os.utime(file, ns=LONG_AGO)
    after = prove_range(file, 5_000_000, 5_003_000, cache=str(folder))
    assert after == prove_range(file, 5_000_000, 5_003_000)
    assert after.datahash != before.datahash


@pytest.mark.parametrize("damage", ["flip", "root", "cut", "append", "head", "empty"])
def test_a_damaged_outboard_is_made_again(file: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "outboards"
    expected = prove_range(file, 5_000_000, 5_003_000, cache=str(folder))
    (kept,) = folder.iterdir()
    data = bytearray(kept.read_bytes())
    if damage == "flip":
        data[-1] ^= 1  # of the parent below the root
    elif damage == "root":
        data[20] ^= 1
    elif damage == "cut":
        del data[-64:]
    elif damage == "append":
        data += b"x"
    elif damage == "head":
        data[0] ^= 1
    else:
        data.clear()
    kept.write_bytes(data)
    assert prove_range(file, 5_000_000, 5_003_000, cache=str(folder)) == expected
    assert was_cached(file, folder)
    assert prove_range(file, 5_000_000, 5_003_000, cache=str(folder)) == expected


def test_the_outboards_that_were_not_used_for_longest_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "outboards"
    monkeypatch.setattr(outboard, "_CACHE_SIZE", 80_000)  # two of them
    paths = [tmp_path / f"{number}.bin" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(DATA)
        os.utime(path, ns=LONG_AGO)
        was_cached(path, folder)
        if number == 1:
            for place, kept in enumerate(folder.iterdir()):
                os.utime(kept, ns=(10**18 + place, 10**18 + place))
            assert was_cached(paths[0], folder)
    assert len(list(folder.iterdir())) == 2
    assert was_cached(paths[0], folder)
    assert was_cached(paths[2], folder)


def test_small_files_and_folders_that_cannot_be_written_have_none(
    file: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.bin"
    small.write_bytes(DATA[: CACHED_FROM - 1])
    os.utime(small, ns=LONG_AGO)
    folder = tmp_path / "outboards"
    assert not was_cached(small, folder)
    assert not folder.exists()
    blocked = tmp_path / "blocked"
    blocked.touch()
    for path in (blocked, blocked / "outboards"):
        assert prove_range(file, 0, 5, cache=str(path)) == prove_range(file, 0, 5)


def test_the_folder_is_that_of_a_library(tmp_path: Path) -> None:
    library, works = tmp_path / "library", tmp_path / "works"
    works.mkdir()
    (works / "a.txt").write_text("words")
    assert outboard_folder(str(library)) is None
    with Library.open(library) as opened:
        list(opened.add(works))
    assert outboard_folder(str(library)) == str(library / "outboards")
    (library / "outboards").mkdir()
    (library / "outboards" / "0.outboard").write_bytes(b"x")
    with Library.open(library) as opened:
        assert list(opened.check()) == []
        assert [each.finding for each in opened.verify()] == ["intact"]
