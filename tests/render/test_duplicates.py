"""Reports about duplicates need no other file, and tell the same in each form."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from tools.planted import SAMPLES

from iscckit.library.clusters.actions import Step, plan
from iscckit.library.clusters.clusters import Cluster
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
