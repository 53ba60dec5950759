"""Paths that requests name: only what lies below an allowed folder is found."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from iscckit.server.http.problems import Problem
from iscckit.server.services.allowed_paths import resolve_file, resolve_path

Check = Callable[[str, list[str]], str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "inner").mkdir(parents=True)
    (tmp_path / "root" / "inner" / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "root-2").mkdir()
    (tmp_path / "root-2" / "b.txt").write_text("b", encoding="utf-8")
    return (tmp_path / "root").resolve()


@pytest.mark.parametrize("check", [resolve_path, resolve_file])
def test_a_file_below_a_root_is_found_by_either_spelling(root: Path, check: Check) -> None:
    path = str(root / "inner" / "a.txt")
    assert check("inner/a.txt", [str(root)]) == path
    assert check(path, [str(root)]) == path
    assert check("inner/../inner/a.txt", [str(root.parent / "root-2"), str(root)]) == path


@pytest.mark.parametrize("check", [resolve_path, resolve_file])
@pytest.mark.parametrize(
    "given", ["../root-2/b.txt", "/etc/hostname", "gone.txt", "inner/\0", "", ".."]
)
def test_what_is_elsewhere_or_missing_is_refused(root: Path, check: Check, given: str) -> None:
    if check is resolve_path and not given:
        assert check(given, [str(root)]) == str(root)
        return
    with pytest.raises(Problem) as refused:
        check(given, [str(root)])
    assert refused.value.slug == "path-not-allowed"


@pytest.mark.parametrize("check", [resolve_path, resolve_file])
def test_a_link_does_not_lead_out_of_a_root(root: Path, check: Check) -> None:
    os.symlink(root.parent / "root-2", root / "out")
    with pytest.raises(Problem):
        check("out/b.txt", [str(root)])


def test_folders_and_the_root_itself_are_paths_but_no_files(root: Path) -> None:
    assert resolve_path("inner", [str(root)]) == str(root / "inner")
    assert resolve_path(str(root), [str(root)]) == str(root)
    for given in ("inner", str(root)):
        with pytest.raises(Problem):
            resolve_file(given, [str(root)])


def test_the_first_root_with_such_a_file_counts(root: Path) -> None:
    other = root.parent / "root-2"
    (other / "inner").write_text("a file by the name of a folder", encoding="utf-8")
    assert resolve_file("inner", [str(root), str(other)]) == str(other.resolve() / "inner")
    assert resolve_path("inner", [str(root), str(other)]) == str(root / "inner")
