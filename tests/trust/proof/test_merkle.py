"""Merkle trees against the answers of the Go libraries, and against damage."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput, VerificationFailed
from iscckit.trust.proof.merkle import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    consistency_path,
    hash_range,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
)

DATA = Path(__file__).parents[1] / "data"
KNOWN: dict[str, Any] = json.loads((DATA / "tlog-kat.json").read_text())
GOLDEN: dict[str, Any] = json.loads((DATA / "trust-vectors.json").read_text())


@cache
def rows(size: int = 70000) -> list[list[bytes]]:
    """Return the full nodes of a tree of known records, level by level."""
    found = [[leaf_hash(f"iscc-log-entry-{i}".encode()) for i in range(size)]]
    while len(found[-1]) > 1:
        row = found[-1]
        found.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])
    return found


def node(level: int, index: int) -> bytes:
    return rows()[level][index]


@pytest.mark.parametrize("size", KNOWN["sizes"])
def test_roots_are_those_of_the_go_libraries(size: int) -> None:
    expected = bytes.fromhex(KNOWN["roots"][str(size)])
    assert root_of(rows()[0][:size]) == expected
    assert hash_range(0, size, node) == expected


@pytest.mark.parametrize(
    "known", KNOWN["inclusion_proofs"], ids=lambda p: f"{p['size']}-{p['index']}"
)
def test_inclusion_paths_are_those_of_the_go_libraries(known: dict[str, Any]) -> None:
    size, index = known["size"], known["index"]
    path = [bytes.fromhex(each) for each in known["proof"]]
    leaf, root = bytes.fromhex(known["leaf_hash"]), bytes.fromhex(known["root"])
    assert node(0, index) == leaf
    assert inclusion_path(index, size, node) == path
    check_inclusion(leaf, index, size, path, root)


@pytest.mark.parametrize("known", KNOWN["consistency_proofs"], ids=lambda p: f"{p['m']}-{p['n']}")
def test_consistency_paths_are_those_of_the_go_libraries(known: dict[str, Any]) -> None:
    old, new = known["m"], known["n"]
    path = [bytes.fromhex(each) for each in known["proof"]]
    assert consistency_path(old, new, node) == path
    check_consistency(
        old, bytes.fromhex(known["root_m"]), new, bytes.fromhex(known["root_n"]), path
    )


def test_all_counts_are_as_the_known_ones() -> None:
    assert len(KNOWN["inclusion_proofs"]) == 15
    assert len(KNOWN["consistency_proofs"]) == 10


def test_the_golden_chain_has_its_roots() -> None:
    leaves = [leaf_hash(entry.encode()) for entry in GOLDEN["log_entries"]]
    assert [leaf.hex() for leaf in leaves] == GOLDEN["leaf_hashes"]
    assert root_of(leaves[:2]).hex() == GOLDEN["root_size2"]
    assert root_of(leaves).hex() == GOLDEN["root_size3"]


def test_each_leaf_of_small_trees_is_proven_and_no_other_place_or_size() -> None:
    for size in range(1, 40):
        root = hash_range(0, size, node)
        for index in range(size):
            path = inclusion_path(index, size, node)
            check_inclusion(node(0, index), index, size, path, root)
            for other in {0, index - 1, index + 1, size - 1} - {index, -1, size}:
                with pytest.raises(VerificationFailed):
                    check_inclusion(node(0, index), other, size, path, root)


def test_each_pair_of_small_trees_is_consistent_and_a_fork_is_not() -> None:
    for size in range(40):
        root = hash_range(0, size, node)
        for old in range(size + 1):
            path = consistency_path(old, size, node)
            old_root = hash_range(0, old, node)
            check_consistency(old, old_root, size, root, path)
            with pytest.raises(VerificationFailed):
                check_consistency(old, bytes(32), size, root, path)
            if old:
                with pytest.raises(VerificationFailed):
                    check_consistency(old, old_root, size, bytes(32), path)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 13])
def test_no_bit_of_a_path_may_differ(size: int) -> None:
    root = hash_range(0, size, node)
    for index in range(size):
        path = inclusion_path(index, size, node)
        for place in range(len(path)):
            for bit in range(256):
                hurt = list(path)
                number = int.from_bytes(hurt[place]) ^ 1 << bit
                hurt[place] = number.to_bytes(32)
                with pytest.raises(VerificationFailed):
                    check_inclusion(node(0, index), index, size, hurt, root)


def test_a_path_of_another_length_is_refused() -> None:
    path = inclusion_path(2, 7, node)
    root = hash_range(0, 7, node)
    for wrong in (path[:-1], [*path, bytes(32)], []):
        with pytest.raises(VerificationFailed):
            check_inclusion(node(0, 2), 2, 7, wrong, root)
    path = consistency_path(3, 7, node)
    for wrong in (path[:-1], [*path, bytes(32)], []):
        with pytest.raises(VerificationFailed):
            check_consistency(3, hash_range(0, 3, node), 7, root, wrong)


@pytest.mark.parametrize("path", [[bytes(31)], [bytes(32)] * 65])
def test_a_path_of_odd_hashes_or_without_end_is_malformed(path: list[bytes]) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_inclusion(bytes(32), 0, 2, path, bytes(32))
    assert caught.value.reason_code == "malformed-document"
    with pytest.raises(InvalidInput):
        check_consistency(1, bytes(32), 2, bytes(32), path)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_outside_the_tree_is_malformed(index: int, size: int) -> None:
    with pytest.raises(InvalidInput):
        inclusion_path(index, size, node)
    with pytest.raises(InvalidInput):
        check_inclusion(bytes(32), index, size, [], bytes(32))


def test_a_smaller_tree_continues_nothing() -> None:
    with pytest.raises(InvalidInput):
        consistency_path(3, 2, node)
    with pytest.raises(InvalidInput):
        check_consistency(3, bytes(32), 2, bytes(32), [])


def test_an_empty_tree_is_continued_by_each_without_a_path() -> None:
    check_consistency(0, EMPTY_ROOT, 5, hash_range(0, 5, node), [])
    with pytest.raises(VerificationFailed):
        check_consistency(0, EMPTY_ROOT, 5, hash_range(0, 5, node), [bytes(32)])


@given(st.integers(1, 5000), st.data())
def test_paths_of_any_tree_hold(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    root = hash_range(0, size, node)
    check_inclusion(node(0, index), index, size, inclusion_path(index, size, node), root)
    path = consistency_path(old, size, node)
    check_consistency(old, hash_range(0, old, node), size, root, path)
