"""Clusters hold what belongs together and nothing else; copies go only on demand, and come back."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.planted import SAMPLES

from iscckit.errors import LibraryError
from iscckit.library.clusters.actions import Step, apply, plan, undo
from iscckit.library.clusters.clusters import Cluster, _group_by_hub
from iscckit.library.library import Library
from iscckit.render.duplicates import duplicates_sh


def names(cluster: Cluster) -> set[str]:
    return {Path(member.item.path).name for member in cluster.members}


def test_what_was_planted_is_found(library: str) -> None:
    found = {frozenset(names(each)): each.kind for each in Library.open(library).clusters()}
    assert found[frozenset({"cat.jpg", "same cat.jpg", "cat-small.webp"})] == "near"
    assert found[frozenset({"gettysburg-hay.txt", "gettysburg-bliss.md"})] == "near"
    assert found[frozenset({"demo.docx", "demo.txt"})] in {"same-content", "near"}
    assert not any("song.opus" in group for group in found)


def test_clusters_do_not_depend_on_threads(library: str) -> None:
    opened = Library.open(library)
    assert opened.clusters(threads=1) == opened.clusters(threads=3)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_in_a_group_all_are_near_the_first(pairs: list[tuple[int, int]]) -> None:
    edges: dict[int, set[int]] = {}
    for a, b in pairs:
        if a != b:
            edges.setdefault(a, set()).add(b)
            edges.setdefault(b, set()).add(a)
    groups = list(_group_by_hub(edges, {n: (b"", b"%d" % n) for n in edges}, {}))
    for group in groups:
        assert len(group) > 1
        assert all(other in edges[group[0]] for other in group[1:])
    members = [number for group in groups for number in group]
    assert len(members) == len(set(members))


def test_a_chain_is_cut() -> None:
    chain = {i: {j for j in (i - 1, i + 1) if 0 <= j < 9} for i in range(9)}
    keys = {n: (b"", b"%d" % n) for n in chain}
    assert max(len(group) for group in _group_by_hub(chain, keys, {})) == 3


def test_copies_stay_in_a_cluster_when_their_head_joins_another_one() -> None:
    edges = {1: {2, 3}, 2: {1}, 3: {1}, 4: set()}
    keys = {n: (b"", b"%d" % n) for n in edges}
    groups = list(_group_by_hub(edges, keys, {2: [20], 4: [40]}))  # 1 has most neighbours
    assert groups == [[1, 2, 3], [4]]


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Library, Path]:
    folder = tmp_path / "files"
    (folder / "a").mkdir(parents=True)
    (folder / "b").mkdir()
    for i, name in enumerate(("a/number one.jpg", "b/two.jpg", "x.jpg")):
        shutil.copyfile(SAMPLES / "cat.jpg", folder / name)
        os.utime(folder / name, (1000 + i, 1000 + i))
    shutil.copyfile(SAMPLES / "cat-small.webp", folder / "small.webp")
    library = Library.open(tmp_path / "lib")
    list(library.add(folder))
    return library, folder


def test_rules_say_which_copy_stays(copies: tuple[Library, Path]) -> None:
    library, folder = copies
    found = library.clusters()
    kept = {
        rule: {Path(step.kept).name for step in plan(found, rule)}
        for rule in ("oldest", "newest", "shortest-path")
    }
    assert kept == {
        "oldest": {"number one.jpg"},
        "newest": {"x.jpg"},
        "shortest-path": {"x.jpg"},
    }
    steps = plan(found, "oldest", [str(folder / "b")])
    assert {Path(step.kept).name for step in steps} == {"two.jpg"}
    assert {Path(step.path).name for step in steps} == {"number one.jpg", "x.jpg"}
    everything = plan(found, "oldest", [str(folder)])
    assert everything == []


@pytest.mark.parametrize("action", ["trash", "hardlink"])
def test_copies_go_and_come_back(copies: tuple[Library, Path], tmp_path: Path, action: str) -> None:
    library, folder = copies
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    steps = plan(library.clusters())
    trash = str(tmp_path / "trash")
    done = list(apply(library.folder, steps, action, trash))  # type: ignore[arg-type]
    assert sorted(done) == sorted(step.path for step in steps)
    if action == "trash":
        assert not any(os.path.exists(step.path) for step in steps)
        assert {Path(c.path).name: c.what for c in library.add(folder)} == {
            "two.jpg": "removed", "x.jpg": "removed",
        }  # fmt: skip
    else:
        assert all(os.path.samefile(step.path, step.kept) for step in steps)
    (log,) = (Path(library.folder) / "undo").iterdir()
    assert sorted(undo(str(log))) == sorted(done)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    assert not any(os.path.samefile(step.path, step.kept) for step in steps)
    assert list(undo(str(log))) == []


def test_a_file_under_two_paths_is_no_copy_of_itself(tmp_path: Path) -> None:
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
def test_all_names_of_a_copy_go_and_its_bytes_count_once(tmp_path: Path, action: str) -> None:
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
        done = list(apply(library.folder, steps, action, str(tmp_path / "trash")))  # type: ignore[arg-type]
        assert sorted(Path(path).name for path in done) == ["copy.jpg", "linked.jpg"]
    left = {path.name: path.stat().st_nlink for path in folder.iterdir()}
    links = {"kept.jpg": 3, "copy.jpg": 3, "linked.jpg": 3}
    assert left == ({"kept.jpg": 1} if action == "trash" else links)


def test_links_that_are_made_again_change_nothing(copies: tuple[Library, Path]) -> None:
    library, folder = copies
    steps = plan(library.clusters())
    assert len(list(apply(library.folder, steps, "hardlink"))) == 2
    assert list(apply(library.folder, steps, "hardlink")) == []
    assert sorted(path.suffix for path in folder.rglob("*.*")) == [".jpg"] * 3 + [".webp"]


def test_a_copy_that_changed_since_the_scan_is_not_touched(
    copies: tuple[Library, Path], tmp_path: Path
) -> None:
    library, folder = copies
    steps = plan(library.clusters())
    (folder / "b" / "two.jpg").write_bytes(b"other")
    with pytest.raises(LibraryError, match="changed since the scan"):
        list(apply(library.folder, steps, "trash", str(tmp_path / "trash")))
    assert (folder / "b" / "two.jpg").read_bytes() == b"other"


def test_a_false_positive_is_remembered_over_scans(copies: tuple[Library, Path]) -> None:
    library, folder = copies
    assert any("small.webp" in names(each) for each in library.clusters())
    library.mark_unrelated(folder / "x.jpg", folder / "small.webp")
    assert not any("small.webp" in names(each) for each in library.clusters())
    (folder / "small.webp").rename(folder / "tiny.webp")
    list(library.add(folder))
    assert not any("tiny.webp" in names(each) for each in library.clusters())
    with pytest.raises(LibraryError, match="not in the library"):
        library.mark_unrelated(folder / "none.jpg", folder / "tiny.webp")
