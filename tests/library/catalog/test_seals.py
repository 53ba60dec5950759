"""Seals: what changed or vanished in the catalog is named, never used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Fingerprints, Item, Stat
from iscckit.library.catalog.schema import NAME
from iscckit.library.catalog.seals import find_damaged

UNIT = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32)))
PRINTS = (
    Fingerprints("text", bytes(16), bytes(8)),
    Fingerprints("picture", bytes(32), bytes(4), ("a",)),
    Fingerprints("picture", bytes(32), bytes(4), ("b",)),
)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Return a library with three items."""
    catalog = Catalog(str(tmp_path), write=True)
    with catalog.transaction():
        for i in range(3):
            hashed = b"\x1e\x20" + bytes([i]) * 32
            item = Item(0, f"/{i}", Stat(1, 2, 3, 4), "present", "text", "text/plain", "n", "I",
                        hashed, (UNIT,))  # fmt: skip
            catalog.add(item, record='{"a": 1}', prints=PRINTS)
        catalog.mark_unrelated(b"\x1e\x20" + bytes(32), b"\x1e\x20" + b"\x01" * 32)
    catalog.close()
    return str(tmp_path)


def change(folder: str, sql: str) -> None:
    database = sqlite3.connect(Path(folder) / NAME)
    database.executescript(f"DROP TRIGGER item_deleted; {sql}")
    database.close()


def ask_all(catalog: Catalog) -> None:
    list(catalog.items())


def ask_one(catalog: Catalog) -> None:
    list(catalog.items([2]))


def ask_delta(catalog: Catalog) -> None:
    list(catalog.items_with_units_after(0))


def ask_prints(catalog: Catalog) -> None:
    catalog.fingerprints_of(2)


def ask_codes(catalog: Catalog) -> None:
    list(catalog.codes_after("picture", 0))


def ask_record(catalog: Catalog) -> None:
    catalog.record(2)


def ask_unrelated(catalog: Catalog) -> None:
    catalog.read_unrelated_pairs()


EVERY: list[Callable[[Catalog], None]] = [
    ask_all, ask_one, ask_delta, ask_prints, ask_codes, ask_record, ask_unrelated,
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "named", "asks"),
    [
        ("UPDATE item SET size = 9 WHERE id = 2", "/1", [ask_all, ask_one, ask_delta]),
        ("UPDATE item SET path = 7 WHERE id = 2", "item 2", [ask_all, ask_one, ask_delta]),
        ("UPDATE item SET units = x'00' WHERE id = 2", "/1", [ask_all, ask_one, ask_delta]),
        ("UPDATE item SET iscc = NULL WHERE id = 2", "/1", [ask_all, ask_one]),
        ("DELETE FROM item WHERE id = 2", "item 2", [ask_all, ask_one, ask_delta]),
        ("UPDATE item SET id = 9 WHERE id = 2", "/1|item 2", [ask_all, ask_one, ask_delta]),
        ("DELETE FROM seal WHERE item = 2", "/1", [ask_all, ask_one, ask_delta]),
        ("UPDATE item SET record = x'78' WHERE id = 2", "/1", [ask_record]),
        ("UPDATE item SET record = NULL WHERE id = 2", "/1", [ask_record]),
        ("UPDATE print SET codes = zeroblob(8) WHERE item = 2", "item 2", [ask_prints, ask_codes]),
        ("DELETE FROM print WHERE item = 2 AND number = 2", "item 2", [ask_prints, ask_codes]),
        ("DELETE FROM print WHERE item = 2", "item 2", [ask_prints, ask_codes]),
        ("UPDATE unrelated SET a = x'00'", "item 0", [ask_unrelated]),
        ("DELETE FROM unrelated", "item 0", [ask_unrelated]),
    ],
)
def test_damage_is_named(
    folder: str, sql: str, named: str, asks: list[Callable[[Catalog], None]]
) -> None:
    catalog = Catalog(folder)
    for question in EVERY:
        question(catalog)
    assert list(find_damaged(catalog._db)) == []
    change(folder, sql)
    for ask in asks:
        with pytest.raises(LibraryError, match=named) as error:
            ask(catalog)
        assert error.value.reason_code == "item-damaged"
    assert {each.item for each in find_damaged(catalog._db)} <= {0, 2, 9}
    assert list(find_damaged(catalog._db))
    catalog.close()


def test_a_tombstone_of_an_item_that_exists_hides_nothing(folder: str) -> None:
    change(folder, "INSERT INTO gone VALUES (2)")
    catalog = Catalog(folder)
    assert catalog.tombstones() == []
    catalog.close()


def test_changes_of_damaged_items_do_not_hide_the_damage(folder: str) -> None:
    catalog = Catalog(folder, write=True)
    catalog._db.execute("UPDATE item SET iscc = 'X' WHERE id = 2")
    with catalog.transaction():
        catalog.set_state([1, 2], "missing")
        catalog.touch(3, Stat(1, 9, 9, 9))
        catalog.move(1, "/new", Stat(1, 2, 3, 4))
    assert [each.item for each in find_damaged(catalog._db)] == [2]
    assert next(catalog.items([1])).path == "/new"
    with catalog.transaction():
        catalog.add(Item(0, "/1", Stat(1, 2, 3, 4), "present"))
    assert list(find_damaged(catalog._db)) == []
    catalog.close()


def test_a_damaged_sequence_replaces_no_item(folder: str) -> None:
    catalog = Catalog(folder, write=True)
    catalog._db.execute("UPDATE sqlite_sequence SET seq = 0")
    with catalog.transaction():
        assert catalog.add(Item(0, "/x", Stat(1, 2, 3, 4), "present")) == 4
        catalog.add_many([Item(0, "/y", Stat(1, 2, 3, 4), "present")])
    assert [item.id for item in catalog.items()] == [1, 2, 3, 4, 5]
    catalog.close()
