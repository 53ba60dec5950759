"""A watcher: durable cursors, deletions, and evidence when a log is rewritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.trust.log.material import (
    GOLDEN,
    HUB_KEY,
    IDENTITY,
    OTHER,
    Place,
    declare,
    draft,
    retract,
    sign,
)

from iscckit.errors import InvalidInput, RemoteFailed, VerificationFailed
from iscckit.trust.log.draft import Draft
from iscckit.trust.log.hub import Hub
from iscckit.trust.log.watch import Polled, poll_log
from iscckit.trust.log.watch_store import WatchStore
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.log_evidence import LogEvidence, verify_evidence
from iscckit.trust.proof.strict_json import canonicalize, parse_json

URL = "https://hub.example"
Get = Callable[[str], bytes]


@contextmanager
def serve(place: Place) -> Iterator[tuple[Hub, Get]]:
    """Open a log as a hub; what is returned gets a path of it."""
    with place.open() as writer:
        hub = Hub(writer, sign)

        def get(path: str) -> bytes:
            answer = hub.get(path, {})
            if answer.status != 200:
                raise RemoteFailed(f"{path}: {answer.status}")
            return answer.body

        yield hub, get
        hub.close()


class Watcher:
    """A folder of a watcher, opened again for each poll."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def poll(self, get: Get) -> Polled:
        store = WatchStore(str(self.folder))
        try:
            return poll_log(store, URL, get, str(self.folder))
        finally:
            store.close()

    def evidence(self) -> LogEvidence:
        (path,) = self.folder.glob("evidence-*.json")
        return verify_evidence(parse_json(path.read_bytes(), limit=1 << 20))

    def frozen(self, get: Get) -> str:
        with pytest.raises(VerificationFailed) as caught:
            self.poll(get)
        assert caught.value.reason_code == "log-frozen"
        return str(caught.value).partition(":")[0]


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    return Watcher(tmp_path / "watch")


def test_a_log_is_followed(place: Place, watcher: Watcher) -> None:
    with serve(place) as (hub, get):
        assert watcher.poll(get) == Polled("hub.example/log", 0, 0, 0, 0, is_first=True)
        done = hub.writer.append_all([draft(declare(i)) for i in range(300)])
        assert watcher.poll(get) == Polled("hub.example/log", 300, 300, 0, 0, is_first=False)
        assert watcher.poll(get) == Polled("hub.example/log", 300, 0, 0, 0, is_first=False)
        hub.writer.append(draft(retract(str(done[7].iscc_id), 1000)))
        assert watcher.poll(get) == Polled("hub.example/log", 301, 0, 1, 0, is_first=False)
        store = WatchStore(str(watcher.folder))
        log = store.find(URL)
        assert log is not None
        assert (log.size, log.public_key) == (301, HUB_KEY)
        entries = store.entries(log)
        assert [each.seq for each in entries if each.record is None] == [7]
        assert entries[8].record == hub.writer.store.record(8)
        store.close()


def test_only_what_is_new_is_read(place: Place, watcher: Watcher) -> None:
    asked = []
    with serve(place) as (hub, get):

        def listen(path: str) -> bytes:
            asked.append(path)
            return get(path)

        hub.writer.append_all([draft(declare(i)) for i in range(600)])
        watcher.poll(listen)
        hub.writer.append(draft(declare(600)))
        asked.clear()
        watcher.poll(listen)
        assert asked == ["/log/checkpoint", "/log/tile/entries/002.p/89"]


def test_notes_that_do_not_hold_are_leaves_and_nothing_else(place: Place, watcher: Watcher) -> None:
    with serve(place) as (hub, get):
        done = hub.writer.append(draft(declare(1)))
        hub.writer.append(draft(retract(str(done.iscc_id), 2, OTHER)))
        broken = declare(3) | {"nonce": declare(4)["nonce"]}
        hub.writer.append(Draft(canonicalize(broken), bytes.fromhex(broken["nonce"]), b"12345678"))
        other = GOLDEN["notes"][0] | {"$schema": "https://a.example/other", "nonce": "5" * 32}
        hub.writer.append(Draft(canonicalize(other), bytes.fromhex("55" * 16)))
        assert watcher.poll(get) == Polled("hub.example/log", 4, 1, 0, 3, is_first=True)


def test_a_watcher_that_breaks_off_goes_on(place: Place, watcher: Watcher) -> None:
    with serve(place) as (hub, get):
        hub.writer.append_all([draft(declare(i)) for i in range(300)])

        def fail(path: str) -> bytes:
            if path.endswith("001.p/44"):
                raise RemoteFailed("gone")
            return get(path)

        with pytest.raises(RemoteFailed):
            watcher.poll(fail)
        assert watcher.poll(get).declared == 300


def make_fork(tmp_path: Path, count: int, *, same: int = 0) -> Place:
    """Return a log of the same name and key with other entries."""
    fork = Place(tmp_path / "fork")
    fork.create()
    fork.fill(count, first=5000 - same)
    return fork


@pytest.mark.parametrize("count", [20, 300, 301, 700])
def test_a_forked_log_is_frozen_with_proof(
    place: Place, watcher: Watcher, tmp_path: Path, count: int
) -> None:
    place.fill(20)
    with serve(place) as (_, get):
        watcher.poll(get)
    with serve(make_fork(tmp_path, count)) as (_, forked):
        kind = watcher.frozen(forked)
        evidence = watcher.evidence()
        assert evidence.kind == kind == ("equivocation" if count == 20 else "fork")
        assert (evidence.origin, evidence.public_key) == ("hub.example/log", HUB_KEY)
        assert (evidence.sizes, evidence.is_proven) == ((20, count), True)
        assert evidence.index == (None if count == 20 else 0)
    with serve(place) as (_, get):  # nothing thaws it
        watcher.frozen(get)
        assert len(list(watcher.folder.glob("evidence-*"))) == 1


def test_a_log_that_shrank_is_frozen(place: Place, watcher: Watcher, tmp_path: Path) -> None:
    place.fill(5)
    old = {}
    with serve(place) as (hub, get):
        for path in ("/log/checkpoint", "/log/tile/0/000.p/5"):
            old[path] = get(path)
        hub.writer.append_all([draft(declare(i)) for i in range(5, 300)])
        watcher.poll(get)
    assert watcher.frozen(lambda path: old[path]) == "shrink"
    evidence = watcher.evidence()
    assert (evidence.sizes, evidence.is_proven) == ((300, 5), False)


def test_a_shorter_fork_is_a_fork(place: Place, watcher: Watcher, tmp_path: Path) -> None:
    place.fill(30)
    with serve(place) as (_, get):
        watcher.poll(get)
    with serve(make_fork(tmp_path, 9)) as (_, forked):
        assert watcher.frozen(forked) == "fork"
        assert watcher.evidence().sizes == (30, 9)


def test_tiles_that_are_not_those_of_the_checkpoint_are_no_evidence(
    place: Place, watcher: Watcher
) -> None:
    place.fill(20)
    with serve(place) as (hub, get):
        watcher.poll(get)
        hub.writer.append(draft(declare(99)))
        text = make_checkpoint("hub.example/log", 21, bytes(32), sign, HUB_KEY)

        def lie(path: str) -> bytes:
            return text.encode() if path == "/log/checkpoint" else get(path)

        with pytest.raises(RemoteFailed, match="tiles are not those of the checkpoint"):
            watcher.poll(lie)
        assert watcher.poll(get).size == 21


def test_entries_that_are_not_those_of_the_tree_are_no_evidence(
    place: Place, watcher: Watcher
) -> None:
    place.fill(2)
    with serve(place) as (_, get):

        def lie(path: str) -> bytes:
            data = get(path)
            return data.replace(b"ISCC-SIG", b"ISCC-SAG") if "entries" in path else data

        with pytest.raises(RemoteFailed, match="entries are not those of the checkpoint"):
            watcher.poll(lie)
        with pytest.raises(RemoteFailed, match="a bundle has 0 entries"):
            watcher.poll(lambda path: b"" if "entries" in path else get(path))
        assert watcher.poll(get).size == 2


def test_another_key_is_never_accepted(place: Place, watcher: Watcher, tmp_path: Path) -> None:
    place.fill(1)
    with serve(place) as (_, get):
        watcher.poll(get)
        other = make_checkpoint(
            "hub.example/log", 9, bytes(32), lambda _: bytes(64), bytes(31) + b"\2"
        )
        with pytest.raises(VerificationFailed) as caught:
            watcher.poll(lambda _: other.encode())
        assert caught.value.reason_code == "checkpoint-foreign"


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"id": "did:key:x"},
        {"id": "did:web:hub.example"},
        {"id": "did:web:hub.example", "verificationMethod": [1, {"publicKeyMultibase": "z6Mkx"}]},
        {"id": "did:web:other.example", "verificationMethod": []},
    ],
)
def test_a_hub_that_does_not_name_its_key_is_not_followed(
    place: Place, watcher: Watcher, document: object
) -> None:
    with serve(place) as (_, get):
        data = json.dumps(document).encode()
        with pytest.raises((InvalidInput, VerificationFailed)):
            watcher.poll(lambda path: data if path.endswith("did.json") else get(path))
        assert watcher.poll(get).is_first


def test_a_checkpoint_that_is_not_text_is_malformed(watcher: Watcher) -> None:
    with pytest.raises(InvalidInput):
        watcher.poll(lambda _: b"\xff")


def test_the_name_of_a_hub_with_a_port_is_read(tmp_path: Path, watcher: Watcher) -> None:
    place = Place(tmp_path / "port")
    place.create(IDENTITY.__class__("127.0.0.1:8000", 1, 0, HUB_KEY))
    with serve(place) as (_, get):
        assert watcher.poll(get).origin == "127.0.0.1:8000/log"
