"""A library of an older format is refused to readers, and brought up to date by a writer."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from PIL import Image
from tools.planted import SAMPLES

from iscckit.codec.unit import MainType, SubType
from iscckit.errors import LibraryError
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.database import checksum
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.catalog.salvage import salvage
from iscckit.library.catalog.schema import FORMAT, NAME
from iscckit.library.catalog.seals import COLUMNS_4
from iscckit.library.library import Library
from iscckit.library.partitions.key import UnitKey
from iscckit.library.partitions.store import Partitions
from iscckit.library.scan.report import ScanProgress
from iscckit.library.scan.scan import scan
from iscckit.library.search.match import Region

OLD = Path(__file__).parents[2] / "data" / "library-format-1" / NAME


@pytest.fixture
def old(tmp_path: Path) -> str:
    """Return the folder of a library as the first format had it."""
    shutil.copy(OLD, tmp_path / NAME)
    return str(tmp_path)


def told(folder: str, *, write: bool) -> tuple[object, ...]:
    """Return all that a catalog says."""
    catalog = Catalog(folder, write=write)
    items = list(catalog.items())
    partition = Partitions(catalog)[UnitKey(MainType.CONTENT, SubType.TEXT, 0)]
    found = (
        items,
        [catalog.record(item.id) for item in items],
        [catalog.fingerprints_of(item.id) for item in items],
        [[same.id for same in catalog.by_datahash(item.datahash or b"")] for item in items],
        [catalog.by_path(item.path) for item in items],
        catalog.read_unrelated_pairs(),
        catalog.tombstones(),
        catalog.last_id(),
        [partition.nearest(item.units[1].body, 5) for item in items],
    )
    catalog.close()
    return found


def schema(folder: str) -> tuple[int, list[tuple[str, str]]]:
    database = sqlite3.connect(Path(folder) / NAME)
    version = database.execute("PRAGMA user_version").fetchone()[0]
    rows = database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return version, rows


def test_a_library_of_the_first_format_loses_nothing(old: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=rf"format {FORMAT}, the library has 1$"):
        Catalog(old)
    assert schema(old)[0] == 1  # who only reads changes nothing
    found = told(old, write=True)
    assert [Path(item.path).name for item in found[0]] == [  # type: ignore[attr-defined]
        "empty.txt", "copy.txt", "whale.txt", "other.txt",
    ]  # fmt: skip
    assert found[3] == [[1], [2, 3], [2, 3], [5]]
    assert told(old, write=False) == found
    new = str(tmp_path / "new")
    Path(new).mkdir()
    Catalog(new, write=True).close()
    assert schema(old) == schema(new)
    assert schema(old)[0] == FORMAT


def downgrade(folder: str) -> sqlite3.Connection:
    """Turn a library into one of format 4, and return it."""
    database = sqlite3.connect(Path(folder) / NAME, isolation_level=None)
    database.create_function("checksum", -1, checksum)
    database.execute("ALTER TABLE item DROP COLUMN rules")
    database.execute(
        f"UPDATE seal SET sum = (SELECT checksum({COLUMNS_4}) FROM item WHERE id = seal.item) "
        "WHERE part = 'item'"
    )
    database.execute("PRAGMA user_version = 4")
    return database


def test_items_of_format_4_have_the_first_rules_and_damage_stays_damage(old: str) -> None:
    Catalog(old, write=True).close()
    database = downgrade(old)
    database.execute("UPDATE item SET size = size + 1 WHERE id = 3")  # behind the seal's back
    database.close()
    catalog = Catalog(old, write=True)
    assert [(each.item, each.part) for each in catalog.find_damaged()] == [(3, "item")]
    assert [item.rules for item in catalog.items([1, 2, 5])] == [1, 1, 1]
    catalog.close()


def test_salvage_of_format_4_loses_nothing(old: str) -> None:
    Catalog(old, write=True).close()
    before = told(old, write=False)
    downgrade(old).close()
    salvage(old)
    assert told(old, write=False)[:6] == before[:6]  # an index without tombstones is made later


def test_a_migrated_library_is_added_to(old: str) -> None:
    catalog = Catalog(old, write=True)
    item = Item(0, "/x", Stat(1, 0, 0, 0), "present", datahash=b"\x1e\x20" + bytes(32))
    with catalog.transaction():
        assert catalog.add(item) == 6
    assert [found.id for found in catalog.by_datahash(item.datahash or b"")] == [6]
    catalog.close()


def test_a_migration_that_is_interrupted_has_not_happened(old: str) -> None:
    reader = sqlite3.connect(Path(old) / NAME, isolation_level=None)
    reader.execute("DROP INDEX item_datahash")  # so that the step fails
    with pytest.raises(LibraryError, match="item_datahash"):
        Catalog(old, write=True)
    assert reader.execute("PRAGMA user_version").fetchone() == (1,)
    reader.execute("CREATE INDEX item_datahash ON item(datahash)")
    reader.close()
    Catalog(old, write=True).close()
    assert schema(old)[0] == FORMAT


def test_hashes_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path), write=True)
    hashes = [b"\x1e\x20" + bytes(31) + bytes([last]) for last in (1, 2)]
    with catalog.transaction():
        catalog.add_many(
            Item(0, f"/{i}", Stat(1, 0, 0, 0), "present", datahash=each)
            for i, each in enumerate([*hashes, None])
        )
    assert [[item.id for item in catalog.by_datahash(each)] for each in hashes] == [[1], [2]]
    assert catalog.by_datahash(b"") == []
    catalog.close()


@pytest.fixture
def old_pictures(tmp_path: Path) -> tuple[str, Path]:
    """Return a library as format 1 had it, and the folder of its files."""
    files, folder = tmp_path / "files", str(tmp_path / "lib")
    files.mkdir()
    for name in ("cat.jpg", "rocket.jpg", "gettysburg-hay.txt"):
        shutil.copy2(SAMPLES / name, files / name)
    list(scan(folder, [str(files)]))
    database = sqlite3.connect(Path(folder) / NAME)
    database.execute("DELETE FROM print WHERE kind IN ('spot', 'grid')")
    places = b"".join(i.to_bytes(4, "little") for i in range(121))
    database.execute(
        "UPDATE print SET codes = CAST(codes || ? AS BLOB), places = ? WHERE kind = 'picture'",
        (bytes(3840), places),
    )
    database.execute("DROP INDEX item_hash")
    database.execute("CREATE INDEX item_datahash ON item(datahash)")
    database.execute("ALTER TABLE item DROP COLUMN ctime")
    database.execute("ALTER TABLE item DROP COLUMN rules")
    database.execute("DROP TABLE seal")
    database.execute("DROP TRIGGER item_deleted")
    database.execute(
        "CREATE TRIGGER item_deleted AFTER DELETE ON item BEGIN INSERT INTO gone VALUES (old.id); "
        "DELETE FROM print WHERE item = old.id; END"
    )
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()
    return folder, files


def test_a_reader_is_told_that_the_library_is_older(old_pictures: tuple[str, Path]) -> None:
    with pytest.raises(LibraryError, match=rf"format {FORMAT}, the library has 1$") as refused:
        Library.open(old_pictures[0]).search(SAMPLES / "cat.jpg")
    assert refused.value.reason_code == "library-older"


def test_a_scan_reads_again_what_the_library_lacks_and_newer_rules_touch(
    old_pictures: tuple[str, Path], tmp_path: Path
) -> None:
    folder, files = old_pictures
    planned: list[ScanProgress] = []
    changes = list(scan(folder, [str(files)], progress=planned.append))
    assert [change.what for change in changes] == ["reread"] * 3
    assert list(scan(folder, [str(files)], progress=planned.append)) == []
    assert [(at.files, at.reads) for at in planned if not at.done] == [(3, 3), (3, 0)]
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        picture.crop((90, 40, 600, 400)).save(tmp_path / "part.png")
    (match,) = Library.open(folder).search(tmp_path / "part.png").matches
    assert match.item.path == str(files / "rocket.jpg")
    assert match.passage is not None
    assert isinstance(match.passage.place, Region)
    assert match.passage.place.box is not None


def test_pictures_that_are_away_are_still_found_as_a_whole(old_pictures: tuple[str, Path]) -> None:
    folder, files = old_pictures
    (files / "cat.jpg").unlink()
    list(scan(folder, [str(files)]))
    match = Library.open(folder).search(SAMPLES / "cat.jpg").matches[0]
    assert match.item.state == "missing"
    catalog = Catalog(folder)
    (prints,) = [x for x in catalog.fingerprints_of(match.item.id) if x.kind == "picture"]
    assert (len(prints.codes), prints.places) == (32, bytes(4))
    catalog.close()
