"""Clusters hold what belongs together and nothing else; copies go only on demand, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import LibraryError
from iscckit.library.clusters.clusters import Cluster, _group_by_hub
from iscckit.library.clusters.plan import plan
from iscckit.library.library import Library


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
