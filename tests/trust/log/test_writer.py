"""The writer: durable, in order, one of each nonce, and never on an older copy."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from tests.trust.log.material import (
    GOLDEN,
    HUB_KEY,
    IDENTITY,
    Place,
    declare,
    draft,
    retract,
    sign,
)

from iscckit.codec.iscc_id import IsccId
from iscckit.errors import LibraryError, VerificationFailed
from iscckit.trust.log.clock import LogClock
from iscckit.trust.log.draft import Appended, wrap_note
from iscckit.trust.log.store import LogStore
from iscckit.trust.log.writer import LogWriter, check_head
from iscckit.trust.proof.checkpoint import verify_checkpoint
from iscckit.trust.proof.merkle import leaf_hash, root_of
from iscckit.trust.proof.strict_json import canonicalize


def test_the_golden_entries_are_what_is_written() -> None:
    ids = [*GOLDEN["iscc_ids"], GOLDEN["iscc_ids"][0]]
    notes = [*GOLDEN["notes"], GOLDEN["delete"]]
    made = [
        wrap_note(IsccId.parse(i), canonicalize(note)).decode()
        for i, note in zip(ids, notes, strict=True)
    ]
    assert made == GOLDEN["log_entries"]


def test_the_golden_chain_comes_out_of_a_log(place: Place) -> None:
    times = iter([1750000000000000, 1750000000000001])
    clock = LogClock(lambda: 1750000000000000, lambda: 0)
    clock.next_us = lambda last_us: max(next(times), last_us)  # type: ignore[method-assign]
    with place.open(clock=clock) as writer:
        for note in (*GOLDEN["notes"], GOLDEN["delete"]):
            done = writer.append(draft(note))
        assert writer.store.records(0, 9) == [each.encode() for each in GOLDEN["log_entries"]]
        assert writer.store.root(3).hex() == GOLDEN["root_size3"]
        assert done.iscc_id == IsccId.parse(GOLDEN["iscc_ids"][0])


def test_every_entry_has_the_next_number_and_a_later_id(place: Place) -> None:
    with place.open() as writer:
        done = [writer.append(draft(declare(i))) for i in range(5)]
        done += writer.append_all([draft(declare(i)) for i in range(5, 300)])
    assert [each.seq for each in done] == list(range(300))
    times = [each.iscc_id.timestamp for each in done]
    assert times == sorted(set(times))
    assert {each.iscc_id[1:] for each in done} == {(1, 0)}


def test_the_checkpoint_is_of_all_entries(place: Place) -> None:
    place.fill(270)
    store = LogStore(place.folder)
    checkpoint = verify_checkpoint(store.head().checkpoint, "hub.example/log", HUB_KEY)
    leaves = [leaf_hash(record) for record in store.records(0, 1000)]
    assert (checkpoint.size, checkpoint.root) == (270, root_of(leaves))
    assert Path(place.pin).read_text() == checkpoint.text
    store.close()


def test_of_fifty_equal_nonces_one_is_accepted(place: Place) -> None:
    start = Barrier(50)
    accepted, refused = [], []
    with place.open() as writer:

        def post() -> None:
            start.wait()
            try:
                accepted.append(writer.append(draft(declare(7))))
            except VerificationFailed as error:
                refused.append(error.reason_code)

        threads = [Thread(target=post) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.store.head().size == 1
    assert len(accepted) == 1
    assert refused == ["nonce-reused"] * 49


def test_threads_lose_nothing(place: Place) -> None:
    done: list[Appended] = []
    with place.open() as writer:

        def post(number: int) -> None:
            done.extend(writer.append(draft(declare(number * 10 + i))) for i in range(10))

        threads = [Thread(target=post, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(each.seq for each in done) == list(range(500))
        for each in done:
            assert f'"{each.iscc_id}"'.encode() in writer.store.record(each.seq)
            assert each.size > each.seq


def test_a_refused_draft_does_not_harm_its_group(place: Place) -> None:
    with place.open() as writer:
        futures = [writer.submit(draft(declare(i))) for i in (1, 2, 1, 3)]
        results = [future.exception() for future in futures]
        assert [result is None for result in results] == [True, True, False, True]
        assert writer.store.head().size == 3


def test_a_nonce_of_the_other_realm_is_refused(place: Place, tmp_path: Path) -> None:
    place.fill(3)
    with closing(LogStore(place.folder)) as first:
        other = Place(tmp_path / "other")
        other.create(IDENTITY.__class__("hub.example", 1, 1, HUB_KEY))
        with other.open(knows_nonce=first.has_nonce) as writer:
            with pytest.raises(VerificationFailed) as caught:
                writer.append(draft(declare(2)))
            assert caught.value.reason_code == "nonce-reused"
            assert writer.append(draft(declare(3))).seq == 0


def test_a_declaration_is_deleted_once(place: Place) -> None:
    with place.open() as writer:
        iscc_id = str(writer.append(draft(declare(1))).iscc_id)
        futures = [writer.submit(draft(retract(iscc_id, n))) for n in (2, 3)]
        assert futures[0].result().seq == 1
        with pytest.raises(VerificationFailed) as caught:
            futures[1].result()
        assert caught.value.reason_code == "declaration-deleted"
        with pytest.raises(VerificationFailed):
            writer.append(draft(retract(iscc_id, 4)))


def test_a_clock_behind_refuses_and_burns_nothing(place: Place) -> None:
    now = [1_000_000_000_000_000]
    with place.open(clock=LogClock(lambda: now[0], lambda: now[0])) as writer:
        first = writer.append(draft(declare(1)))
        now[0] -= 50_000
        assert writer.append(draft(declare(2))).iscc_id.timestamp == first.iscc_id.timestamp + 1
        now[0] -= 150_000
        with pytest.raises(LibraryError) as caught:
            writer.append(draft(declare(3)))
        assert caught.value.reason_code == "clock-wrong"
        assert writer.fault is caught.value
        now[0] += 200_000
        assert writer.append(draft(declare(3))).seq == 2
        assert writer.fault is None


def test_a_clock_that_leaps_ten_years_and_back_is_an_alarm(place: Place) -> None:
    now = [1_000_000_000_000_000]
    with place.open(clock=LogClock(lambda: now[0], lambda: 0)) as writer:
        writer.append(draft(declare(1)))
        now[0] += 10 * 365 * 86_400_000_000
        with pytest.raises(LibraryError, match=r"leapt ahead by 3650\.0 days"):
            writer.append(draft(declare(2)))
        now[0] -= 10 * 365 * 86_400_000_000
        assert writer.append(draft(declare(2))).seq == 1


def test_a_log_opened_with_entries_of_the_future_says_so(place: Place) -> None:
    future = 4_000_000_000_000_000
    with place.open(clock=LogClock(lambda: future, lambda: 0)) as writer:
        writer.append(draft(declare(1)))
    with place.open() as writer, pytest.raises(LibraryError, match="days behind the last entry"):
        writer.append(draft(declare(2)))


def test_a_restored_copy_refuses_to_start(place: Place, tmp_path: Path) -> None:
    place.fill(41)
    copy = tmp_path / "copy"
    shutil.copytree(place.folder, copy)
    place.fill(16, first=41)
    for folder in (copy, Path(place.folder)):
        if folder != copy:
            shutil.rmtree(folder)
            shutil.copytree(copy, folder)
        with pytest.raises(VerificationFailed, match=r"rollback: pinned size 57 > 41") as caught:
            LogWriter(str(folder), sign, place.pin)
        assert caught.value.reason_code == "log-rolled-back"
        assert caught.value.facts == {"pinned": 57, "size": 41}


def test_another_log_of_the_same_name_refuses_to_start(place: Place, tmp_path: Path) -> None:
    place.fill(3)
    other = Place(tmp_path / "other")
    other.create()
    other.fill(5, first=50)
    with pytest.raises(VerificationFailed) as caught:
        LogWriter(other.folder, sign, place.pin)
    assert caught.value.reason_code == "log-forked"


def test_two_writers_are_refused(place: Place) -> None:
    with place.open(), pytest.raises(LibraryError, match="another process writes this log"):
        place.open()


def test_a_missing_log_is_named_and_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        Place(tmp_path / "no").open()
    assert caught.value.reason_code == "log-missing"
    assert not (tmp_path / "no").exists()


def test_a_checkpoint_of_another_tree_refuses_to_start(place: Place) -> None:
    place.fill(3)
    with closing(sqlite3.connect(f"{place.folder}/log.sqlite")) as connection:
        connection.execute("DROP TRIGGER nodes_update")
        connection.execute("UPDATE nodes SET hash = zeroblob(32) WHERE id = 2")
        connection.commit()
    with pytest.raises(VerificationFailed) as caught:
        place.open()  # the pin is of the right tree
    assert caught.value.reason_code == "log-forked"
    Path(place.pin).unlink()
    with pytest.raises(LibraryError) as damaged:
        place.open()
    assert damaged.value.reason_code == "log-damaged"
    with closing(LogStore(place.folder)) as store, pytest.raises(LibraryError):
        check_head(store)


def test_a_closed_log_takes_nothing(place: Place) -> None:
    writer = place.open()
    writer.close()
    with pytest.raises(LibraryError, match="closed"):
        writer.append(draft(declare(1)))


def test_a_pin_that_cannot_be_written_is_a_fault_and_loses_nothing(place: Place) -> None:
    with place.open() as writer:
        Path(place.pin).unlink()
        Path(place.pin).mkdir()
        assert writer.append(draft(declare(1))).seq == 0
        assert writer.fault is not None
        assert writer.fault.reason_code == "unreadable-file"


FULL = """
import resource, sys
from tests.trust.log.material import Place, declare, draft
from pathlib import Path
place = Place(Path(sys.argv[1]))
with place.open() as writer:
    print(writer.append(draft(declare(1))).seq)
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))
    refused = 0
    for i in range(2, 80):
        try:
            writer.append(draft(declare(i)))
        except Exception as error:
            assert type(error).__name__ == "LibraryError", repr(error)
            refused += 1
    print("refused", refused > 0, writer.fault is not None)
"""


def test_a_full_disk_refuses_by_name_and_loses_nothing(place: Place) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", FULL, str(place.root)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["0", "refused True True"], done.stderr
    with place.open() as writer:
        size = writer.store.head().size
        assert 0 < size < 79
        assert writer.append(draft(declare(1000))).seq == size
