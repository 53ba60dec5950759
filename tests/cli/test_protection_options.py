"""The options that keep decoders from doing harm, of each verb that decodes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
CAT = str(SAMPLES / "cat.jpg")
WITHOUT_LANDLOCK = (
    "import sys; from iscckit.workers import landlock; landlock.version = lambda: 0;"
    "from iscckit.cli.main import main; sys.exit(main(sys.argv[1:]))"
)
VERBS = [
    ["create", CAT],
    ["compare", CAT, CAT],
    ["meta", CAT],
    ["thumbnail", CAT],
    ["embed", CAT, "-o", "copy.jpg", "--creator", "somebody"],
    ["scan", str(SAMPLES), "--library", "library"],
    ["search", CAT, "--library", "library"],
    ["verify", "--library", "library"],
]


def iscc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iscckit.cli.main", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_a_sandbox_that_is_required_and_missing_is_a_usage_error(
    tmp_path: Path, verb: list[str]
) -> None:
    command = [sys.executable, "-c", WITHOUT_LANDLOCK, *verb, "--sandbox", "require"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no Landlock" in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_made_does_not_depend_on_the_sandbox(tmp_path: Path) -> None:
    paths = [str(SAMPLES / name) for name in ("cat.jpg", "paper.pdf", "song.opus")]
    confined = iscc(tmp_path, "create", "--json", "--granular", *paths)
    free = iscc(tmp_path, "create", "--json", "--granular", "--sandbox", "off", *paths)
    assert confined.returncode == free.returncode == 0
    assert confined.stdout == free.stdout
    assert len(confined.stdout.splitlines()) == 3


def test_the_time_and_memory_of_one_file_can_be_chosen(tmp_path: Path) -> None:
    # A picture of 363 MB, in some 400 kilobytes.
    from PIL import Image

    Image.new("RGB", (11_000, 11_000)).save(tmp_path / "large.png")
    small = iscc(tmp_path, "create", "--json", "--memory", "256", "large.png")
    assert small.returncode == 1
    record = json.loads(small.stdout)
    assert record["iscc"].startswith("ISCC:KUA")  # an ISCC-SUM
    assert "content" in record["properties"]["missing"]
    enough = iscc(tmp_path, "create", "--json", "--memory", "4096", "--timeout", "600", "large.png")
    assert (enough.returncode, json.loads(enough.stdout)["mode"]) == (0, "image")
    for option, value in (("--memory", "255"), ("--timeout", "0")):
        assert iscc(tmp_path, "create", option, value, CAT).returncode == 2


def test_a_library_is_made_and_asked_with_all_options(tmp_path: Path) -> None:
    options = ["--library", "library", "--timeout", "600", "--memory", "4096"]
    assert iscc(tmp_path, "scan", str(SAMPLES), *options).returncode == 0
    assert iscc(tmp_path, "verify", *options).returncode == 0
    found = iscc(tmp_path, "search", CAT, "--json", *options)
    assert found.returncode == 0
    assert any("cat" in line for line in found.stdout.splitlines())


def test_metadata_are_embedded_by_a_worker_that_leaves_nothing_behind(tmp_path: Path) -> None:
    copied = iscc(tmp_path, "embed", CAT, "-o", "copy.jpg", "--creator", "somebody", "--json")
    assert copied.returncode == 0
    assert json.loads(copied.stdout)["creator"] == "somebody"
    assert [path.name for path in tmp_path.iterdir()] == ["copy.jpg"]
    assert (tmp_path / "copy.jpg").stat().st_mode == Path(CAT).stat().st_mode
