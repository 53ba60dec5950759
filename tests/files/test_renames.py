"""Renames that overwrite nothing, and swaps in one step."""

import os
from pathlib import Path

import pytest

from iscckit.files import renames
from iscckit.files.renames import exchange, move_new, sync_folder

WAYS = [True, False]


@pytest.fixture(params=WAYS, ids=["by the system", "by links"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if not request.param:
        monkeypatch.setattr(renames, "_function", lambda: None)
    return bool(request.param)


@pytest.mark.usefixtures("way")
def test_a_file_moves_with_its_inode(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"A")
    inode = source.stat().st_ino
    move_new(str(source), str(target))
    assert (source.exists(), target.read_bytes(), target.stat().st_ino) == (False, b"A", inode)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("there", ["file", "folder", "dangling link"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"A")
    if there == "file":
        target.write_bytes(b"B")
    elif there == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    before = os.lstat(target)
    with pytest.raises(FileExistsError):
        move_new(str(source), str(target))
    assert source.read_bytes() == b"A"
    assert os.lstat(target).st_ino == before.st_ino


@pytest.mark.usefixtures("way")
def test_a_link_is_moved_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"A")
    (tmp_path / "link").symlink_to("file")
    move_new(str(tmp_path / "link"), str(tmp_path / "moved"))
    assert os.readlink(tmp_path / "moved") == "file"
    assert (tmp_path / "file").read_bytes() == b"A"


def test_two_files_swap_places_or_nothing_happens(tmp_path: Path, way: bool) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_bytes(b"A")
    b.write_bytes(b"B")
    swapped = exchange(str(a), str(b))
    assert swapped or not way or os.name == "nt"
    assert (a.read_bytes(), b.read_bytes()) == ((b"B", b"A") if swapped else (b"A", b"B"))


def test_what_is_not_there_cannot_be_swapped(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"A")
    if renames._function() is None:
        pytest.skip("this system cannot swap two files")
    with pytest.raises(FileNotFoundError):
        exchange(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == b"A"


def test_a_folder_is_synced_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    sync_folder(str(tmp_path))
    if os.name != "nt":
        with pytest.raises(FileNotFoundError):
            sync_folder(str(tmp_path / "missing"))
