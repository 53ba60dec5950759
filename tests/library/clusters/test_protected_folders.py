"""Folders that are never touched are told by what they are, and one that protects nothing fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iscckit.errors import InvalidInput
from iscckit.library.clusters.protected_folders import find_protected


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder with a/x/f and b/f, and links to a and to a/x."""
    (tmp_path / "a" / "x").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    for name in ("a/x/f", "b/f"):
        (tmp_path / name).touch()
    (tmp_path / "to a").symlink_to("a")
    (tmp_path / "b" / "to x").symlink_to("../a/x")
    return tmp_path


@pytest.mark.parametrize("spelled", ["a", "a/", "to a", "b/../a", "a/x", "b/to x", "./a//x"])
@pytest.mark.parametrize("scanned", ["a/x/f", "to a/x/f", "b/to x/f"])
def test_a_file_is_protected_however_folder_and_file_are_spelled(
    tree: Path, spelled: str, scanned: str
) -> None:
    path, other = f"{tree}/{scanned}", f"{tree}/b/f"
    assert find_protected([path, other], [f"{tree}/{spelled}"]) == {path}


def test_a_relative_folder_is_understood(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "b")
    assert find_protected([f"{tree}/a/x/f"], ["to x"]) == {f"{tree}/a/x/f"}


def test_a_file_that_is_gone_is_told_by_its_path(tree: Path) -> None:
    (tree / "a" / "x" / "f").unlink()
    (tree / "a" / "x").rmdir()
    assert find_protected([f"{tree}/to a/x/f"], [f"{tree}/a"]) == {f"{tree}/to a/x/f"}


@pytest.mark.parametrize("folder", ["none", "b/f", "empty", "a/x/f/"])
def test_a_folder_that_covers_nothing_is_a_mistake(tree: Path, folder: str) -> None:
    (tree / "empty").mkdir()
    paths = [f"{tree}/a/x/f", f"{tree}/b/f"]
    with pytest.raises(InvalidInput) as refused:
        find_protected(paths, [f"{tree}/a", f"{tree}/{folder}"], lambda: paths)
    assert refused.value.reason_code == "reference-empty"


def test_a_folder_without_copies_protects_what_it_holds(tree: Path) -> None:
    assert find_protected([f"{tree}/b/f"], [f"{tree}/a"], lambda: [f"{tree}/a/x/f"]) == set()


def test_a_name_that_begins_alike_is_another_folder(tree: Path) -> None:
    os.rename(tree / "b", tree / "ab")
    assert find_protected([f"{tree}/ab/f", f"{tree}/a/x/f"], [f"{tree}/a"]) == {f"{tree}/a/x/f"}
