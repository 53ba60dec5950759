"""The verbs of the library as a shell sees them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tools.planted import SAMPLES, plant

from iscckit.cli.main import main

COMMAND = [sys.executable, "-m", "iscckit.cli.main"]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tour")
    plant(folder)
    assert main(["scan", "--library", str(folder / "lib"), str(folder / "archive")]) == 0
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    code = main([*arguments, "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_json_of_a_scan_names_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "files").mkdir()
    shutil.copy(SAMPLES / "cat.jpg", tmp_path / "files")
    arguments = ["scan", "--library", str(tmp_path / "lib"), str(tmp_path / "files")]
    code, lines = run(capsys, *arguments)
    assert code == 0
    assert [line["change"] for line in lines] == ["new"]
    assert run(capsys, *arguments) == (0, [])


def test_search_exits_with_3_where_nothing_is_found(
    tour: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = run(capsys, "search", "--library", str(tour / "lib"), str(SAMPLES / "cat.jpg"))
    assert code == 0
    assert [line["relation"] for line in lines] == ["identical", "identical", "near"]
    code, lines = run(capsys, "search", "--library", str(tour / "lib"), "nothing like this " * 6)
    assert (code, lines) == (3, [])


def test_explain_shows_bits(tour: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = str(SAMPLES / "cat-small.webp")
    assert main(["search", "--library", str(tour / "lib"), "--explain", query]) == 0
    assert "██" in capsys.readouterr().out


def test_dupes_exits_with_3_where_some_are_found(
    tour: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = run(capsys, "dupes", "--library", str(tour / "lib"))
    assert code == 3
    assert sorted(line["kind"] for line in lines) == ["near", "near", "same-content"]
    assert max(line["reclaimable"] for line in lines) == (SAMPLES / "cat.jpg").stat().st_size
    page = tour / "report.html"
    assert main(["dupes", "--library", str(tour / "lib"), "--html", str(page)]) == 3
    assert "data:image/webp" in page.read_text()
    assert main(["dupes", "--library", str(tour / "lib"), "--html", str(page)]) == 2
    assert main(["dupes", "--library", str(tour / "lib"), "--apply", "trash"]) == 2


def test_verify_exits_with_3_where_a_file_differs(
    tour: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "verify", "--library", str(tour / "lib"))[0] == 0
    shutil.copytree(tour / "archive", tmp_path / "files")
    library = str(tmp_path / "lib")
    assert main(["scan", "--library", library, str(tmp_path / "files")]) == 0
    (tmp_path / "files" / "cat.jpg").unlink()
    capsys.readouterr()
    code, lines = run(capsys, "verify", "--library", library)
    assert code == 0  # the same bytes are elsewhere
    assert "moved" in {line["finding"] for line in lines}
    (tmp_path / "files" / "film.mp4").write_bytes(b"gone")
    assert run(capsys, "verify", "--library", library)[0] == 3


@pytest.mark.parametrize("verb", ["search", "dupes", "verify"])
def test_without_a_library_the_way_to_one_is_named(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [verb, "--library", str(tmp_path), *(["x"] if verb == "search" else [])]
    assert main(arguments) == 1
    assert "iscc scan" in capsys.readouterr().err


def test_watch_follows_a_folder_until_it_is_stopped(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    arguments = ["scan", "--watch", "--interval", "0.2", "--library", str(tmp_path / "lib")]
    process = subprocess.Popen(
        [*COMMAND, *arguments, str(files)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        time.sleep(0.5)
        shutil.copy(SAMPLES / "cat.jpg", files)
        while b"new" not in (line := process.stdout.readline()):
            assert line
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
