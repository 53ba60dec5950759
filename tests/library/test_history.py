"""Answers depend on the files alone: not on the order of a scan, on jobs, or on earlier states."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from tools.planted import SAMPLES

from iscckit.json_types import JsonValue
from iscckit.library.catalog.catalog import Catalog
from iscckit.library.clusters.clusters import find_clusters
from iscckit.library.clusters.reuse import find_reuse
from iscckit.library.export import export
from iscckit.library.library import Library
from iscckit.library.partitions.store import Partitions, rebuild
from iscckit.library.scan.scan import ScanOptions, open_writer, scan
from iscckit.render.library_json import cluster_json
from iscckit.render.match_wording import match_json

PASSAGE = "from these honored dead we take increased devotion to that cause for which they gave"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with copies, near copies, parts, and files that tie with each other."""
    folder = tmp_path_factory.mktemp("files")
    for path in SAMPLES.iterdir():
        if path.suffix in {".jpg", ".webp", ".txt", ".pdf", ".docx"}:
            shutil.copy2(path, folder / path.name)
    for name in ("z", "a", "m"):
        (folder / name).mkdir()
        shutil.copy2(SAMPLES / "cat.jpg", folder / name / "cat copy.jpg")
        shutil.copy2(SAMPLES / "gettysburg-hay.txt", folder / name / "speech.txt")
        with Image.open(SAMPLES / "rocket.jpg") as picture:
            ImageOps.mirror(picture).save(
                folder / name / "mirrored.png", compress_level=ord(name) % 9
            )
            width, height = picture.size
            picture.crop((width // 8, height // 8, width, height)).save(folder / name / "crop.png")
    return folder


def add(library: Path, paths: list[Path], jobs: int = 1) -> None:
    for _ in scan(str(library), [str(path) for path in paths], ScanOptions(jobs=jobs)):
        pass


def scan_at_once(jobs: int) -> Callable[[Path, Path], None]:
    return lambda library, files: add(library, [files], jobs)


def scan_in_order(seed: int) -> Callable[[Path, Path], None]:
    def build(library: Path, files: Path) -> None:
        paths = sorted(path for path in files.rglob("*") if path.is_file())
        random.Random(seed).shuffle(paths)
        for path in paths:
            add(library, [path])

    return build


def scan_with_churn(library: Path, files: Path) -> None:
    """Let several files have other contents for a while, with and without segments in between."""
    paths = sorted(path for path in files.rglob("*") if path.is_file())
    changed = paths[::3]
    kept = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in changed}
    try:
        for turn in range(3):
            for path in changed:
                path.write_bytes((SAMPLES / "rocket.jpg").read_bytes() + bytes([turn]))
            add(library, [files], 2)
            with open_writer(str(library)) as catalog:
                rebuild(catalog, force=turn == 1)
    finally:
        for path, (data, mtime) in kept.items():
            path.write_bytes(data)
            os.utime(path, ns=(mtime, mtime))
    add(library, [files])


def scan_and_rebuild(library: Path, files: Path) -> None:
    scan_with_churn(library, files)
    with open_writer(str(library)) as catalog:
        assert rebuild(catalog, force=True)


HISTORIES = {
    "one job": scan_at_once(1),
    "two jobs": scan_at_once(2),
    "second order": scan_in_order(2),
    "third order": scan_in_order(3),
    "churn": scan_with_churn,
    "churn and rebuild": scan_and_rebuild,
}


def answers(library: Path, files: Path) -> Iterator[JsonValue]:
    """Yield what every command that reads a library says, as JSON."""
    opened = Library.open(library)
    queries = [str(path) for path in sorted(files.rglob("*")) if path.suffix in {".jpg", ".txt"}]
    for query in [*queries, str(files / "a" / "crop.png"), PASSAGE]:
        answer = opened.search(query, limit=7)
        yield [match_json(match) for match in answer.matches]
        yield [answer.items, answer.false_hits, dict(sorted(answer.radius.items()))]
    opened.close()
    catalog = Catalog(str(library))
    yield [cluster_json(cluster) for cluster in find_clusters(catalog)]
    yield [pair.to_dict() for pair in find_reuse(catalog)]
    file = io.BytesIO()
    export(catalog, file, ".jsonl")
    yield file.getvalue().decode()
    catalog.close()


@pytest.fixture(scope="module")
def expected(files: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    library = tmp_path_factory.mktemp("first") / "lib"
    scan_at_once(1)(library, files)
    found = [json.dumps(each) for each in answers(library, files)]
    assert sum(len(each) > 500 for each in found) > 5
    return found


@pytest.mark.parametrize("history", HISTORIES)
def test_answers_depend_on_the_files_alone(
    files: Path, tmp_path: Path, expected: list[str], history: str
) -> None:
    HISTORIES[history](tmp_path / "lib", files)
    found = [json.dumps(each) for each in answers(tmp_path / "lib", files)]
    assert found == expected


def test_rows_of_deleted_items_count_nowhere(files: Path, tmp_path: Path) -> None:
    scan_at_once(1)(tmp_path / "one", files)
    scan_with_churn(tmp_path / "two", files)
    one, two = Catalog(str(tmp_path / "one")), Catalog(str(tmp_path / "two"))
    assert two.tombstones()
    first, second = Partitions(one), Partitions(two)
    assert {key: len(first[key]) for key in first.keys()} == {  # noqa: SIM118 (not a mapping)
        key: len(second[key])
        for key in second.keys()  # noqa: SIM118
        if len(second[key])
    }
    one.close()
    two.close()
