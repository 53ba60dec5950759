"""Partitions join segments and the delta; segments have the names of the library format."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.check import check, repair
from iscckit.library.partitions.generation import open_generation
from iscckit.library.partitions.key import UnitKey
from iscckit.library.partitions.store import Partitions, rebuild
from iscckit.library.scan.scan import open_writer

UNIT = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32)))


def item(name: str) -> Item:
    return Item(0, name, Stat(1, 0, 0, 0), "present", units=(UNIT,))


def found(catalog: Catalog) -> list[int]:
    return [each.item for each in Partitions(catalog)[UnitKey.of(UNIT)].within(UNIT.body, 0)]


def test_a_reader_sees_what_others_and_itself_commit(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with open_writer(folder) as catalog:
        with catalog.transaction():
            catalog.add(item("/a"))
        reader = Catalog(folder)
        assert found(reader) == found(catalog) == [1]
        with catalog.transaction():
            catalog.add(item("/b"))
            assert found(catalog) == [1, 2]
            assert found(reader) == [1]
        assert found(reader) == [1, 2]
        with catalog.transaction():
            catalog.remove_path("/a")
        assert found(reader) == found(catalog) == [2]
        rebuild(catalog, force=True)
        assert found(reader) == found(catalog) == [2]
        with catalog.transaction():
            catalog.add(item("/c"))
        assert found(reader) == found(catalog) == [2, 3]
        reader.close()


def test_the_same_question_reads_the_catalogue_once(tmp_path: Path) -> None:
    with open_writer(str(tmp_path)) as catalog:
        with catalog.transaction():
            catalog.add(item("/a"))
        made: list[int] = []

        def make() -> int:
            made.append(len(made))
            return made[-1]

        assert [catalog.memoize("a", make) for _ in range(3)] == [0, 0, 0]
        assert [catalog.memoize("b", make) for _ in range(2)] == [1, 1]
        with catalog.transaction():
            catalog.add(item("/b"))
        assert catalog.memoize("b", make) == 2


def test_segments_are_named_as_the_format_says_and_units_are_counted_by_maintype(
    tmp_path: Path,
) -> None:
    kinds = ((MainType.CONTENT, SubType.TEXT), (MainType.DATA, 0), (MainType.INSTANCE, 0))
    units = [Unit(main, sub, bytes(range(32))) for main, sub in kinds]
    with open_writer(str(tmp_path)) as catalog:
        with catalog.transaction():
            for number, some in enumerate((units, units[:2], units[:1])):
                stat = Stat(number, 0, 0, 0)
                catalog.add(Item(0, f"/{number}", stat, "present", units=tuple(some)))
        rebuild(catalog, force=True)
        partitions = Partitions(catalog)
        counted = {main: partitions.count_units(main) for main, _ in kinds}
    assert counted == {MainType.CONTENT: 3, MainType.DATA: 2, MainType.INSTANCE: 1}
    folder = tmp_path / "index" / "3"
    names = ["unit-2-0-0", "unit-3-0-0", "unit-4-0-0"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "shelves-3.json",
        *(f"{name}.seg" for name in names),
    ]
    assert json.loads((folder / "shelves-3.json").read_text())["segments"] == names


def test_a_list_with_an_unknown_partition_is_not_used(tmp_path: Path) -> None:
    with open_writer(str(tmp_path)) as catalog:
        with catalog.transaction():
            catalog.add(item("/a"))
        rebuild(catalog, force=True)
        listed = tmp_path / "index" / "1" / "shelves-3.json"
        listed.write_text(json.dumps({"segments": ["unit-2-0-0", "unit-2"], "checksum": ""}))
        (tmp_path / "index" / "1" / "unit-2.seg").write_bytes(b"of a later version")
        assert found(catalog) == [1]  # from the catalog


def put(folder: Path, *names: str, force: bool = True) -> None:
    with open_writer(str(folder)) as catalog:
        with catalog.transaction():
            for name in names:
                catalog.add(item(name))
        rebuild(catalog, force=force)


def swap_codes(folder: Path, name: str) -> None:
    """Let the next catalogue have, under the number of an old one, an item without codes."""
    with open_writer(str(folder)) as catalog, catalog.transaction():
        catalog.add(Item(0, name, Stat(1, 0, 0, 0), "present"))


def remove_catalog(folder: Path) -> None:
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()


def test_an_index_of_another_catalogue_is_not_used_and_goes(tmp_path: Path) -> None:
    put(tmp_path, "/a", "/b", "/c")
    remove_catalog(tmp_path)
    swap_codes(tmp_path, "/x")  # number 1, which has a code in the old index
    with open_writer(str(tmp_path)) as catalog:
        assert found(catalog) == []
        assert (tmp_path / "index" / "3").is_dir()
        assert not rebuild(catalog)
        assert list((tmp_path / "index").iterdir()) == []
        with catalog.transaction():
            catalog.add(item("/y"))
            catalog.add(item("/z"))
        assert rebuild(catalog, force=True)  # the same highest number as before
        assert found(catalog) == [2, 3]


def test_an_index_of_another_time_of_a_catalogue_is_not_used(tmp_path: Path) -> None:
    """A catalogue that comes back from a backup gives its next items numbers that were given."""
    put(tmp_path, "/a")
    backup = (tmp_path / "catalogue.sqlite").read_bytes()
    put(tmp_path, "/b", "/c")
    remove_catalog(tmp_path)
    (tmp_path / "catalogue.sqlite").write_bytes(backup)
    swap_codes(tmp_path, "/x")
    swap_codes(tmp_path, "/y")
    catalog = Catalog(str(tmp_path))
    assert found(catalog) == [1]
    catalog.close()


def test_a_library_without_token_is_read_and_gets_one_with_the_next_writer(tmp_path: Path) -> None:
    put(tmp_path, "/a", "/b")
    listed = tmp_path / "index" / "2" / "shelves-3.json"
    old = json.loads(listed.read_text())
    del old["catalog"]
    listed.write_text(json.dumps(old))
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as database:
        database.execute("DELETE FROM setting")
    database.close()
    reader = Catalog(str(tmp_path))
    assert open_generation(str(tmp_path), reader.read_index_token()).mark == 2
    assert found(reader) == [1, 2]
    with open_writer(str(tmp_path)) as catalog:
        assert open_generation(str(tmp_path), catalog.read_index_token()).mark == -1
        assert found(catalog) == found(reader) == [1, 2]
        rebuild(catalog, force=True)
        assert open_generation(str(tmp_path), catalog.read_index_token()).mark == 2
    reader.close()


@pytest.mark.parametrize(
    "name", ["index", "index/2", "index/2/shelves-3.json", "index/2/unit-2-0-0.seg"]
)
def test_a_folder_for_a_file_or_a_file_for_a_folder_is_replaced(tmp_path: Path, name: str) -> None:
    put(tmp_path, "/a", "/b")
    path = tmp_path / name
    if path.is_dir():
        shutil.rmtree(path)
        path.write_bytes(b"x")
    else:
        path.unlink()
        path.mkdir()
        (path / "inside").write_bytes(b"x")
    with open_writer(str(tmp_path)) as catalog:
        assert found(catalog) == [1, 2]
        rebuild(catalog, force=True)
        assert found(catalog) == [1, 2]
    repair(str(tmp_path))
    assert list(check(str(tmp_path))) == []
    assert not path.is_dir() or name in ("index", "index/2")
    assert (tmp_path / "index" / "2" / "unit-2-0-0.seg").is_file()
