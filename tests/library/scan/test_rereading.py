"""What older rules read, and newer ones may read otherwise, is read again once."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from PIL import Image
from tools.planted import SAMPLES

from iscckit.cli.main import main
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.catalog.database import checksum
from iscckit.library.catalog.schema import NAME
from iscckit.library.catalog.seals import COLUMNS
from iscckit.library.library import Library
from iscckit.library.scan.report import Change, ScanProgress
from iscckit.library.scan.scan import scan
from iscckit.library.scan.verify import verify
from iscckit.records.rules import RULES
from iscckit.render.match_wording import match_json

TEXT = "Das Wasser läuft über die Brücke, und die Bäume blühen schön. "
SAID = "The files were read by different rules (versions 2 and 1)"


@pytest.fixture
def old(tmp_path: Path) -> tuple[str, Path]:
    """Return a library as the first rules made it, and its files.

    ``german.txt`` had another code under these rules, ``plain.txt`` had the same, and ``cat.webp``
    is of a type that no version reads otherwise.
    """
    files, folder = tmp_path / "files", str(tmp_path / "lib")
    files.mkdir()
    (files / "german.txt").write_text(TEXT * 4)
    (files / "plain.txt").write_text("Call me Ishmael. Some years ago, never mind how long. " * 4)
    with Image.open(SAMPLES / "cat.jpg") as picture:
        picture.save(files / "cat.webp")
    list(scan(folder, [str(files)]))
    catalog = Catalog(folder)
    items = {Path(item.path).name: item for item in catalog.items()}
    catalog.close()
    other = b"".join(unit.data for unit in items["plain.txt"].units)
    database = sqlite3.connect(Path(folder) / NAME)
    database.create_function("checksum", -1, checksum)
    database.execute("UPDATE item SET rules = 1")
    database.execute("UPDATE item SET units = ? WHERE id = ?", (other, items["german.txt"].id))
    database.execute(
        f"UPDATE seal SET sum = (SELECT checksum({COLUMNS}) FROM item WHERE id = seal.item) "
        "WHERE part = 'item'"
    )
    database.commit()
    database.close()
    return folder, files


def named(changes: list[Change]) -> list[tuple[str, str]]:
    return sorted((change.what, Path(change.path).name) for change in changes)


def rules_of(folder: str) -> dict[str, int]:
    catalog = Catalog(folder)
    found = {Path(item.path).name: item.rules for item in catalog.items()}
    assert catalog.find_damaged() == []
    catalog.close()
    return found


def test_a_scan_reads_again_what_may_differ_and_only_once(old: tuple[str, Path]) -> None:
    folder, files = old
    planned: list[ScanProgress] = []
    changes = list(scan(folder, [str(files)], progress=planned.append))
    assert named(changes) == [("reread", "plain.txt"), ("updated", "german.txt")]
    assert rules_of(folder) == {"german.txt": RULES, "plain.txt": RULES, "cat.webp": RULES}
    assert list(scan(folder, [str(files)], progress=planned.append)) == []
    assert [at.reads for at in planned if not at.done] == [2, 0]
    with Library.open(folder) as library:
        best = library.search(files / "german.txt").matches[0]
    assert (Path(best.item.path).name, best.verdict) == ("german.txt", "identical")


def test_a_change_by_the_user_is_still_a_change(old: tuple[str, Path]) -> None:
    folder, files = old
    (files / "german.txt").write_text(TEXT * 5)
    assert named(list(scan(folder, [str(files)]))) == [
        ("changed", "german.txt"), ("reread", "plain.txt"),
    ]  # fmt: skip


def test_a_file_that_was_moved_is_read_again_too(old: tuple[str, Path]) -> None:
    folder, files = old
    (files / "german.txt").rename(files / "deutsch.txt")
    shutil.copyfile(files / "plain.txt", files / "copy.txt")
    (files / "plain.txt").unlink()
    assert named(list(scan(folder, [str(files)]))) == [
        ("moved", "copy.txt"), ("moved", "deutsch.txt"), ("updated", "deutsch.txt"),
    ]  # fmt: skip
    assert set(rules_of(folder).values()) == {RULES}
    assert list(scan(folder, [str(files)])) == []


def test_a_file_that_could_not_be_read_is_tried_again(old: tuple[str, Path]) -> None:
    folder, files = old
    database = sqlite3.connect(Path(folder) / NAME)
    database.create_function("checksum", -1, checksum)
    database.execute(
        "UPDATE item SET state = 'failed', units = x'', datahash = NULL, mode = NULL, iscc = NULL "
        "WHERE CAST(path AS TEXT) LIKE '%plain.txt'"
    )
    database.execute(
        f"UPDATE seal SET sum = (SELECT checksum({COLUMNS}) FROM item WHERE id = seal.item) "
        "WHERE part = 'item'"
    )
    database.commit()
    database.close()
    assert named(list(scan(folder, [str(files)]))) == [
        ("updated", "german.txt"), ("updated", "plain.txt"),
    ]  # fmt: skip


def test_verify_finds_such_files_intact(old: tuple[str, Path]) -> None:
    catalog = Catalog(old[0])
    assert {checked.finding for checked in verify(catalog)} == {"intact"}
    catalog.close()


def test_a_search_says_that_an_item_is_of_other_rules(old: tuple[str, Path]) -> None:
    folder, files = old
    with Library.open(folder) as library:
        text = library.search(files / "plain.txt")
        picture = library.search(files / "cat.webp").matches[0]
        code = library.search(str(text.matches[0].item.iscc))
    assert text.matches
    for match in map(match_json, text.matches):
        assert SAID in str(match["sentence"])
        assert match["rules"] == [RULES, 1]
    assert "rules" not in str(match_json(picture)["sentence"])  # which all versions read alike
    assert match_json(picture)["rules"] is None
    assert all(match_json(match)["rules"] is None for match in code.matches)


def test_the_command_counts_what_it_reads_again(
    old: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, files = old
    assert main(["scan", str(files), "--library", folder, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(line["change"] for line in lines) == ["reread", "updated"]
    assert main(["scan", str(files), "--library", folder]) == 0
    assert "nothing has changed" in capsys.readouterr().out
