"""The log of a hub as a client reads it: checkpoints, tiles, and proofs out of tiles."""

from dataclasses import replace

import pytest
from tests.trust.local_server import Answer
from tests.trust.log.material import declare
from tests.trust.remote.memory_hub import MemoryHub

from iscckit.errors import InvalidInput, RemoteFailed, VerificationFailed
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.ed25519 import derive_public_key
from iscckit.trust.remote.hub_log import (
    Hub,
    fetch_checkpoint,
    fetch_consistency,
    fetch_entries,
    fetch_inclusion,
)


def fill(source: MemoryHub, count: int) -> None:
    note = declare(1)
    for _ in range(count):
        source.append(note)


def test_a_hub_has_names() -> None:
    assert Hub("https://Hub.example/", b"").origin == "hub.example/log"
    assert Hub("https://hub.example:81", b"").did == "did:web:hub.example%3A81"
    assert Hub("http://127.0.0.1:9/hub", b"", domain="hub.example").did == "did:web:hub.example"


def test_a_checkpoint_is_verified() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        fill(source, 3)
        assert fetch_checkpoint(hub).size == 3
        foreign = replace(hub, public_key=derive_public_key(bytes(32)))
        with pytest.raises(VerificationFailed) as error:
            fetch_checkpoint(foreign)
        assert error.value.reason_code == "checkpoint-foreign"
        with pytest.raises(VerificationFailed) as error:
            fetch_checkpoint(replace(hub, domain="other.example"))
        assert error.value.reason_code == "checkpoint-foreign"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(404), RemoteFailed),
        (Answer(body=b"\xff"), InvalidInput),
        (Answer(body=b"<html>"), InvalidInput),
        (Answer(body=bytes(10_000)), RemoteFailed),
    ],
)
def test_what_is_not_a_checkpoint_is_named(answer: Answer, kind: type[Exception]) -> None:
    source = MemoryHub()
    source.answers["GET", "/log/checkpoint"] = answer
    with source.serve() as hub, pytest.raises(kind):
        fetch_checkpoint(hub)


def test_tiles_show_that_an_entry_is_in_a_log() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        fill(source, 300)
        checkpoint = fetch_checkpoint(hub)
        for index in (0, 255, 256, 299):
            before = len(source.seen)
            inclusion = fetch_inclusion(hub, checkpoint, index, source.records[index])
            assert inclusion.leaf_index == index
            assert inclusion.checkpoint == checkpoint.text
            paths = [each.path for each in source.seen[before:]]
            assert len(paths) == len(set(paths)) <= 3
        with pytest.raises(VerificationFailed) as error:
            fetch_inclusion(hub, checkpoint, 5, source.records[6])
        assert error.value.reason_code == "merkle-proof-wrong"
        with pytest.raises(InvalidInput):
            fetch_inclusion(hub, checkpoint, 300, source.records[0])


def test_tiles_show_that_a_log_only_grew() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        fill(source, 10)
        old = fetch_checkpoint(hub)
        fill(source, 260)
        new = fetch_checkpoint(hub)
        assert fetch_consistency(hub, old, new)
        with pytest.raises(InvalidInput):
            fetch_consistency(hub, new, old)
        source.records[3] = source.records[4]  # history is rewritten
        forked = fetch_checkpoint(hub)
        with pytest.raises(VerificationFailed) as error:
            fetch_consistency(hub, old, forked)
        assert error.value.reason_code == "merkle-proof-wrong"


def test_a_partial_tile_that_is_gone_is_taken_from_the_full_one() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        fill(source, 10)
        old = fetch_checkpoint(hub)
        fill(source, 250)
        source.answers["GET", "/log/tile/0/000.p/10"] = Answer(404)
        source.answers["GET", "/log/tile/entries/000.p/10"] = Answer(404)
        fetch_inclusion(hub, old, 4, source.records[4])
        assert fetch_entries(hub, 0, 10) == source.records[:10]


def test_entries_come_in_bundles() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        fill(source, 260)
        assert fetch_entries(hub, 0, 260) == source.records[:256]
        assert fetch_entries(hub, 1, 260) == source.records[256:]
        source.answers["GET", "/log/tile/entries/000"] = Answer(body=b"\0\1x")
        with pytest.raises(InvalidInput, match="1 records, not 256"):
            fetch_entries(hub, 0, 260)
        source.answers["GET", "/log/tile/entries/000"] = Answer(410)
        with pytest.raises(RemoteFailed, match="410"):
            fetch_entries(hub, 0, 260)


def test_a_checkpoint_of_a_hub_verifies_without_it() -> None:
    source = MemoryHub()
    with source.serve() as hub:
        fill(source, 2)
        text = fetch_checkpoint(hub).text
    assert verify_checkpoint(text, hub.origin, hub.public_key).size == 2
