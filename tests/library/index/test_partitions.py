"""What is not in a segment yet is read once, and again when there is more."""

from __future__ import annotations

from pathlib import Path

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.index.partitions import Partitions, rebuild
from iscckit.library.scan.scan import writer

UNIT = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32)))


def item(name: str) -> Item:
    return Item(0, name, Stat(1, 0, 0, 0), "present", units=(UNIT,))


def found(catalog: Catalog) -> list[int]:
    return [each.item for each in Partitions(catalog)["unit-2-0-0"].within(UNIT.body, 0)]


def test_a_reader_sees_what_others_and_itself_commit(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with writer(folder) as catalog:
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
    with writer(str(tmp_path)) as catalog:
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
