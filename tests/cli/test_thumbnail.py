"""``iscc thumbnail``: a Data-URL, a file, and what is refused."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import iscc_samples
import pytest

from iscckit.cli.main import main

PICTURE = str(next(path for path in iscc_samples.images() if path.suffix == ".jpg"))


def test_a_data_url_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thumbnail", PICTURE]) == 0
    kind, _, data = capsys.readouterr().out.strip().partition(",")
    assert kind == "data:image/webp;base64"
    assert b64decode(data)[8:12] == b"WEBP"


def test_json_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thumbnail", "--json", PICTURE]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["path"] == PICTURE
    assert shown["thumbnail"].startswith("data:image/webp;base64,")


def test_a_file_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    target = tmp_path / "small.webp"
    assert main(["thumbnail", PICTURE, "-o", str(target)]) == 0
    first = target.read_bytes()
    assert first[8:12] == b"WEBP"
    assert main(["thumbnail", PICTURE, "-o", str(target), "--size", "16"]) == 2
    assert target.read_bytes() == first
    assert main(["thumbnail", PICTURE, "-o", str(target), "--size", "16", "--force"]) == 0
    assert target.read_bytes() != first
    assert [path.name for path in tmp_path.iterdir()] == ["small.webp"]


def test_errors_name_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "words.txt"
    text.write_text("words")
    assert main(["thumbnail", str(text)]) == 1
    assert "words.txt" in capsys.readouterr().err
    assert main(["thumbnail", PICTURE, "-o", str(tmp_path / "no" / "folder.webp")]) == 1
    assert "folder.webp" in capsys.readouterr().err
