"""Reports about duplicates need no other file, and tell the same in each form."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.files.temporary import is_temporary
from iscckit.library.clusters.clusters import Cluster
from iscckit.library.clusters.plan import Step, plan
from iscckit.library.library import Library
from iscckit.render.duplicates import (
    duplicates_csv,
    duplicates_html,
    duplicates_json,
    duplicates_sh,
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Cluster], list[Step]]:
    """Return the clusters of three copies of a picture and a smaller one, and their plan."""
    folder = tmp_path_factory.mktemp("files")
    for name in ("one.jpg", "two's.jpg", "three.jpg"):
        shutil.copyfile(SAMPLES / "cat.jpg", folder / name)
    shutil.copyfile(SAMPLES / "cat-small.webp", folder / "small.webp")
    with Library.open(tmp_path_factory.mktemp("library") / "lib") as library:
        list(library.add(folder))
        clusters = library.clusters()
    return clusters, plan(clusters, "shortest-path")


def test_the_page_stands_alone(found: tuple[list[Cluster], list[Step]]) -> None:
    clusters, steps = found
    page = duplicates_html(clusters, steps)
    assert page.count('<img alt="" src="data:image/webp;base64,') == 4
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('class="member card go"') == 2
    assert "of 256 Content-Code Image bits are equal" in page


def test_json_table_and_script_name_the_same_files(
    found: tuple[list[Cluster], list[Step]],
) -> None:
    clusters, steps = found
    fields = json.loads(json.dumps(duplicates_json(clusters, steps)))
    members = fields["clusters"][0]["members"]
    paths = [member["path"] for member in members]
    assert sorted(Path(path).name for path in paths) == [
        "one.jpg", "small.webp", "three.jpg", "two's.jpg",
    ]  # fmt: skip
    assert [member["verdict"] for member in members].count(None) == 1
    assert [step["path"] for step in fields["steps"]] == [step.path for step in steps]
    rows = list(csv.DictReader(io.StringIO(duplicates_csv(clusters, steps))))
    assert [row["path"] for row in rows] == paths
    assert {row["path"]: row["copy_of"] for row in rows if row["copy_of"]} == {
        step.path: step.kept for step in steps
    }
    script = duplicates_sh(steps).decode()
    assert len(re.findall(r"^copy ", script, re.MULTILINE)) == len(steps) == 2
    assert "two'\"'\"'s.jpg" in script


def test_a_page_asks_for_its_pictures_where_they_are_made_elsewhere(
    found: tuple[list[Cluster], list[Step]],
) -> None:
    clusters, steps = found
    asked: list[str] = []

    def draw(path: str) -> bytes | None:
        asked.append(path)
        return b"RIFF" if path.endswith("one.jpg") else None

    page = duplicates_html(clusters, steps, draw)
    assert asked == [member.item.path for member in clusters[0].members]
    assert page.count("data:image/webp;base64,UklGRg==") == 1
    assert page.count("no picture") == 3


def run(script: Path, *arguments: str, shell: str = "sh") -> subprocess.CompletedProcess[str]:
    command = [shell, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return a file that stays, its copy, and a script that removes the copy."""
    kept, copy = tmp_path / "kept" / "a.txt", tmp_path / "copies" / "a.txt"
    for path in (kept, copy):
        path.parent.mkdir()
        path.write_bytes(b"bytes of both")
    script = tmp_path / "duplicates.sh"
    script.write_bytes(duplicates_sh([Step(str(copy), str(kept), b"", 13)]))
    return kept, copy, script


def test_the_script_removes_a_copy_and_leaves_nothing_beside_it(
    pair: tuple[Path, Path, Path],
) -> None:
    kept, copy, script = pair
    assert run(script).stdout == f"rm -- {copy}\n"
    assert copy.exists()
    run(script, "--apply")
    assert kept.read_bytes() == b"bytes of both"
    assert list(copy.parent.iterdir()) == []


@pytest.mark.parametrize("change", ["other bytes", "link", "gone", "same"])
def test_the_script_leaves_what_is_not_a_copy(pair: tuple[Path, Path, Path], change: str) -> None:
    kept, copy, script = pair
    if change == "other bytes":
        kept.write_bytes(b"other")
    else:
        kept.unlink()
    if change == "link":
        kept.symlink_to(copy)
    elif change == "same":
        kept.hardlink_to(copy)
    run(script, "--apply")
    assert copy.read_bytes() == b"bytes of both"
    assert list(copy.parent.iterdir()) == [copy]


def test_the_script_puts_a_file_back_that_vanishes_with_its_copy(
    pair: tuple[Path, Path, Path],
) -> None:
    # A test program stands in for a mount that shows one file twice with two inodes: ``mv`` takes
    # the file that stays away with the copy.
    kept, copy, script = pair
    tools = script.parent / "bin"
    tools.mkdir()
    move = tools / "mv"
    move.write_text(
        f'#!/bin/sh\nif [ -e "{kept}" ]; then rm "{kept}"; fi\nexec /bin/mv "$@"\n',
        encoding="utf-8",
    )
    move.chmod(0o755)
    path = {"PATH": f"{tools}:{os.environ['PATH']}"}
    command = ["sh", str(script), "--apply"]
    told = subprocess.run(command, env=path, capture_output=True, text=True, check=True)
    assert "left" in told.stderr
    assert list(copy.parent.iterdir()) == [copy]


def test_the_script_puts_back_what_an_interruption_has_left(
    pair: tuple[Path, Path, Path],
) -> None:
    kept, copy, script = pair
    (aside,) = re.findall(r"^aside=(.*)$", script.read_text(), re.MULTILINE)
    assert is_temporary(aside)
    (copy.parent / aside).mkdir()
    copy.rename(copy.parent / aside / copy.name)
    kept.write_bytes(b"other")
    run(script, "--apply")
    assert copy.read_bytes() == b"bytes of both"
    assert list(copy.parent.iterdir()) == [copy]


@pytest.mark.parametrize("name", ["$(touch gone)", "a b'c", "\x1b[31mred\n", "-rf", "\\x\t'"])
def test_what_the_script_prints_is_quoted(tmp_path: Path, name: str) -> None:
    for each in (f"kept{name}", name):
        (tmp_path / each).write_bytes(b"bytes of both")
    script = tmp_path / "duplicates.sh"
    copy = tmp_path / name
    script.write_bytes(duplicates_sh([Step(str(copy), str(tmp_path / f"kept{name}"), b"", 13)]))
    printed = run(script).stdout
    assert printed.endswith("\n")
    assert printed[:-1].isprintable()
    subprocess.run(["bash", "-c", printed], check=True, cwd=tmp_path)
    assert not copy.exists()
    assert not (tmp_path / "gone").exists()
    assert (tmp_path / f"kept{name}").exists()
