"""Names of temporary files, told from those of users."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from iscckit.files.file_status import Identity
from iscckit.files.temporary import (
    aside_path,
    clear_drafts,
    delete_swap,
    draft_path,
    is_temporary,
    open_draft,
    open_draft_folder,
    swap_path,
)

KILLED = """
import os, signal
from iscckit.files.temporary import open_draft, open_draft_folder
with open_draft("a.jpg", suffix=".jpg") as (draft, number), open_draft_folder("a.jpg") as folder:
    open(f"{folder}/draft.jpg", "w").close()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_names_lie_beside_the_file_and_are_never_equal() -> None:
    names = {draft_path("/data/a.jpg") for _ in range(100)} | {
        aside_path("/data/a.jpg") for _ in range(100)
    }
    assert len(names) == 200
    assert {os.path.dirname(name) for name in names} == {"/data"}
    assert all(is_temporary(name) for name in names)
    assert is_temporary(draft_path("/data/a.jpg", suffix=".jpg"))


@pytest.mark.parametrize(
    "name",
    ["a.jpg", ".iscc", ".iscc-draft", ".iscc-draft-nothex", ".isccignore", ".iscc-a-file.txt"],
)
def test_files_of_users_are_not_taken_for_temporary(name: str) -> None:
    assert not is_temporary(name)


@pytest.mark.parametrize("name", [".iscc-0123456789abcdef", ".iscc-ab12_xyz.png", ".iscc-ab12_xyz"])
def test_drafts_of_older_versions_are_known(name: str) -> None:
    assert is_temporary(name)


def test_a_draft_inside_a_folder_of_drafts_is_temporary() -> None:
    assert is_temporary(".iscc-draft-0123456789abcdef/draft.jpg")
    assert is_temporary(f"a/{os.path.basename(aside_path('x'))}")
    assert not is_temporary("a/iscc-draft/draft.jpg")


def test_drafts_are_gone_afterwards_unless_they_were_renamed(tmp_path: Path) -> None:
    with open_draft(tmp_path / "a") as (draft, number), open_draft_folder(tmp_path / "a") as folder:
        os.write(number, b"A")
        (Path(folder) / "x").touch()
        os.rename(draft, tmp_path / "a")
    with open_draft(tmp_path / "b"):
        pass
    assert os.listdir(tmp_path) == ["a"]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_what_a_kill_has_left_is_cleared_and_what_is_at_work_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == -9
    left = set(os.listdir(tmp_path))
    assert len(left) == 2
    (tmp_path / ".iscc-aside-0123456789abcdef").touch()
    (tmp_path / ".iscc-a-file-of-a-user").touch()
    with open_draft(tmp_path / "b") as (draft, _), open_draft_folder(tmp_path / "b") as folder:
        assert {os.path.basename(each) for each in clear_drafts(str(tmp_path))} == left
        assert os.path.isfile(draft)
        assert os.path.isdir(folder)
    assert sorted(os.listdir(tmp_path)) == [
        ".iscc-a-file-of-a-user",
        ".iscc-aside-0123456789abcdef",
    ]


@pytest.mark.parametrize("which", ["old", "new", "other"])
def test_a_swap_is_cleared_only_while_it_is_one_of_the_two(tmp_path: Path, which: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for path in (old, new):
        path.write_bytes(b"x")
    swap = swap_path(old, Identity.of(str(old)), Identity.of(str(new)))
    assert is_temporary(swap)
    os.rename(new if which == "new" else old, swap)
    if which == "other":
        Path(swap).write_bytes(b"an editor was here")
    assert delete_swap(swap) is (which == "other")
    assert os.path.exists(swap) is (which == "other")
    assert clear_drafts(str(tmp_path)) == []
