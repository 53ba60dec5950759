"""Copies go only on demand, under a lock, and never the last file of its bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.errors import LibraryError
from iscckit.files.lock import hold_lock
from iscckit.library.clusters.apply import apply
from iscckit.library.clusters.plan import Action, Step, plan
from iscckit.library.clusters.undo import undo
from iscckit.library.library import Library
from iscckit.library.scan.report import ScanProgress
from iscckit.render.duplicates import duplicates_sh


def act(library: Library, steps: list[Step], action: Action, trash: str = "") -> list[str]:
    """Return the paths of the steps that were done; there must be no problem."""
    outcomes = list(apply(library.folder, steps, action, trash))
    assert [each.problem for each in outcomes if each.problem] == []
    return [each.path for each in outcomes]


def read_only_log(library: Library) -> str:
    (log,) = (Path(library.folder) / "undo").iterdir()
    return str(log)


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_copies_go_and_come_back(
    copies: tuple[Library, Path], tmp_path: Path, action: Action
) -> None:
    library, folder = copies
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    steps = plan(library.clusters())
    done = act(library, steps, action, str(tmp_path / "trash"))
    assert sorted(done) == sorted(step.path for step in steps)
    if action == "trash":
        assert not any(os.path.exists(step.path) for step in steps)
        assert {Path(c.path).name: c.what for c in library.add(folder)} == {
            "two.jpg": "removed", "x.jpg": "removed",
        }  # fmt: skip
    else:
        assert all(os.path.samefile(step.path, step.kept) for step in steps)
    log = read_only_log(library)
    assert sorted(each.path for each in undo(library.folder, log)) == sorted(done)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    assert not any(os.path.samefile(step.path, step.kept) for step in steps)
    assert list(undo(library.folder, log)) == []


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_what_the_library_did_is_not_read_again(
    copies: tuple[Library, Path], tmp_path: Path, action: Action
) -> None:
    library, folder = copies
    counts: list[ScanProgress] = []
    act(library, plan(library.clusters()), action, str(tmp_path / "trash"))
    list(library.add(folder, progress=counts.append))
    list(undo(library.folder, read_only_log(library)))
    list(library.add(folder, progress=counts.append))
    assert [(at.files, at.reads) for at in counts] == [(2 if action == "trash" else 4, 0), (4, 0)]


def test_a_file_under_two_paths_is_not_a_copy_of_itself(tmp_path: Path) -> None:
    folder, alias = tmp_path / "files", tmp_path / "alias"
    folder.mkdir()
    alias.symlink_to(folder)
    shutil.copyfile(SAMPLES / "cat.jpg", folder / "cat.jpg")
    os.link(folder / "cat.jpg", folder / "linked.jpg")
    with Library.open(tmp_path / "lib") as library:
        list(library.add(folder))
        list(library.add(alias))
        found = library.clusters()
        assert len(found[0].members) == 4
        assert found[0].reclaimable == 0
        assert plan(found) == plan(found, "newest", [str(alias)]) == []
        one, other = str(folder / "cat.jpg"), str(alias / "cat.jpg")
        step = Step(other, one, found[0].members[0].item.datahash or b"", 1)
        for action in ("trash", "hardlink"):
            assert list(apply(library.folder, [step], action, str(tmp_path / "t"))) == []
        script = tmp_path / "script.sh"
        script.write_bytes(duplicates_sh([step]))
        subprocess.run(["sh", script, "--apply"], check=True)
    assert sorted(path.name for path in folder.iterdir()) == ["cat.jpg", "linked.jpg"]


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_all_names_of_a_copy_go_and_its_bytes_count_once(tmp_path: Path, action: Action) -> None:
    folder, alias = tmp_path / "files", tmp_path / "alias"
    folder.mkdir()
    alias.symlink_to(folder)
    for name, time in (("kept.jpg", 1000), ("copy.jpg", 2000)):
        shutil.copyfile(SAMPLES / "cat.jpg", folder / name)
        os.utime(folder / name, (time, time))
    os.link(folder / "copy.jpg", folder / "linked.jpg")
    with Library.open(tmp_path / "lib") as library:
        list(library.add(folder))
        list(library.add(alias))
        steps = plan(library.clusters())
        assert {Path(step.path).name for step in steps} == {"copy.jpg", "linked.jpg"}
        assert sum(step.size for step in steps) == (SAMPLES / "cat.jpg").stat().st_size
        done = act(library, steps, action, str(tmp_path / "trash"))
        assert sorted(Path(path).name for path in done) == ["copy.jpg", "linked.jpg"]
    left = {path.name: path.stat().st_nlink for path in folder.iterdir()}
    links = {"kept.jpg": 3, "copy.jpg": 3, "linked.jpg": 3}
    assert left == ({"kept.jpg": 1} if action == "trash" else links)


def test_links_that_are_made_again_change_nothing(copies: tuple[Library, Path]) -> None:
    library, folder = copies
    steps = plan(library.clusters())
    assert len(act(library, steps, "hardlink")) == 2
    assert act(library, steps, "hardlink") == []
    assert sorted(path.suffix for path in folder.rglob("*.*")) == [".jpg"] * 3 + [".webp"]


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_a_copy_that_changed_is_left_and_the_others_go(
    copies: tuple[Library, Path], tmp_path: Path, action: Action
) -> None:
    library, folder = copies
    steps = plan(library.clusters())
    (folder / "b" / "two.jpg").write_bytes(b"other")
    outcomes = {
        Path(each.path).name: each
        for each in apply(library.folder, steps, action, str(tmp_path / "trash"))
    }
    assert outcomes["two.jpg"].problem == "changed since it was scanned"
    assert outcomes["two.jpg"].reason_code == "file-changed"
    assert outcomes["x.jpg"].problem is None
    assert (folder / "b" / "two.jpg").read_bytes() == b"other"


def test_a_link_keeps_rights_apart_unless_it_is_asked_to_join_them(
    copies: tuple[Library, Path],
) -> None:
    library, folder = copies
    (folder / "b" / "two.jpg").chmod(0o600)
    steps = [step for step in plan(library.clusters()) if step.path.endswith("two.jpg")]
    (outcome,) = apply(library.folder, steps, "hardlink")
    assert outcome.reason_code == "attributes-differ"
    assert (folder / "b" / "two.jpg").stat().st_nlink == 1
    (outcome,) = apply(library.folder, steps, "hardlink", ignore_attributes=True)
    assert outcome.problem is None
    assert (folder / "b" / "two.jpg").stat().st_nlink == 2


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_a_kept_path_that_became_a_link_is_refused(
    copies: tuple[Library, Path], tmp_path: Path, action: Action
) -> None:
    library, _ = copies
    steps = plan(library.clusters())
    os.rename(steps[0].kept, tmp_path / "away.jpg")
    os.symlink(tmp_path / "away.jpg", steps[0].kept)
    for outcome in apply(library.folder, steps, action, str(tmp_path / "trash")):
        assert "is a symbolic link" in (outcome.problem or "")
    assert all(os.path.isfile(step.path) for step in steps)


def test_two_who_act_at_once_do_not(copies: tuple[Library, Path], tmp_path: Path) -> None:
    library, _ = copies
    steps = plan(library.clusters())
    act(library, steps[:1], "trash", str(tmp_path / "trash"))
    log = read_only_log(library)
    with hold_lock(library.folder):
        with pytest.raises(LibraryError, match="another process"):
            list(apply(library.folder, steps, "trash", str(tmp_path / "trash")))
        with pytest.raises(LibraryError, match="another process"):
            list(undo(library.folder, log))
    assert os.path.exists(steps[1].path)


def test_proofs_go_with_a_copy_and_come_back(copies: tuple[Library, Path], tmp_path: Path) -> None:
    library, folder = copies
    steps = plan(library.clusters())
    for step in steps:
        Path(f"{step.path}.iscc-proof.json").write_text("{}")
        Path(f"{step.path}.0-9.iscc-range.json").write_text("[]")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    act(library, steps, "trash", str(tmp_path / "trash"))
    left = {path for path in folder.rglob("*.json")}
    assert left == set()
    assert len(list((tmp_path / "trash").rglob("*.json"))) == 2 * len(steps)
    list(undo(library.folder, read_only_log(library)))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_proofs_stay_where_a_copy_becomes_a_link(copies: tuple[Library, Path]) -> None:
    library, _ = copies
    steps = plan(library.clusters())
    proof = Path(f"{steps[0].path}.iscc-proof.json")
    proof.write_text("{}")
    act(library, steps, "hardlink")
    assert proof.read_text() == "{}"


def test_a_trash_inside_the_folder_is_not_scanned_again(copies: tuple[Library, Path]) -> None:
    """Else each run would move the copies of the trash one folder deeper."""
    library, folder = copies
    trash = folder / "trash"
    steps = plan(library.clusters())
    done = act(library, steps, "trash", str(trash))
    moved = sorted(path for path in trash.rglob("*") if path.is_file())
    assert len(moved) == len(done)
    (trash / "mine.txt").write_text("This text is no copy of anything, and stays in the library.")
    assert sorted(
        (Path(each.path).name, each.what) for each in library.add(folder) if each.what != "removed"
    ) == [("mine.txt", "new")]
    assert plan(library.clusters()) == []
    assert list(undo(library.folder, read_only_log(library)))
    os.makedirs(moved[0].parent, exist_ok=True)
    moved[0].write_text("What comes to this path after the step was undone is a work.")
    assert str(moved[0]) in {each.path for each in library.add(folder) if each.what == "new"}
