"""Nothing is lost without a word: reports of others, and what a review as a user found."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from tools.planted import SAMPLES

from iscckit.cli.main import main
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.export import export
from iscckit.library.library import Library
from iscckit.library.overview import items_after

COMMAND = [sys.executable, "-m", "iscckit.cli.main"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(SAMPLES / "cat.jpg", folder)
    shutil.copy(SAMPLES / "gettysburg-hay.txt", folder)
    return folder


def test_a_scan_names_and_counts_damaged_files(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A library page said that all files could be read, with a damaged picture among them."""
    (files / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (files / "unknown.bin").write_bytes(bytes(range(256)))  # a missing decoder means no damage
    library = str(tmp_path / "lib")
    assert main(["scan", "--library", library, str(files)]) == 1
    shown = capsys.readouterr()
    assert "4 files, 1 damaged, 4 new" in shown.out
    assert "broken.png: " in shown.err
    assert [Path(item.path).name for item in items_after(library, limit=9, faulty=True)] == [
        "broken.png"
    ]
    assert main(["scan", "--library", library, str(files), "--json"]) == 0
    (files / "broken.png").unlink()
    (files / "again.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(40))
    assert main(["scan", "--library", library, str(files), "--json"]) == 1
    changes = [json.loads(line)["change"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(changes) == ["damaged", "new", "removed"]


def test_a_day_includes_its_end(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--until of a day left out files of noon, and --since with --until of one day found none."""
    noon = datetime(2024, 3, 10, 12).timestamp()
    os.utime(files / "cat.jpg", (noon, noon))
    library = str(tmp_path / "lib")
    main(["scan", "--library", library, str(files)])
    for dates in (["--until", "2024-03-10"], ["--since", "2024-03-10", "--until", "2024-03-10"]):
        capsys.readouterr()
        found = ["search", "--library", library, str(SAMPLES / "cat.jpg"), "--json", *dates]
        assert main(found) == 0
        assert "cat.jpg" in capsys.readouterr().out
    none = ["search", "--library", library, str(SAMPLES / "cat.jpg"), "--until", "2024-03-09"]
    assert main(none) == 3


@pytest.mark.parametrize(
    ("query", "is_told"),
    [
        ("photos/cta.jpg", True),
        ("./cat", True),
        ("cta.jpg", True),
        ("four score and seven years ago", False),
        ("the U.S. and/or Europe", False),
        ("ISCC:EAASKDNZNYGUUF5A", False),
    ],
)
def test_a_query_that_looks_like_a_path_and_is_none_says_so(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], query: str, is_told: bool
) -> None:
    library = str(tmp_path / "lib")
    main(["scan", "--library", library, str(files)])
    capsys.readouterr()
    main(["search", "--library", library, query])
    assert ("no such file" in capsys.readouterr().err) is is_told


def test_formulas_do_not_reach_a_spreadsheet(files: Path, tmp_path: Path) -> None:
    """tableExport.jquery.plugin 230, brightdata/sdk-python 52: a title as a formula in CSV."""
    for i, title in enumerate(('=HYPERLINK("http://x.invalid","y")', "+1", "-2+3", "@SUM(1)")):
        (files / f"{i}.html").write_text(f"<title>{title}</title><p>text number {i}", "utf-8")
    with Library.open(tmp_path / "lib") as library:
        list(library.add(files))
    catalog, file = Catalog(str(tmp_path / "lib")), io.BytesIO()
    export(catalog, file, ".csv")
    catalog.close()
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode(), newline="")))
    names = {row["name"] for row in rows}
    assert '\'=HYPERLINK("http://x.invalid","y")' in names
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


def test_a_name_that_is_not_utf8_can_be_told_from_its_spelling(files: Path, tmp_path: Path) -> None:
    odd, spelled = os.fsencode(files) + b"/caf\xe9.txt", os.fsencode(files) + rb"/caf\xe9.txt"
    for path in (odd, spelled):
        Path(os.fsdecode(path)).write_text("a text", "utf-8")
    with Library.open(tmp_path / "lib") as library:
        list(library.add(files))
    catalog, file = Catalog(str(tmp_path / "lib")), io.BytesIO()
    export(catalog, file, ".jsonl")
    catalog.close()
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    twins = [row for row in rows if "caf" in row["path"]]
    assert len({row["path"] for row in twins}) == 1
    assert (
        sorted(str(row["path_bytes"]) for row in twins) == ["None", odd.hex()]
        or [row["path_bytes"] for row in twins].count(None) == 1
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"\xff\xfe.txt", b"a text without a title"),
        (b"\xe9.bin", bytes(range(256))),
        (b"\xe9.png", b"\x89PNG\r\n\x1a\n" + bytes(40)),
        (b"\xe9", b""),
    ],
)
def test_a_file_without_a_title_may_have_any_name(
    name: bytes, data: bytes, files: Path, tmp_path: Path
) -> None:
    """A title of bytes alone that are not UTF-8 ended the whole scan."""
    Path(os.fsdecode(os.fsencode(files) + b"/" + name)).write_bytes(data)
    with Library.open(tmp_path / "lib") as library:
        assert Counter(each.what for each in library.add(files) if each.what == "new") == {"new": 3}
    catalog = Catalog(str(tmp_path / "lib"))
    (found,) = [each.name for each in catalog.items() if os.fsencode(each.path).endswith(name)]
    catalog.close()
    assert found == name.decode("utf-8", "backslashreplace")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_manifest_of_powershell_is_read(files: Path, encoding: str) -> None:
    """openziti/desktop-edge-win 645: PowerShell 5 writes UTF-16."""
    made = subprocess.run([*COMMAND, "sum", "cat.jpg"], cwd=files, capture_output=True, check=True)
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    text = mark + made.stdout.decode().replace("\n", "\r\n")
    (files / "sums").write_bytes(text.encode(encoding))
    done = subprocess.run(
        [*COMMAND, "sum", "-c", "sums"], check=False, cwd=files, capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"cat.jpg: OK\n", b"")


def test_a_manifest_may_have_comments_and_codes_in_lower_case(files: Path) -> None:
    made = subprocess.run([*COMMAND, "sum", "cat.jpg"], cwd=files, capture_output=True, check=True)
    code, _, name = made.stdout.decode().partition(" ")
    (files / "sums").write_text(f"# photos\n\n{code.lower()} {name}", "utf-8")
    options = ["sum", "-c", "--strict", "sums"]
    done = subprocess.run([*COMMAND, *options], check=False, cwd=files, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"cat.jpg: OK\n", b"")


def test_not_the_same_keeps_both_out_of_one_cluster_and_can_be_undone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both films stayed in a cluster of six, because a third one is near both."""
    files = tmp_path / "files"
    files.mkdir()
    with Image.open(SAMPLES / "cat.jpg") as picture:
        for quality in (30, 60, 80, 95):
            picture.save(files / f"q{quality}.jpg", quality=quality)
    library = str(tmp_path / "lib")
    main(["scan", "--library", library, str(files)])

    def together(a: str, b: str) -> bool:
        capsys.readouterr()
        main(["dupes", "--library", library, "--json"])
        clusters = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        names = [{Path(member["path"]).name for member in each["members"]} for each in clusters]
        return any({a, b} <= each for each in names)

    pairs = [("q30.jpg", "q60.jpg"), ("q60.jpg", "q95.jpg"), ("q30.jpg", "q95.jpg")]
    for a, b in pairs:
        assert together(a, b)
        paths = [str(files / a), str(files / b)]
        assert main(["dupes", "--library", library, "--unrelated", *paths]) == 0
        assert not together(a, b)
        assert main(["dupes", "--library", library, "--related", *paths]) == 0
    assert together("q30.jpg", "q95.jpg")
    assert main(["dupes", "--library", library, "--related", *paths]) != 0
    assert "not marked" in capsys.readouterr().err
