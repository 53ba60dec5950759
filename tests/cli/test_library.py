"""``iscc library check`` says what is damaged, mends it, and says so by its exit code."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from iscckit.cli.main import main
from iscckit.library.catalog.schema import NAME


def test_check_and_repair(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    library = ["--library", str(tmp_path / "lib")]
    files = tmp_path / "files"
    files.mkdir()
    for name in ("a.txt", "b.txt"):
        (files / name).write_text(f"what {name} says")
    assert main(["library", "check", *library]) == 1
    assert "iscc scan makes one" in capfd.readouterr().err
    assert main(["scan", *library, str(files)]) == 0
    capfd.readouterr()
    assert main(["library", "check", *library]) == 0
    assert capfd.readouterr().out == "the library is as it was stored\n"
    database = sqlite3.connect(tmp_path / "lib" / NAME)
    database.executescript("UPDATE item SET iscc = 'X' WHERE CAST(path AS TEXT) LIKE '%a.txt'")
    database.close()
    assert main(["export", *library, str(tmp_path / "x.csv")]) == 1
    said = capfd.readouterr().err
    assert "a.txt" in said
    assert "iscc library check --repair" in said
    assert main(["library", "check", *library]) == 1
    out = capfd.readouterr().out
    assert "a.txt" in out
    assert "iscc scan reads the file again" in out
    assert main(["library", "check", "--json", *library]) == 1
    fault = json.loads(capfd.readouterr().out)
    assert (fault["kind"], fault["remedy"], fault["repaired"]) == ("item", "scan", False)
    assert main(["library", "check", "--repair", *library]) == 0
    assert "1 fault, 1 repaired" in capfd.readouterr().out
    assert main(["library", "check", *library]) == 0
    assert main(["scan", *library, str(files)]) == 0
    assert "1 new" in capfd.readouterr().out
