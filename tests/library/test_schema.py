"""A catalogue made by an older version is read as it is, and brought up to date by a writer."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from iscckit.errors import LibraryError
from iscckit.library.catalogue import Catalogue, Item, Stat
from iscckit.library.schema import FORMAT, NAME
from iscckit.library.shelves import Shelves

OLD = Path(__file__).parent.parent / "data" / "library-format-1" / NAME


@pytest.fixture
def old(tmp_path: Path) -> str:
    """Return the folder of a library as the first format had it."""
    shutil.copy(OLD, tmp_path / NAME)
    return str(tmp_path)


def told(folder: str, *, write: bool) -> tuple[object, ...]:
    """Return all that a catalogue says."""
    catalogue = Catalogue(folder, write=write)
    items = list(catalogue.items())
    shelf = Shelves(catalogue)["unit-2-0-0"]
    found = (
        items,
        [catalogue.record(item.id) for item in items],
        [catalogue.prints_of(item.id) for item in items],
        [[same.id for same in catalogue.by_datahash(item.datahash or b"")] for item in items],
        [catalogue.by_path(item.path) for item in items],
        catalogue.unrelated(),
        catalogue.gone(),
        catalogue.last(),
        [shelf.nearest(item.units[1].body, 5) for item in items],
    )
    catalogue.close()
    return found


def schema(folder: str) -> tuple[int, list[tuple[str, str]]]:
    database = sqlite3.connect(Path(folder) / NAME)
    version = database.execute("PRAGMA user_version").fetchone()[0]
    rows = database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return version, rows


def test_a_library_of_the_first_format_loses_nothing(old: str, tmp_path: Path) -> None:
    before = told(old, write=False)
    assert [Path(item.path).name for item in before[0]] == [  # type: ignore[attr-defined]
        "empty.txt", "copy.txt", "whale.txt", "other.txt",
    ]  # fmt: skip
    assert before[3] == [[1], [2, 3], [2, 3], [5]]
    assert schema(old)[0] == 1  # who only reads changes nothing
    assert told(old, write=True) == before
    assert told(old, write=False) == before
    new = str(tmp_path / "new")
    Path(new).mkdir()
    Catalogue(new, write=True).close()
    assert schema(old) == schema(new)
    assert schema(old)[0] == FORMAT


def test_a_migrated_library_is_added_to(old: str) -> None:
    catalogue = Catalogue(old, write=True)
    item = Item(0, "/x", Stat(1, 0, 0, 0), "present", datahash=b"\x1e\x20" + bytes(32))
    with catalogue.writing():
        assert catalogue.add(item) == 6
    assert [found.id for found in catalogue.by_datahash(item.datahash or b"")] == [6]
    catalogue.close()


def test_a_migration_that_is_interrupted_has_not_happened(old: str) -> None:
    reader = sqlite3.connect(Path(old) / NAME, isolation_level=None)
    reader.execute("DROP INDEX item_datahash")  # so that the step fails
    with pytest.raises(LibraryError, match="item_datahash"):
        Catalogue(old, write=True)
    assert reader.execute("PRAGMA user_version").fetchone() == (1,)
    reader.execute("CREATE INDEX item_datahash ON item(datahash)")
    reader.close()
    Catalogue(old, write=True).close()
    assert schema(old)[0] == FORMAT


def test_hashes_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    catalogue = Catalogue(str(tmp_path), write=True)
    hashes = [b"\x1e\x20" + bytes(31) + bytes([last]) for last in (1, 2)]
    with catalogue.writing():
        catalogue.add_many(
            Item(0, f"/{i}", Stat(1, 0, 0, 0), "present", datahash=each)
            for i, each in enumerate([*hashes, None])
        )
    assert [[item.id for item in catalogue.by_datahash(each)] for each in hashes] == [[1], [2]]
    assert catalogue.by_datahash(b"") == []
    catalogue.close()
