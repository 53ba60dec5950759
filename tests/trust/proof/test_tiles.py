"""Tiles and bundles against the answers of the Go libraries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscckit.errors import InvalidInput
from iscckit.trust.proof.merkle import hash_range, inclusion_path, leaf_hash, node_hash
from iscckit.trust.proof.tiles import (
    Tile,
    list_tiles,
    node_in_tiles,
    pack_entries,
    parse_tile_path,
    split_hashes,
    tile_path,
    unpack_entries,
)

KNOWN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "tlog-kat.json").read_text()
)


def record(index: int) -> bytes:
    return f"iscc-log-entry-{index}".encode()


def make_rows(size: int) -> list[list[bytes]]:
    """Return the hashes of the levels of tiles, the lowest first."""
    found = [[leaf_hash(record(i)) for i in range(size)]]
    while len(found[-1]) >= 256:
        row = found[-1]
        for _ in range(8):
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        found.append(row)
    return found


@pytest.mark.parametrize("size", KNOWN["sizes"])
def test_tiles_are_those_of_the_go_libraries(size: int) -> None:
    rows = make_rows(size)
    made = {}
    for tile in list_tiles(size):
        assert isinstance(tile.level, int)
        start = tile.index * 256
        made[tile_path(tile)] = b"".join(rows[tile.level][start : start + tile.width]).hex()
    known = KNOWN["hash_tiles"][str(size)]
    assert {path: made[path] for path in known} == known
    if size <= 257:
        assert made.keys() == known.keys()


@pytest.mark.parametrize("size", KNOWN["sizes"])
def test_bundles_are_those_of_the_go_libraries(size: int) -> None:
    for path, known in KNOWN["entry_bundles"][str(size)].items():
        tile = parse_tile_path(path)
        records = [record(tile.index * 256 + i) for i in range(tile.width)]
        assert tile.level == "entries"
        assert pack_entries(records).hex() == known
        assert unpack_entries(bytes.fromhex(known)) == records


def test_nodes_come_out_of_tiles() -> None:
    size = 70000
    rows = make_rows(size)
    asked = set()

    def hashes(tile: Tile) -> list[bytes]:
        asked.add(tile)
        assert isinstance(tile.level, int)
        return rows[tile.level][tile.index * 256 : tile.index * 256 + tile.width]

    node = node_in_tiles(size, hashes)
    assert hash_range(0, size, node).hex() == KNOWN["roots"][str(size)]
    known = next(p for p in KNOWN["inclusion_proofs"] if p["index"] == 33333)
    assert [each.hex() for each in inclusion_path(33333, size, node)] == known["proof"]
    assert asked <= set(list_tiles(size))


def test_a_short_tile_is_refused() -> None:
    node = node_in_tiles(300, lambda _: [bytes(32)] * 3)
    with pytest.raises(InvalidInput):
        node(2, 0)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
        (Tile("entries", 999, 255), "tile/entries/999.p/255"),
        (Tile("entries", 1000), "tile/entries/x001/000"),
    ],
)
def test_paths_are_both_ways(tile: Tile, path: str) -> None:
    assert tile_path(tile) == path
    assert parse_tile_path(path) == tile


@given(st.integers(0, 63), st.integers(0, 2**55), st.integers(1, 256))
def test_every_tile_has_one_path(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile_path(tile)) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/999",
        "tile/entries/000/",
        "tile/entries/\u0661\u0662\u0663",
        "tile/-1/000",
        "tile/0/../000",
        "",
    ],
)
def test_another_spelling_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_tile_path(path)
    assert caught.value.reason_code == "malformed-document"


@pytest.mark.parametrize("bundle", [b"\0", b"\0\2a", b"\0\1ab", b"\0\0" * 257])
def test_a_malformed_bundle_is_refused(bundle: bytes) -> None:
    with pytest.raises(InvalidInput):
        unpack_entries(bundle)


def test_an_entry_has_a_longest_length() -> None:
    longest = bytes(65535)
    assert unpack_entries(pack_entries([longest])) == [longest]
    with pytest.raises(InvalidInput):
        pack_entries([bytes(65536)])


@pytest.mark.parametrize("data", [b"", bytes(31), bytes(257 * 32)])
def test_a_tile_has_whole_hashes(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        split_hashes(data)
