"""Reuse between files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.cli.main import main
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.clusters.reuse import find_reuse
from iscckit.library.scan.scan import scan

TEXT = (SAMPLES / "gettysburg-hay.txt").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> str:
    files = tmp_path / "files"
    files.mkdir()
    shutil.copy(SAMPLES / "gettysburg-hay.txt", files)
    shutil.copy(SAMPLES / "rocket.jpg", files)
    other = "Nothing of this has been said at any place before, and nobody noted it down. " * 3
    (files / "essay.txt").write_text(f"{other}{TEXT[300:900]}{other.upper()} end of it")
    (files / "unrelated.txt").write_text("".join(f"{i * i} words {i}. " for i in range(300)))
    list(scan(str(tmp_path / "lib"), [str(files)]))
    return str(tmp_path / "lib")


def test_a_passage_that_was_taken_over_is_found_with_its_share(folder: str) -> None:
    catalog = Catalog(folder)
    (found,) = find_reuse(catalog)
    assert {Path(found.a.path).name, Path(found.b.path).name} == {
        "essay.txt",
        "gettysburg-hay.txt",
    }
    shares = {Path(e.path).name: s for e, s in ((found.a, found.share_a), (found.b, found.share_b))}
    assert shares["gettysburg-hay.txt"] == pytest.approx(600 / len(TEXT), abs=0.12)
    assert find_reuse(catalog, least=0.99) == []


def test_a_picture_in_a_document_is_found(library: str) -> None:
    found = find_reuse(Catalog(library))
    names = {(Path(each.a.path).name, Path(each.b.path).name) for each in found}
    assert ("rocket.jpg", "with a rocket.pdf") in {*names, *((b, a) for a, b in names)}
    assert not any("unrelated" in name for pair in names for name in pair)


def test_the_matrix_and_the_json(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reuse.html"
    assert main(["reuse", "--library", folder, "--html", str(page), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["kind"] == "text"
    assert page.read_text().count("<td style=") == 2
    assert main(["reuse", "--library", folder, "--least", "99"]) == 3
