"""The file of a log: what it answers, and what its triggers forbid."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tests.trust.log.material import GOLDEN, Place, declare, draft, retract

from iscckit.errors import InvalidInput, LibraryError
from iscckit.trust.log.store import LogStore
from iscckit.trust.proof.merkle import check_inclusion, inclusion_path, leaf_hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET record = x'00' WHERE seq = 1",
        "DELETE FROM entries WHERE seq = 1",
        "REPLACE INTO entries VALUES (1, x'00')",
        "UPDATE nodes SET hash = x'00'",
        "DELETE FROM nodes",
        "DELETE FROM notes",
        "UPDATE notes SET nonce = x'00' WHERE seq = 1",
        "UPDATE log SET domain = 'a.example'",
        "DELETE FROM state",
        "UPDATE state SET size = size - 1",
        "UPDATE state SET last_us = 0",
        "INSERT INTO notes SELECT 99, NULL, NULL, nonce FROM notes WHERE seq = 1",
    ],
)
def test_triggers_and_constraints_refuse(place: Place, statement: str) -> None:
    place.fill(3)
    store = LogStore(place.folder, is_writer=True)
    with pytest.raises(sqlite3.IntegrityError):
        store.connection.execute(statement)
    store.close()


def test_a_deletion_stays(place: Place) -> None:
    with place.open() as writer:
        done = writer.append(draft(declare(1)))
        writer.append(draft(retract(str(done.iscc_id), 2)))
        for statement in ("DELETE FROM deletions", "UPDATE deletions SET seq = 9"):
            with pytest.raises(sqlite3.IntegrityError):
                writer.store.connection.execute(statement)


def test_a_reader_cannot_write(place: Place) -> None:
    with closing(LogStore(place.folder)) as store, pytest.raises(sqlite3.OperationalError):
        store.connection.execute("INSERT INTO entries VALUES (0, x'00')")


def test_the_file_is_synchronous(place: Place) -> None:
    with place.open() as writer:
        run = writer.store.connection.execute
        assert run("PRAGMA journal_mode").fetchone() == ("wal",)
        assert run("PRAGMA synchronous").fetchone() == (2,)


def test_every_leaf_has_a_proof(place: Place) -> None:
    place.fill(70)
    with closing(LogStore(place.folder)) as store:
        root = store.root(70)
        for seq in range(70):
            path = inclusion_path(seq, 70, store.node)
            check_inclusion(leaf_hash(store.record(seq)), seq, 70, path, root)
        assert store.nodes(0, 3, 2) == [leaf_hash(each) for each in store.records(3, 2)]


def test_notes_are_found(place: Place) -> None:
    content = bytes.fromhex(GOLDEN["notes"][0]["datahash"])[2:10]
    with place.open() as writer:
        done = [writer.append(draft(declare(i))) for i in range(3)]
        gone = writer.append(draft(retract(str(done[1].iscc_id), 9)))
        store = writer.store
        assert [seq for seq, _ in store.find_content(content, 9)] == [0, 2]
        assert store.find_content(content, 1) == [(0, done[0].iscc_id.timestamp)]
        assert store.find_content(b"other do", 9) == []
        assert store.find_declaration(done[1].iscc_id.timestamp) == 1
        assert store.find_deletion(done[1].iscc_id.timestamp) == gone.seq
        assert store.find_deletion(done[0].iscc_id.timestamp) is None
        assert store.find_declaration(5) is None
        assert store.has_nonce(bytes.fromhex(declare(2)["nonce"]))
        assert not store.has_nonce(bytes(16))
        assert store.note(99) is None


def test_what_is_not_there_is_an_error(place: Place) -> None:
    with closing(LogStore(place.folder)) as store:
        with pytest.raises(InvalidInput):
            store.record(0)
        with pytest.raises(LibraryError):
            store.node(0, 0)


def test_a_log_of_another_format_is_refused(place: Place) -> None:
    with closing(sqlite3.connect(f"{place.folder}/log.sqlite")) as connection:
        connection.execute("DROP TRIGGER log_update")
        connection.execute("UPDATE log SET format = 2")
        connection.commit()
    with pytest.raises(LibraryError, match="not a log of this version"):
        LogStore(place.folder)
