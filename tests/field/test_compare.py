"""What a review as a user found of compare: one package gives one answer.

Source: a review of commit 0ea76f2 with 467 real files, cases A3 (notes about an old rule on
pictures made just now), A4 (crops that search finds and compare does not), A8 (records in Python),
B1 (two scales of chance that contradict each other) and E4 (a text and its code are "none").
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import iscc_samples
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from tools.planted import SAMPLES, crop

import iscckit
from iscckit.cli.compare import compare
from iscckit.library.library import Library
from iscckit.library.scan.scan import scan

PICTURES = [SAMPLES / "cat.jpg", SAMPLES / "rocket.jpg", *iscc_samples.images(ext="jpg")]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(compare, [str(each) for each in arguments], standalone_mode=False)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_crop_of_5_percent_is_named_as_one_and_without_a_note_on_old_rules(
    path: Path, tmp_path: Path
) -> None:
    with Image.open(path) as picture:
        width, height = picture.size
        box = (width // 20, height // 20, width - width // 20, height - height // 20)
        picture.convert("RGB").crop(box).save(tmp_path / "crop.png")
    result = run(path, tmp_path / "crop.png")
    assert result.return_value == 0
    assert "B is the middle 90 % of A." in result.output
    assert "1.5.0" not in result.output
    back = run(tmp_path / "crop.png", path)
    assert "A is the middle 90 % of B." in back.output


def test_compare_and_search_give_one_answer(tmp_path: Path) -> None:
    small = crop(SAMPLES / "rocket.jpg", tmp_path / "crop.png")
    folder = str(tmp_path / "library")
    assert len(list(scan(folder, [str(SAMPLES / "rocket.jpg")]))) == 1
    (match,) = Library.open(folder).search(small).matches
    found = iscckit.compare(small, SAMPLES / "rocket.jpg")
    assert match.passage is not None
    assert found.part is not None
    assert found.part.b.box == pytest.approx(match.passage.place.box, abs=0.01)  # type: ignore[union-attr]
    assert found.verdict == match.relation


def test_codes_alone_are_compared_if_that_is_asked_for(tmp_path: Path) -> None:
    small = crop(SAMPLES / "rocket.jpg", tmp_path / "crop.png")
    result = run(SAMPLES / "rocket.jpg", small, "--no-parts", "--json")
    assert (result.return_value, json.loads(result.output)["verdict"]) == (3, "none")
    assert json.loads(result.output)["part"] is None


def test_a_record_against_a_record(tmp_path: Path) -> None:
    a, b = iscckit.create(SAMPLES / "cat.jpg"), iscckit.create(SAMPLES / "cat-small.webp")
    assert iscckit.compare(a, b).verdict == "near"


def test_a_text_against_its_own_code_is_undecided(tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text("Hello World", encoding="utf-8")
    code = str(iscckit.text_code("Hello World"))
    result = run(tmp_path / "hello.txt", code)
    assert result.return_value == 3
    assert "UNDECIDED: The codes cannot tell: the text is very short" in result.output


def test_no_line_has_two_chances_that_contradict_each_other() -> None:
    result = run(SAMPLES / "cat.jpg", SAMPLES / "cat-small.webp")
    lines = [line for line in result.output.splitlines() if " bits equal " in line]
    assert len(lines) == 3
    for line in lines:
        assert re.search(r"% {3}unrelated content: .* {3}\(random bits: .*, correlation", line)
    found = iscckit.compare(SAMPLES / "cat.jpg", SAMPLES / "cat-small.webp")
    for pair in (each for each in found.units if each.percent is not None):
        assert pair.unrelated is not None
        share = pair.unrelated.agreeing / pair.unrelated.pairs
        # What unrelated content does as often is not called similar.
        assert pair.answer == ("similar" if share < 1e-3 else "different")
    title = found.units[0].unrelated
    assert title is not None
    assert title.pairs > 100_000
