"""``iscc declare --embed`` changes the files first, so that file and proof say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.test_declare import SUFFIX, Place, place, result, verify

__all__ = ["place"]  # a fixture


def shown(place: Place, capsys: pytest.CaptureFixture[str], path: str) -> tuple[int, str]:
    capsys.readouterr()
    return place.run("optout", "show", path, "--json"), capsys.readouterr().out


@pytest.mark.parametrize("name", ["cat.jpg", "paper.pdf"])
def test_the_changed_file_is_the_declared_one(
    place: Place, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = place.add(name)
    before = Path(path).read_bytes()
    assert place.declare(path, "--tdm", "train=reserved", "--embed") == 0
    assert Path(path).read_bytes() != before
    code, (answer,) = verify(capsys, path)
    assert (code, result(answer, "content")) == (0, "exact")
    code, out = shown(place, capsys, path)
    assert code == 0
    assert "reserved" in out


def test_a_format_without_a_place_is_named_and_declared_as_it_is(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.add("gettysburg-hay.txt")
    before = Path(path).read_bytes()
    assert place.declare(path, "--tdm", "train=reserved", "--embed") == 1
    assert "gettysburg-hay.txt: nothing is written into it" in capsys.readouterr().err
    assert Path(path).read_bytes() == before
    assert verify(capsys, path)[0] == 0


def test_a_dry_run_writes_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.add("cat.jpg")
    before = Path(path).read_bytes()
    capsys.readouterr()
    words = ("--tdm", "train=reserved", "--embed", "--dry-run", "--json")
    assert place.run("declare", path, *words) == 0
    said = capsys.readouterr()
    assert "plus would be written" in said.err
    assert json.loads(said.out)["binding"]["tdm"] == {"train": "reserved"}
    assert Path(path).read_bytes() == before
    assert not Path(path + SUFFIX).exists()


def test_nothing_to_embed_is_a_usage_error(place: Place) -> None:
    path = place.add("cat.jpg")
    assert place.declare(path, "--embed") == 2
    assert not Path(path + SUFFIX).exists()
