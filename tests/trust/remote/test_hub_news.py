"""What became of a declaration at a real server: it grew, deleted it, or was rewritten."""

from __future__ import annotations

import pytest
from tests.trust.log.material import OTHER, declare, retract
from tests.trust.remote.memory_hub import MemoryHub

from iscckit.errors import InvalidInput, IsccError, RemoteFailed, VerificationFailed
from iscckit.trust.declarations.hub_notes import HubNotes
from iscckit.trust.proof.proof_file import MEDIA_TYPE, ProofFile, encode_proof, read_proof
from iscckit.trust.remote.hub_log import Hub
from iscckit.trust.remote.hub_news import fetch_news


def prove(hub: Hub) -> ProofFile:
    (logged,) = HubNotes(hub).add([declare(1)])
    return read_proof(encode_proof({"mediaType": MEDIA_TYPE, **logged.members}))


def append_deletion(source: MemoryHub, proof: ProofFile, **more: bytes) -> None:
    """Log a deletion of what a proof declares, as hubs do: with the ISCC-ID of the declaration."""
    assert proof.log is not None
    from iscckit.trust.proof.entry import make_entry

    note = retract(proof.log.iscc_id, 77, **more)  # type: ignore[arg-type]
    source.records.append(make_entry(proof.log.iscc_id, note))


def test_a_hub_that_grew_kept_the_declaration() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        source.append(declare(0))
        proof = prove(hub)
        assert (fetch_news(hub, proof).inclusion.tree_size, len(source.records)) == (2, 2)
        for number in range(2, 300):
            source.append(declare(number))
        news = fetch_news(hub, proof)
    assert (news.inclusion.tree_size, news.inclusion.leaf_index) == (300, 1)
    assert (news.deletion, news.is_whole) == (None, True)


def test_a_deletion_by_the_key_that_declared_is_found() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        proof = prove(hub)
        append_deletion(source, proof, secret=OTHER)
        assert fetch_news(hub, proof).deletion is None
        append_deletion(source, proof)
        assert fetch_news(hub, proof).deletion == 2


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_log_that_was_rewritten_is_told(kept: int) -> None:
    source = MemoryHub()
    with source.serve() as hub:
        source.append(declare(0))
        proof = prove(hub)
        source.records = source.records[:1] if kept == 1 else []
        for number in range(5, 5 + kept):
            source.append(declare(number))
        with pytest.raises((VerificationFailed, InvalidInput)) as caught:
            fetch_news(hub, proof)
    assert caught.value.reason_code == "merkle-proof-wrong"


def test_an_address_out_of_a_proof_must_be_global() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        proof = prove(hub)
        count = len(source.seen)
        with pytest.raises(IsccError) as caught:
            fetch_news(Hub(hub.url, hub.public_key, is_typed=False), proof)
        assert isinstance(caught.value, (RemoteFailed, InvalidInput))
        assert len(source.seen) == count
