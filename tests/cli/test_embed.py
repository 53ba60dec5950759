"""``iscc embed``: a copy or in place, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import iscc_samples
import pytest

from iscckit.cli.main import main

PICTURE = next(path for path in iscc_samples.images() if path.suffix == ".jpg")


def test_a_copy_is_written_and_its_record_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "a.jpg")
    assert main(["embed", str(PICTURE), "--license", "https://a.org/", "-o", target, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["license"] == "https://a.org/"
    assert main(["meta", "--json", target]) == 0
    assert json.loads(capsys.readouterr().out)["metadata"]["license"] == "https://a.org/"
    assert os.listdir(tmp_path) == ["a.jpg"]


def test_either_a_copy_or_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jpg"
    shutil.copy(PICTURE, path)
    old = path.read_bytes()
    assert main(["embed", str(path), "--rights", "mine"]) == 2
    assert main(["embed", str(path), "--rights", "mine", "--in-place", "-o", "b.jpg"]) == 2
    assert main(["embed", str(path), "--rights", "mine", "-o", str(path), "--force"]) == 2
    assert "--in-place" in capsys.readouterr().err
    assert path.read_bytes() == old
    assert main(["embed", str(path), "--rights", "mine", "--in-place"]) == 0
    assert path.read_bytes() != old


def test_an_existing_copy_needs_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "a.jpg"
    target.write_bytes(b"precious")
    assert main(["embed", str(PICTURE), "--rights", "mine", "-o", str(target)]) == 2
    assert target.read_bytes() == b"precious"
    assert main(["embed", str(PICTURE), "--rights", "mine", "-o", str(target), "--force"]) == 0
    assert "ISCC:KE" in capsys.readouterr().out


def test_seed_fields_need_reseed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "a.jpg")
    assert main(["embed", str(PICTURE), "--name", "Other", "-o", target]) == 2
    assert "--reseed" in capsys.readouterr().err
    assert main(["embed", str(PICTURE), "--name", "Other", "-o", target, "--reseed"]) == 0
