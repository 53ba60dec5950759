"""``iscc meta`` shows what files say about themselves."""

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from iscckit.cli.main import main

SAMPLES = files("iscc_samples") / "files"
COMMAND = [sys.executable, "-m", "iscckit.cli.main", "meta"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)


def test_the_card_names_field_value_and_origin() -> None:
    result = run(str(SAMPLES / "image/demo.jpg"))
    assert result.returncode == 0
    assert "name     Concentrated Cat  (XMP dc:title)" in result.stdout


def test_json_is_one_object_a_line() -> None:
    paths = [str(SAMPLES / name) for name in ("image/demo.jpg", "audio/demo.mp3")]
    lines = [json.loads(line) for line in run("--json", *paths).stdout.splitlines()]
    assert [line["path"] for line in lines] == paths
    assert lines[1]["metadata"] == {"name": "Belly Button"}
    assert lines[1]["origin"] == {"name": "tag title"}


def test_a_file_that_cannot_be_read_costs_the_exit_code_but_not_the_others(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("text")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nbroken")
    result = run(*(str(tmp_path / name) for name in ("missing", "bad.pdf", "plain.txt")))
    assert result.returncode == 1
    assert result.stderr.count("iscc: ") == 2
    assert "metadata  none" in result.stdout


def test_meta_takes_files_or_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planted = Path(__file__).parents[2] / "samples"
    (tmp_path / "files").mkdir()
    shutil.copy(planted / "gettysburg-hay.txt", tmp_path / "files")
    folder = str(tmp_path / "lib")
    assert main(["scan", "--library", folder, str(tmp_path / "files")]) == 0
    assert main(["meta", "--library", folder, "--name", "gettysburg hay"]) == 0
    assert "shared by 1 file" in capsys.readouterr().out
    assert main(["meta"]) == 2
    assert main(["meta", "--name", "x", str(planted / "cat.jpg")]) == 2
    assert main(["meta", "--library", folder, str(planted / "cat.jpg")]) == 2
