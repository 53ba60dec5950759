"""Undo brings back what it can, overwrites nothing, and can be called again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from iscckit.files.journal import read_journal
from iscckit.library.clusters.apply import apply
from iscckit.library.clusters.plan import Action, Step, plan
from iscckit.library.clusters.undo import undo
from iscckit.library.library import Library


def trash(copies: tuple[Library, Path], tmp_path: Path) -> tuple[str, Path, list[Step]]:
    """Return the library's folder, the log, and the steps that were done."""
    library, _ = copies
    steps = plan(library.clusters())
    assert [o.problem for o in apply(library.folder, steps, "trash", str(tmp_path / "t"))] == [
        None,
        None,
    ]
    (log,) = (Path(library.folder) / "undo").iterdir()
    return library.folder, log, steps


def test_a_torn_line_is_named_and_all_others_are_undone(
    copies: tuple[Library, Path], tmp_path: Path
) -> None:
    folder, log, steps = trash(copies, tmp_path)
    with log.open("a") as file:
        file.write('{"action": "trash", "pa')
    first, *others = undo(folder, str(log))
    assert (first.path, first.problem) == (str(log), "line 5 is torn")
    assert [each.problem for each in others] == [None, None]
    assert all(os.path.exists(step.path) for step in steps)


def test_a_path_that_is_taken_stays_and_the_others_come_back(
    copies: tuple[Library, Path], tmp_path: Path
) -> None:
    folder, log, steps = trash(copies, tmp_path)
    Path(steps[1].path).write_bytes(b"precious")
    problems = {each.path: each.problem for each in undo(folder, str(log))}
    assert "there is a file again" in (problems[steps[1].path] or "")
    assert problems[steps[0].path] is None
    assert Path(steps[1].path).read_bytes() == b"precious"
    Path(steps[1].path).unlink()
    assert [each.problem for each in undo(folder, str(log))] == [None]
    assert Path(steps[1].path).read_bytes() == Path(steps[1].kept).read_bytes()


def test_other_bytes_in_the_trash_are_not_brought_back(
    copies: tuple[Library, Path], tmp_path: Path
) -> None:
    folder, log, steps = trash(copies, tmp_path)
    in_trash = Path(f"{tmp_path}/t{steps[0].path}")
    in_trash.write_bytes(in_trash.read_bytes()[:1000])
    problems = {each.path: each.problem for each in undo(folder, str(log))}
    assert "does not have the bytes" in (problems[steps[0].path] or "")
    assert not os.path.exists(steps[0].path)


@pytest.mark.parametrize("is_edited", [False, True])
def test_a_link_gets_mode_time_and_attributes_back(
    copies: tuple[Library, Path], is_edited: bool
) -> None:
    library, folder = copies
    copy, kept = folder / "b" / "two.jpg", folder / "a" / "number one.jpg"
    copy.chmod(0o600)
    steps = [step for step in plan(library.clusters()) if step.path == str(copy)]
    list(apply(library.folder, steps, "hardlink", ignore_attributes=True))
    if is_edited:
        copy.write_bytes(b"edited")
    (log,) = (Path(library.folder) / "undo").iterdir()
    assert [each.problem for each in undo(library.folder, str(log))] == [None]
    assert copy.read_bytes() == kept.read_bytes()
    assert copy.stat().st_nlink == 1
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (copy.stat().st_mtime_ns == 1001 * 10**9) is not is_edited


def test_names_that_undo_used_before_are_files_of_users(copies: tuple[Library, Path]) -> None:
    library, folder = copies
    copy = folder / "b" / "two.jpg"
    precious = [Path(f"{copy}.iscc-undo"), Path(f"{copy}.iscc-link")]
    for path in precious:
        path.write_bytes(b"precious")
    assert {o.problem for o in apply(library.folder, plan(library.clusters()), "hardlink")} == {
        None
    }
    (log,) = (Path(library.folder) / "undo").iterdir()
    assert [each.problem for each in undo(library.folder, str(log))] == [None, None]
    assert {path.read_bytes() for path in precious} == {b"precious"}


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_logs_of_earlier_versions_are_undone(tmp_path: Path, action: Action) -> None:
    for name in ("a", "kept"):
        (tmp_path / name).write_bytes(b"bytes of both")
    path, kept, moved = (str(tmp_path / name) for name in ("a", "kept", "moved"))
    if action == "trash":
        os.rename(path, moved)
    else:
        os.unlink(path)
        os.link(kept, path)
    line = {"action": action, "path": path, "kept": kept}
    if action == "trash":
        line["to"] = moved
    log = tmp_path / "lib" / "undo" / "old.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps(line) + "\n")
    assert [each.problem for each in undo(str(tmp_path / "lib"), str(log))] == [None]
    assert Path(path).read_bytes() == b"bytes of both"
    assert not os.path.samefile(path, kept)
    assert list(undo(str(tmp_path / "lib"), str(log))) == []


def test_a_step_that_a_kill_cut_short_is_put_back_by_the_next_one(
    copies: tuple[Library, Path], tmp_path: Path
) -> None:
    folder, log, steps = trash(copies, tmp_path)
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:3]))  # the second step was begun, and its end is not noted
    outcomes = list(apply(folder, [], "trash", str(tmp_path / "t")))
    assert [(each.path, each.problem, each.undone) for each in outcomes] == [
        (steps[1].path, None, True)
    ]
    assert os.path.exists(steps[1].path)
    assert [each["event"] for each in read_journal(str(log)).entries] == [
        "begin", "done", "begin", "undone",
    ]  # fmt: skip
