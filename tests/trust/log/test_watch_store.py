"""The file of a watcher is durable and of one version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.trust.log.material import HUB_KEY

from iscckit.errors import LibraryError
from iscckit.trust.log.watch_store import KnownEntry, WatchStore


def test_all_of_a_step_is_kept_or_nothing(tmp_path: Path) -> None:
    store = WatchStore(str(tmp_path))
    log = store.add("https://a.example", "a.example/log", HUB_KEY, "", "2026")
    entries = [KnownEntry(0, "ISCC:A", b"record")]
    step = {"size": 1, "checkpoint": "c", "seen": "2027"}
    with pytest.raises(LibraryError):
        store.advance(log, **step, nodes=[(0, b"h"), (0, b"h")], entries=entries, deleted=[])  # type: ignore[arg-type]
    assert store.find(log.url) == log
    store.advance(log, **step, nodes=[(0, b"h")], entries=entries, deleted=[])  # type: ignore[arg-type]
    store.close()
    store = WatchStore(str(tmp_path))
    found = store.find(log.url)
    assert found is not None
    assert (found.size, found.checkpoint, found.seen, found.since) == (1, "c", "2027", "2026")
    assert store.entries(found) == entries
    assert store.leaves(found, 1) == [b"h"]
    assert store.node(found)(0, 0) == b"h"
    with pytest.raises(LibraryError):
        store.node(found)(0, 1)
    assert store.find_entry(found, "ISCC:B") is None
    assert store.find("https://b.example") is None
    store.close()


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    store = WatchStore(str(tmp_path))
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE format SET number = 2")
        connection.commit()
    with pytest.raises(LibraryError, match="not of this version"):
        WatchStore(str(tmp_path))


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    Path(tmp_path, "watch.sqlite").write_bytes(b"x" * 5000)
    with pytest.raises(LibraryError):
        WatchStore(str(tmp_path))
