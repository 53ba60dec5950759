"""Two real files and the part that both share, of each kind."""

from __future__ import annotations

from pathlib import Path

import iscc_samples
import pytest
from tools.planted import SAMPLES, clip, crop, film_clip, mirrored, pdf_with

from iscckit.comparison.verdict import Comparison
from iscckit.library.pairs.find_part import compare_files, find_part
from iscckit.library.search.query import build_query
from iscckit.render.comparison_wording import comparison_sentence


def compared(a: Path, b: Path) -> Comparison:
    one, other = build_query(str(a), "file"), build_query(str(b), "file")
    found, back = compare_files(one, other), compare_files(other, one)
    assert found.verdict == back.verdict
    assert (found.part and found.part.swap()) == back.part
    return found


def test_a_crop_is_named_whether_or_not_the_codes_agree(tmp_path: Path) -> None:
    small = crop(SAMPLES / "cat.jpg", tmp_path / "crop.png")
    found = compared(SAMPLES / "cat.jpg", small)
    assert found.verdict in {"part", "near"}
    assert comparison_sentence(found).endswith("B is the lower right 85 % of A.")


def test_a_mirrored_picture_is_one(tmp_path: Path) -> None:
    found = compared(SAMPLES / "cat.jpg", mirrored(SAMPLES / "cat.jpg", tmp_path / "m.jpg"))
    assert found.verdict == "part"
    assert comparison_sentence(found) == "B is A mirrored."


def test_a_clip_of_sound_has_its_time(tmp_path: Path) -> None:
    film = SAMPLES / "film.mp4"
    found = compared(clip(film, tmp_path / "all.wav", 0, 60), clip(film, tmp_path / "c.wav", 3, 9))
    assert found.part is not None
    assert found.part.kind == "sound"
    assert found.part.a.start == pytest.approx(3, abs=0.4)
    assert found.part.a.end == pytest.approx(9, abs=0.6)


def test_a_clip_of_a_film_has_its_time(tmp_path: Path) -> None:
    film = SAMPLES / "film.mp4"
    found = compared(film, film_clip(film, tmp_path / "c.mp4", 3, 9))
    assert found.part is not None
    assert found.part.kind == "frame"
    assert found.part.a.start == pytest.approx(3, abs=0.4)
    assert found.part.a.end == pytest.approx(9, abs=0.6)


def test_a_picture_is_on_a_page(tmp_path: Path) -> None:
    pdf = pdf_with(SAMPLES / "rocket.jpg", tmp_path / "with a rocket.pdf")
    found = compared(pdf, SAMPLES / "rocket.jpg")
    assert found.verdict == "part"
    assert found.part is not None
    assert comparison_sentence(found) == f"B is on page {found.part.a.page} of A."


def test_a_quote_has_its_characters(tmp_path: Path) -> None:
    text = (SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8")
    (tmp_path / "quote.md").write_text(text[300:420], encoding="utf-8")
    found = compared(SAMPLES / "gettysburg-hay.txt", tmp_path / "quote.md")
    assert found.verdict == "part"
    assert comparison_sentence(found).startswith("B is characters 288 to 4")


def test_the_same_bytes_are_not_searched_for_parts() -> None:
    found = compared(SAMPLES / "cat.jpg", SAMPLES / "cat.jpg")
    assert (found.verdict, found.part) == ("identical", None)


def test_versions_of_one_picture_have_no_part_beside_their_verdict() -> None:
    found = compared(SAMPLES / "cat.jpg", SAMPLES / "cat-small.webp")
    assert (found.verdict, found.part) == ("near", None)


@pytest.mark.slow
def test_unrelated_real_files_share_no_part() -> None:
    names = ("demo.docx", "demo.jpg", "demo.mp3", "demo.mp4")
    paths = [path for path in iscc_samples.all() if path.name in names]
    paths += [path for path in SAMPLES.iterdir() if path.name not in {"README.md", "film.mp4"}]
    versions = (
        {"demo.mp3", "song.opus"},
        {"cat.jpg", "cat-small.webp"},
        {"gettysburg-hay.txt", "gettysburg-bliss.md"},
    )
    queries = [build_query(str(path), "file") for path in paths]
    for number, one in enumerate(queries):
        for other in queries[:number]:
            pair = {Path(one.given).name, Path(other.given).name}
            if pair not in versions:
                assert find_part(one, other) is None, pair
