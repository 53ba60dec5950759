"""What is not in a segment yet is read once, and again when there is more."""

from __future__ import annotations

from pathlib import Path

from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.library.catalog.catalog import Catalogue
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.index.partitions import Shelves, rebuild
from iscckit.library.scan.scan import writer

UNIT = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32)))


def item(name: str) -> Item:
    return Item(0, name, Stat(1, 0, 0, 0), "present", units=(UNIT,))


def found(catalogue: Catalogue) -> list[int]:
    return [each.item for each in Shelves(catalogue)["unit-2-0-0"].within(UNIT.body, 0)]


def test_a_reader_sees_what_others_and_itself_commit(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with writer(folder) as catalogue:
        with catalogue.writing():
            catalogue.add(item("/a"))
        reader = Catalogue(folder)
        assert found(reader) == found(catalogue) == [1]
        with catalogue.writing():
            catalogue.add(item("/b"))
            assert found(catalogue) == [1, 2]
            assert found(reader) == [1]
        assert found(reader) == [1, 2]
        with catalogue.writing():
            catalogue.remove_path("/a")
        assert found(reader) == found(catalogue) == [2]
        rebuild(catalogue, force=True)
        assert found(reader) == found(catalogue) == [2]
        with catalogue.writing():
            catalogue.add(item("/c"))
        assert found(reader) == found(catalogue) == [2, 3]
        reader.close()


def test_the_same_question_reads_the_catalogue_once(tmp_path: Path) -> None:
    with writer(str(tmp_path)) as catalogue:
        with catalogue.writing():
            catalogue.add(item("/a"))
        made: list[int] = []

        def make() -> int:
            made.append(len(made))
            return made[-1]

        assert [catalogue.kept("a", make) for _ in range(3)] == [0, 0, 0]
        assert [catalogue.kept("b", make) for _ in range(2)] == [1, 1]
        with catalogue.writing():
            catalogue.add(item("/b"))
        assert catalogue.kept("b", make) == 2
