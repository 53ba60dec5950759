"""A check rebuilds the log: whatever was edited, the first entry that is not whole is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.trust.log.material import (
    HUB_KEY,
    OTHER,
    Place,
    declare,
    draft,
    retract,
    sign,
)

from iscckit.errors import LibraryError
from iscckit.trust.log.check import LogReport, check_log
from iscckit.trust.log.draft import Draft
from iscckit.trust.log.frontier import Frontier
from iscckit.trust.log.store import LogStore
from iscckit.trust.proof.checkpoint import make_checkpoint
from iscckit.trust.proof.strict_json import canonicalize


@contextmanager
def edit(place: Place) -> Iterator[sqlite3.Connection]:
    """Open the file of a log as its owner can, without triggers."""
    with closing(sqlite3.connect(f"{place.folder}/log.sqlite")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()


def check(place: Place) -> LogReport:
    return check_log(place.folder, place.pin)


@pytest.fixture
def filled(place: Place) -> Place:
    with place.open() as writer:
        done = writer.append_all([draft(declare(i)) for i in range(300)])
        writer.append(draft(retract(str(done[5].iscc_id), 1000)))
    return place


def test_a_whole_log_is_whole(filled: Place) -> None:
    told: list[tuple[int, int]] = []
    report = check_log(filled.folder, filled.pin, lambda done, whole: told.append((done, whole)))
    assert report.fault == ""
    assert (report.size, report.bad, report.pinned) == (301, None, 301)
    assert report.origin == "hub.example/log"
    assert told == [(256, 301), (301, 301)]


def test_an_empty_log_is_whole(place: Place) -> None:
    assert check(place).fault == ""


@pytest.mark.parametrize("seq", [0, 1, 255, 256, 299])
def test_an_edited_entry_is_named(filled: Place, seq: int) -> None:
    with edit(filled) as connection:
        (record,) = connection.execute(
            "SELECT record FROM entries WHERE seq = ?", (seq,)
        ).fetchone()
        hurt = record.replace(b"KACWN77F", b"KACWN77E")
        assert hurt != record
        connection.execute("UPDATE entries SET record = ? WHERE seq = ?", (hurt, seq))
    report = check(filled)
    assert report.bad == seq
    assert report.fault


def test_an_entry_signed_again_is_named_by_the_tree(filled: Place) -> None:
    with edit(filled) as connection:
        (record,) = connection.execute("SELECT record FROM entries WHERE seq = 9").fetchone()
        other = canonicalize(declare(9, OTHER))
        start = record.index(b'"note":') + 7
        connection.execute(
            "UPDATE entries SET record = ? WHERE seq = 9", (record[:start] + other + b"}",)
        )
    report = check(filled)
    assert (report.bad, report.fault) == (9, "its hash is not the one in the tree")


EDITS = {
    "DELETE FROM entries WHERE seq = 7": "has no entry 7",
    "UPDATE nodes SET hash = zeroblob(32) WHERE id = 7": "its hash",
    "UPDATE nodes SET hash = zeroblob(32) WHERE id = (1 << 56) + 3": "its hash",
    "DELETE FROM nodes WHERE id = 7": "its hash",
    "UPDATE notes SET nonce = zeroblob(16) WHERE seq = 7": "another nonce",
    "UPDATE notes SET time_us = 5 WHERE seq = 7": "another ISCC-ID",
    "UPDATE notes SET content = 5 WHERE seq = 7": "another ISCC-ID or datahash",
    "DELETE FROM notes WHERE seq = 7": "another ISCC-ID",
}


@pytest.mark.parametrize("statement", EDITS)
def test_each_table_is_rebuilt(filled: Place, statement: str) -> None:
    with edit(filled) as connection:
        connection.execute(statement)
    report = check(filled)
    assert report.bad == 7
    assert EDITS[statement] in report.fault


LATE = {
    "DELETE FROM deletions": "deletions",
    "INSERT INTO deletions VALUES (99, 300)": "rows that follow from no entry",
    "INSERT INTO nodes VALUES ((9 << 56), zeroblob(32))": "rows that follow from no entry",
    "INSERT INTO notes VALUES (900, NULL, NULL, zeroblob(16))": "rows that follow from no entry",
    "UPDATE state SET last_us = last_us + 1": "the time of the last entry",
    "UPDATE state SET checkpoint = replace(checkpoint, 'hub', 'hob')": "of hob.example/log",
    "UPDATE state SET size = 300": "the checkpoint is not of these entries",
}


@pytest.mark.parametrize("statement", LATE)
def test_what_is_said_of_all_entries_is_checked(filled: Place, statement: str) -> None:
    with edit(filled) as connection:
        connection.execute(statement)
    assert LATE[statement] in check(filled).fault


def test_a_log_that_was_written_again_with_its_key_is_a_fork_of_the_pin(filled: Place) -> None:
    """The owner of the key rewrites history without a trace in the file: the pin tells."""
    with edit(filled) as connection:
        rows = [row[0] for row in connection.execute("SELECT record FROM entries ORDER BY seq")]
        start = rows[9].index(b'"note":') + 7
        rows[9] = rows[9][:start] + canonicalize(declare(9, OTHER)) + b"}"
        frontier = Frontier(0, lambda _level, _index: b"")
        nodes = [node for row in rows for node in frontier.add(row)]
        text = make_checkpoint("hub.example/log", 301, frontier.root(), sign, HUB_KEY)
        connection.execute("UPDATE entries SET record = ? WHERE seq = 9", (rows[9],))
        connection.executemany("UPDATE nodes SET hash = ?2 WHERE id = ?1", nodes)
        connection.execute("UPDATE state SET checkpoint = ?", (text,))
    assert "fork: the first 301 entries" in check(filled).fault


def test_a_lost_pin_is_no_fault_and_a_damaged_one_is(filled: Place) -> None:
    Path(filled.pin).unlink()
    report = check(filled)
    assert (report.fault, report.pinned) == ("", None)
    Path(filled.pin).write_text("x")
    assert "is not the last checkpoint" in check(filled).fault


def test_the_deletion_of_another_is_named(filled: Place) -> None:
    with filled.open() as writer:
        iscc_id = str(writer.append(draft(declare(2000))).iscc_id)
        writer.append(draft(retract(iscc_id, 2001, OTHER)))
    report = check(filled)
    assert (report.bad, report.fault) == (302, "deletes what another key declared")


def test_a_note_without_a_valid_signature_is_named(place: Place) -> None:
    with place.open() as writer:
        writer.append(draft(declare(1)))
        note = declare(2) | {"nonce": declare(3)["nonce"]}
        writer.append(Draft(canonicalize(note), bytes.fromhex(note["nonce"]), b"\0" * 8))
    assert check(place).bad == 1


def test_a_file_that_is_not_a_log_is_an_error(place: Place) -> None:
    Path(place.folder, "log.sqlite").write_bytes(b"x" * 5000)
    with pytest.raises(LibraryError):
        check(place)


def test_a_check_needs_no_writer(filled: Place) -> None:
    with filled.open():
        assert check(filled).fault == ""
        store = LogStore(filled.folder)
        assert store.head().size == 301
        store.close()
