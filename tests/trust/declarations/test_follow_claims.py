"""What followed logs declare and delete is known to a library, also after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trust.golden import VECTORS
from tests.trust.log.conftest import place
from tests.trust.log.material import OTHER, Place, declare, draft, retract
from tests.trust.log.test_watch import URL, Watcher, serve

from iscckit.errors import LibraryError, VerificationFailed
from iscckit.library.scan.scan import open_writer
from iscckit.trust.claims.store import FOLDER, ClaimStore
from iscckit.trust.declarations.add_claims import add_entries
from iscckit.trust.declarations.follow_claims import take_claims
from iscckit.trust.log.watch_store import WatchStore
from iscckit.trust.proof.entry import make_entry

__all__ = ["place"]  # a fixture


class Follower(Watcher):
    """A watcher with a library."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "watch")
        self.library = str(folder / "library")

    def take(self) -> int:
        store = WatchStore(str(self.folder))
        try:
            return take_claims(self.library, store, URL)
        finally:
            store.close()

    def deleted(self) -> dict[str, bool]:
        """Say of each claim whether it is deleted."""
        with ClaimStore(self.library) as claims:
            return {str(claim.iscc_id): claim.deleted for claim in claims}


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    return Follower(tmp_path)


def test_what_a_log_declares_and_deletes_is_known(place: Place, follower: Follower) -> None:
    with serve(place) as (hub, get):
        follower.poll(get)
        assert follower.take() == 0
        ids = [
            str(each.iscc_id)
            for each in hub.writer.append_all([draft(declare(1)), draft(declare(2))])
        ]
        follower.poll(get)
        assert follower.take() == 2
        assert follower.take() == 0
        hub.writer.append(draft(retract(ids[0], 3)))
        hub.writer.append(draft(declare(4, OTHER)))
        hub.writer.append(draft(retract(ids[1], 5, OTHER)))  # not the key that declared
        follower.poll(get)
        assert follower.take() == 1
    assert [follower.deleted()[each] for each in ids] == [True, False]
    assert len(follower.deleted()) == 3


def test_what_was_left_out_comes_the_next_time(place: Place, follower: Follower) -> None:
    with serve(place) as (hub, get):
        first = hub.writer.append(draft(declare(1)))
        follower.poll(get)  # and the watcher is killed
        with open_writer(str(Path(follower.library) / FOLDER)), pytest.raises(LibraryError):
            follower.take()
        assert follower.deleted() == {}
        hub.writer.append(draft(declare(2)))
        hub.writer.append(draft(retract(str(first.iscc_id), 3)))
        follower.poll(get)
    assert follower.take() == 1  # what is deleted before it is taken leaves no claim
    assert list(follower.deleted().values()) == [False]


def test_a_claim_that_only_has_the_number_of_a_deleted_one_stays(
    place: Place, follower: Follower
) -> None:
    with serve(place) as (hub, get):
        number = str(hub.writer.append(draft(declare(1))).iscc_id)
        hub.writer.append(draft(retract(number, 2)))
        follower.poll(get)
        follower.take()
        real, other = declare(1), declare(1, OTHER)
        add_entries(follower.library, "other.example/log", [make_entry(number, other)])
        follower.take()
        assert follower.deleted() == {number: False}
        add_entries(follower.library, "hub.example/log", [make_entry(number, real)])
        follower.take()
    with ClaimStore(follower.library) as claims:
        assert {claim.deleted for claim in claims if claim.note == real} == {True}
        assert {claim.deleted for claim in claims if claim.note == other} == {False}


def test_a_frozen_log_adds_nothing(place: Place, follower: Follower, tmp_path: Path) -> None:
    fork = Place(tmp_path / "fork")
    fork.create()
    with serve(place) as (hub, get):
        hub.writer.append(draft(declare(1)))
        follower.poll(get)
    with serve(fork) as (hub, get):
        hub.writer.append_all([draft(declare(2)), draft(declare(3))])
        with pytest.raises(VerificationFailed):
            follower.poll(get)
    assert follower.take() == 0
    assert follower.deleted() == {}


def test_the_time_of_a_private_log_is_a_claim(tmp_path: Path) -> None:
    entries = [entry.encode() for entry in VECTORS["log_entries"][:1]]
    assert add_entries(str(tmp_path), "me.invalid/log", entries) == 1
    with ClaimStore(str(tmp_path)) as claims:
        assert [(claim.is_private, claim.time_kind) for claim in claims] == [(True, "claimed")]
