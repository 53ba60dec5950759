"""Tiles, receipts and searches out of a log."""

from __future__ import annotations

from base64 import b64decode
from contextlib import closing
from typing import Any

import pytest
from tests.trust.log.material import GOLDEN, HUB_KEY, IDENTITY, Place, declare, draft, sign

from iscckit.trust.log.hub_reads import (
    find_declarations,
    make_hub_did,
    make_hub_document,
    make_stored_receipt,
    read_tile,
    resolve,
)
from iscckit.trust.log.identity import LogIdentity
from iscckit.trust.log.refusals import Refused
from iscckit.trust.log.store import LogStore
from iscckit.trust.proof.merkle import check_inclusion, hash_range, leaf_hash
from iscckit.trust.proof.receipt import read_receipt
from iscckit.trust.proof.tiles import (
    Tile,
    list_tiles,
    node_in_tiles,
    split_hashes,
    tile_path,
    unpack_entries,
)


def test_tiles_give_the_root_and_bundles_the_leaves(place: Place) -> None:
    place.fill(600)
    with closing(LogStore(place.folder)) as store:
        tiles = {tile: split_hashes(read_tile(store, tile_path(tile))) for tile in list_tiles(600)}
        assert len(tiles) == 4
        node = node_in_tiles(600, lambda tile: tiles[tile])
        assert hash_range(0, 600, node) == store.root(600)
        records = []
        for index, width in ((0, 256), (1, 256), (2, 88)):
            bundle = read_tile(store, tile_path(Tile("entries", index, width)))
            records += unpack_entries(bundle)
        assert records == store.records(0, 600)
        assert len(read_tile(store, "tile/0/000.p/7")) == 7 * 32


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/entries/000.p/4", "tile/1/000.p/1", "tile/9/x", "tile/0/001.p/1"]
)
def test_a_tile_that_is_not_full_yet_is_not_found(place: Place, path: str) -> None:
    place.fill(3)
    with closing(LogStore(place.folder)) as store, pytest.raises(Refused) as caught:
        read_tile(store, path)
    assert caught.value.code == "NOT_FOUND"


def test_a_receipt_proves_the_entry(place: Place) -> None:
    with place.open() as writer:
        ids = [str(writer.append(draft(declare(i))).iscc_id) for i in range(9)]
        store = writer.store
        for seq, iscc_id in enumerate(ids):
            receipt: dict[str, Any] = make_stored_receipt(store, iscc_id, sign)
            assert read_receipt(receipt, HUB_KEY).seq == seq
            assert receipt["issuer"] == "did:web:hub.example"
            subject = receipt["credentialSubject"]["declaration"]
            assert subject == {"seq": seq, "iscc_id": iscc_id, "iscc_note": declare(seq)}
            evidence = receipt["evidence"]
            assert evidence["checkpoint"] == store.head().checkpoint
            path = [b64decode(each) for each in evidence["inclusionProof"]]
            leaf = leaf_hash(store.record(seq))
            check_inclusion(leaf, evidence["leafIndex"], evidence["treeSize"], path, store.root(9))


@pytest.mark.parametrize("iscc_id", ["", "x", "ISCC:MAIGG6O2AW3AAAAB", "ISCC:MEIGKV5N6NTVF4AB"])
def test_an_unknown_id_has_no_receipt(place: Place, iscc_id: str) -> None:
    with closing(LogStore(place.folder)) as store:
        with pytest.raises(Refused) as caught:
            make_stored_receipt(store, iscc_id, sign)
        assert caught.value.code == "DECLARATION_NOT_FOUND"
        with pytest.raises(Refused) as caught:
            resolve(store, iscc_id)
        assert caught.value.code == "DECLARATION_NOT_FOUND"


def test_a_search_is_by_datahash_or_code(place: Place) -> None:
    place.fill(2)
    note = GOLDEN["notes"][0]
    with closing(LogStore(place.folder)) as store:
        for name in ("datahash", "iscc_code"):
            found: Any = find_declarations(store, {name: note[name]})["declarations"]
            assert [each["seq"] for each in found] == [0, 1]
            assert found[0]["iscc_note"] == declare(0)
        other = {"datahash": note["datahash"][:-1] + "0"}
        assert find_declarations(store, other) == {"declarations": []}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"x": "y"},
        {"datahash": "1e20"},
        {"iscc_code": "x"},
        {"datahash": GOLDEN["notes"][0]["datahash"], "iscc_code": "x"},
        {"iscc_code": "ISCC:MAIGG6O2AW3AAAAB"},
    ],
)
def test_a_malformed_search_is_refused(place: Place, query: dict[str, str]) -> None:
    with closing(LogStore(place.folder)) as store, pytest.raises(Refused) as caught:
        find_declarations(store, query)
    assert caught.value.code == "INVALID_QUERY"


def test_a_hub_with_a_port_has_a_did() -> None:
    identity = LogIdentity("localhost:8000", 1, 0, HUB_KEY)
    assert make_hub_did(identity) == "did:web:localhost%3A8000"
    assert make_hub_document(IDENTITY)["id"] == "did:web:hub.example"
