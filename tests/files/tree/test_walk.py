"""A folder is walked in one order everywhere, and in that of iscc-sum."""

from __future__ import annotations

import os
import random
import warnings
from pathlib import Path

import pytest
from iscc_sum.treewalk import treewalk_iscc
from tests.work import count_calls

from iscckit.errors import UnreadableFile
from iscckit.files.tree.walk import walk


def fill(root: Path, *names: str, **texts: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(name, name))
    return root


def theirs(root: Path) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return [path.relative_to(root).as_posix() for path in treewalk_iscc(root)]


def test_names_are_ordered_by_the_bytes_of_their_composed_form(tmp_path: Path) -> None:
    names = ["Caf\u00e9.txt", "Cafe\u0301.txt", "caf\u00e9.txt", "caffe.txt"]
    fill(tmp_path, *names)
    assert list(walk(tmp_path)) == [names[1], names[0], names[3], names[2]]


def test_ignore_files_come_first_then_files_then_folders(tmp_path: Path) -> None:
    fill(tmp_path, "b/a.txt", "zzz.txt", "aaa.txt", ".gitignore", "a/z.txt")
    assert list(walk(tmp_path)) == [".gitignore", "aaa.txt", "zzz.txt", "a/z.txt", "b/a.txt"]


def test_isccignore_prunes_and_records_are_never_content(tmp_path: Path) -> None:
    fill(tmp_path, "keep.txt", "temp/x.txt", "data.txt.iscc.json", "a/skip.log", "a/b/skip.log")
    (tmp_path / ".isccignore").write_text("temp/\n!data.txt.iscc.json\n")
    (tmp_path / "a" / ".isccignore").write_text("*.log\n")
    assert list(walk(tmp_path)) == [".isccignore", "keep.txt", "a/.isccignore"]


def test_links_are_neither_listed_nor_followed(tmp_path: Path) -> None:
    fill(tmp_path, "a/x.txt")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "c.txt").symlink_to(tmp_path / "a" / "x.txt")
    os.mkfifo(tmp_path / "pipe")
    assert list(walk(tmp_path)) == ["a/x.txt"]


def test_names_that_are_no_unicode_are_walked(tmp_path: Path) -> None:
    raw = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / raw).write_text("x")
    assert list(walk(tmp_path)) == [raw]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="nowhere"):
        list(walk(tmp_path / "nowhere"))


@pytest.mark.parametrize("seed", range(20))
def test_random_trees_are_walked_as_iscc_sum_walks_them(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    folders = ["a", "B", "é", "e\u0301", "#x", "c"]
    files = ["z.log", "x.txt", ".gitignore", ".xignore", "y.iscc.json", "ß", "Z", "ab", "A.B"]
    patterns = ["*.log", "/a", "B/", "!x.txt", "*.txt", "a/**", "**/B", "é", "[A-Z]", "#x", "!B/"]
    for _ in range(30):
        folder = tmp_path.joinpath(*rng.choices(folders, k=rng.randint(0, 3)))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / rng.choice(files)).write_text("x")
        if rng.random() < 0.2:
            lines = "\n".join(rng.choices(patterns, k=2))
            (folder / ".isccignore").write_text(lines)
    assert list(walk(tmp_path)) == theirs(tmp_path)


def test_the_walk_goes_on_behind_a_folder_that_it_refuses(tmp_path: Path) -> None:
    deep = tmp_path / "b"
    fill(tmp_path, "a/x.txt", "c/x.txt")
    (deep / "/".join("d" * 257)).mkdir(parents=True)
    refused: list[UnreadableFile] = []
    assert list(walk(tmp_path, refused=refused.append)) == ["a/x.txt", "c/x.txt"]
    assert [error.reason for error in refused] == ["folders nested deeper than 256"]
    with pytest.raises(UnreadableFile, match="deeper"):
        list(walk(tmp_path))


def test_the_stars_that_stopped_a_backtracking_matcher_take_few_steps(tmp_path: Path) -> None:
    # security finding S1: sec-ignore/make.sh
    (tmp_path / ".isccignore").write_text("*a*a*a*a*a*b\n" * 20)
    (tmp_path / ("a" * 200)).touch()
    assert count_calls(lambda: list(walk(tmp_path))) < 100_000
    assert list(walk(tmp_path)) == [".isccignore", "a" * 200]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("x" * (1 << 20) + "y", "longer than 1048576"),
        ("*a\n" * 4097, "more than 4096 patterns"),
    ],
)
def test_an_ignore_file_that_is_too_much_is_an_error_of_its_folder(
    tmp_path: Path, lines: str, reason: str
) -> None:
    fill(tmp_path, "a/x.txt", "b.txt")
    (tmp_path / "a" / ".isccignore").write_text(lines)
    with pytest.raises(UnreadableFile, match=reason):
        list(walk(tmp_path))
    refused: list[UnreadableFile] = []
    assert list(walk(tmp_path, refused=refused.append)) == ["b.txt"]
    assert [reason in error.reason for error in refused] == [True]


def test_patterns_of_all_folders_above_count(tmp_path: Path) -> None:
    fill(tmp_path, "a/b/x.txt")
    for folder in (tmp_path, tmp_path / "a", tmp_path / "a" / "b"):
        (folder / ".isccignore").write_text("*.a\n" * 2000)
    with pytest.raises(UnreadableFile, match="more than 4096 patterns"):
        list(walk(tmp_path))


def test_a_walk_can_be_stopped_also_where_everything_is_ignored(tmp_path: Path) -> None:
    fill(tmp_path, *(f"{number}/x.txt" for number in range(50)))
    (tmp_path / ".isccignore").write_text("*.txt\n")
    asked: list[None] = []

    def stopped() -> bool:
        asked.append(None)
        return len(asked) > 10

    assert list(walk(tmp_path, stopped=stopped)) == [".isccignore"]
    assert len(asked) < 20
