"""The robustness benchmark makes real variants, counts honestly, and draws what it counted."""

import json
import random
import shutil
from collections import Counter
from itertools import pairwise
from math import log2
from pathlib import Path
from xml.etree import ElementTree

import av
import pytest
from benchmarks.robustness import films, fitting, pictures, sounds, texts
from benchmarks.robustness.asking import Media, answered, prepared
from benchmarks.robustness.drawing import Line, plot
from benchmarks.robustness.kinds import Asked, Outcome
from benchmarks.robustness.methods import METHODS, Method, coded
from benchmarks.robustness.report import _filled, length_table, library_table
from benchmarks.robustness.scoring import Coded, interval, scored, threshold
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from iscckit.library.catalog.catalog import Catalog
from iscckit.library.library import Library
from iscckit.library.scan.scan import ScanOptions

SAMPLES = Path(__file__).parents[2] / "samples"


def test_the_threshold_lets_one_in_a_thousand_through_and_no_more() -> None:
    assert threshold({60: 1, 40: 999}, 64) == 41
    assert threshold({60: 2, 40: 998}, 64) == 61


def test_where_unrelated_codes_are_equal_nothing_matches() -> None:
    assert threshold({64: 10}, 64) == 65


@given(st.dictionaries(st.integers(0, 64), st.integers(1, 5000), min_size=1))
def test_at_the_threshold_the_rate_is_kept_and_below_it_is_not(counts: dict[int, int]) -> None:
    least, total = threshold(counts, 64), sum(counts.values())
    reached = sum(n for equal, n in counts.items() if equal >= least)
    assert reached <= 1e-3 * total
    if least:
        more = sum(n for equal, n in counts.items() if equal >= least - 1)
        assert more > 1e-3 * total


def test_the_interval_of_a_share_holds_it_and_is_wide_for_few() -> None:
    low, high = interval(9, 10)
    assert low < 0.9 < high
    assert interval(900, 1000)[1] - interval(900, 1000)[0] < high - low
    assert interval(0, 0) == (0.0, 1.0)


def test_a_variant_that_looks_like_another_original_is_a_miss() -> None:
    method = Method("some", 8)
    originals = [Coded("a", "A", {"some": b"\x00"}), Coded("b", "B", {"some": b"\xff"})]
    right = Outcome("pictures", "a", "A", "edit", "little", {"some": b"\x01"})
    wrong = Outcome("pictures", "a", "A", "edit", "much", {"some": b"\xfe"})
    lost = Outcome("pictures", "a", "A", "edit", "all", {"other": b"\xfe"})
    score = scored(method, originals, [right] * 1000 + [wrong, lost])
    assert score.same["edit", "little"] == Counter({7: 1000})
    assert score.unrelated == Counter({1: 1000, 7: 1})
    assert score.threshold == 2  # one in 1001 has more
    assert score.recall(("edit", "little")) == (1000, 1000)
    assert score.recall(("edit", "much")) == (0, 1)
    assert score.recall(("edit", "all")) == (0, 1)


def test_originals_of_one_work_are_not_unrelated() -> None:
    originals = [Coded("a 1", "A", {"some": b"\x00"}), Coded("a 2", "A", {"some": b"\x00"})]
    found = [Outcome("films", "a 1", "A", "codec", "h264", {"some": b"\x00"})]
    assert scored(Method("some", 8), originals, found).pairs == 0


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    works = {}
    for kind, name in (("pictures", "cat.jpg"), ("pictures", "rocket.jpg"),
                       ("texts", "gettysburg-hay.txt")):  # fmt: skip
        (folder / kind).mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / name, folder / kind / name)
        works[f"{kind}/{name}"] = name
    (folder / "works.json").write_text(json.dumps(works), encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        assert len(list(library.add(*Media(folder).folders(), options=ScanOptions(jobs=1)))) == 3
    return folder


def test_the_library_finds_variants_and_a_wrong_answer_is_counted_as_wrong(media: Path) -> None:
    catalog = Catalog(str(media.parent / "library"))
    cat, rocket = (media.resolve() / "pictures" / name for name in ("cat.jpg", "rocket.jpg"))
    made = prepared("pictures", cat, None)
    smaller = next(each for each in made if each.variant.name == "to 50 %")
    try:
        assert answered(catalog, smaller, cat, Media(media)) == Asked(1, ())
        # The same answer to somebody who looks for the rocket is wrong, and nothing is found.
        assert answered(catalog, smaller, rocket, Media(media)) == Asked(0, ("cat.jpg",))
    finally:
        catalog.close()


def test_what_was_kept_is_not_made_again(media: Path, tmp_path: Path) -> None:
    text = media / "texts" / "gettysburg-hay.txt"
    first = prepared("texts", text, tmp_path)
    text.unlink()
    again = prepared("texts", text, tmp_path)
    assert [each.codes for each in again] == [each.codes for each in first]


@pytest.mark.parametrize("kind", ["pictures", "texts"])
def test_each_method_codes_a_sample(kind: str) -> None:
    name = {"pictures": "cat.jpg", "texts": "gettysburg-hay.txt"}[kind]
    codes = coded(kind, SAMPLES / name)
    for method in METHODS[kind]:
        size = method.count * (method.value_bytes or 1 / 8)
        assert len(codes[method.name]) == size


def test_pictures_are_changed_as_their_names_say(tmp_path: Path) -> None:
    sizes = {}
    for variant in pictures.variants(SAMPLES / "cat.jpg", tmp_path, random.Random(1)):
        assert variant.path is not None
        with Image.open(variant.path) as picture:
            sizes[variant.group, variant.name] = picture.size
    assert sizes["resize", "to 200 %"] == (902, 600)
    assert sizes["rotate", "90 degrees"] == (300, 451)
    width, height = sizes["crop", "50 % cut"]
    assert width * height == pytest.approx(451 * 300 / 2, rel=0.02)


def test_an_edit_changes_as_many_words_as_it_says() -> None:
    text = " ".join(f"word{i}" for i in range(1000))
    changed = texts.edited(text, 0.05, random.Random(1)).split()
    kept = sum((Counter(text.split()) & Counter(changed)).values())
    assert 950 <= kept <= 1000
    assert changed != text.split()


def test_texts_get_each_format_and_snippets_of_each_length(tmp_path: Path) -> None:
    made = list(texts.variants(SAMPLES / "gettysburg-hay.txt", tmp_path, random.Random(1)))
    assert {each.name for each in made if each.group == "format"} == {"HTML", "DOCX", "PDF", "EPUB"}
    verbatim = [each.text for each in made if each.group == "snippet, verbatim"]
    assert [len(each) for each in verbatim] == list(texts.LENGTHS)
    text = (SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8")
    assert all(each in text for each in verbatim)


def _seconds(path: Path) -> float:
    with av.open(str(path)) as file:
        return (file.duration or 0) / 1e6


@pytest.mark.slow
def test_sounds_are_changed_as_their_names_say(tmp_path: Path) -> None:
    made = list(sounds.variants(SAMPLES / "song.opus", tmp_path, random.Random(1)))
    length = {(each.group, each.name): _seconds(each.path) for each in made if each.path}
    whole = length["codec", "MP3 128 kbit/s"]
    assert length["speed", "+5 %"] == pytest.approx(whole / 1.05, rel=0.02)
    assert length["pitch", "half a semitone up"] == pytest.approx(whole, rel=0.02)
    assert length["clip, as it is", "10 s"] == pytest.approx(10, abs=0.2)
    assert ("clip, as it is", "30 s") not in length  # longer than the song


@pytest.mark.slow
def test_films_are_changed_as_their_names_say(tmp_path: Path) -> None:
    made = {(e.group, e.name): e.path for e in
            films.variants(SAMPLES / "film.mp4", tmp_path, random.Random(1))}  # fmt: skip
    half, slow = made["scale", "to 50 %"], made["rate", "15 frames a second"]
    assert half is not None
    assert slow is not None
    with av.open(str(half)) as film:
        assert film.streams.video[0].width == 88
    with av.open(str(slow)) as film:
        assert film.streams.video[0].average_rate == 15
    cut = made["cut", "last half cut"]
    assert cut is not None
    assert _seconds(cut) == pytest.approx(_seconds(SAMPLES / "film.mp4") / 2, abs=0.3)


def test_tables_give_shares_in_percent() -> None:
    asked = [Asked(1, ()), Asked(2, ("x",)), Asked(0, ()), Asked(1, ())]
    found = [Outcome("texts", "t", "T", "edit", "5 %", {}, each) for each in asked]
    assert list(library_table(found))[2] == "| edit: 5 % | 4 | 50 | 15–85 | 75 | 25 |"
    assert list(length_table(found))[2] == "| edit | 5 % | 4 | 50 | 15–85 | 75 | 25 |"


def test_a_plot_has_a_mark_a_method_and_row_on_one_scale() -> None:
    lines = [Line("one", [0, 100]), Line("<two>", [50, 100])]
    root = ElementTree.fromstring(plot("title", ["first", "second"], lines))
    marks = [each for each in root.iter() if each.get("transform")]
    places = [float(each.get("transform", "")[10:].split()[0]) for each in marks[2:]]
    assert places[2] == places[3]  # both 100
    assert places[1] == (places[0] + places[2]) / 2
    shapes = {ElementTree.tostring(each[0]) for each in marks[:2]}
    assert len(shapes) == 2


def test_only_what_is_between_the_marks_is_replaced() -> None:
    text = "before\n<!-- x: begin -->\nold\n<!-- x: end -->\nafter\n"
    new = _filled(text, {"x": "new\n", "unknown": "nothing\n"})
    assert new == "before\n<!-- x: begin -->\nnew\n<!-- x: end -->\nafter\n"


def test_fitted_evidence_is_the_logarithm_of_how_much_more_often_copies_agree() -> None:
    unrelated = {0.5: 99_000.0, 0.6: 900.0, 0.7: 90.0, 0.8: 10.0}
    made = fitting.table(unrelated, {0.5: 10.0, 1.0: 90.0})
    assert list(made) == sorted(made)
    assert made[0] == pytest.approx(log2(0.1 / 0.99), abs=0.3)  # smoothed a little
    assert made[-1] > log2(0.9 / 1e-4)  # rarer than what was seen at 80 %


def test_values_that_fall_are_averaged_with_their_neighbours() -> None:
    assert fitting._rising([1, 5, 3, 4, 9]) == [1, 4, 4, 4, 9]


@given(st.lists(st.floats(-50, 50), min_size=1))
def test_risen_values_never_fall_and_keep_their_sum(values: list[float]) -> None:
    risen = fitting._rising(values)
    assert risen == sorted(risen)
    assert sum(risen) == pytest.approx(sum(values), abs=1e-6)


def test_a_passage_is_as_rare_as_it_was_seen_and_then_by_the_last_step() -> None:
    made = fitting.rarity({1: 96, 2: 20, 4: 12}, 128 * 1024)
    assert made[0] == 10  # 128 pairs of 128 x 1024
    assert made[1] == 12
    assert made[2] == pytest.approx(log2(128 * 1024 / 12), abs=0.05)
    steps = [b - a for a, b in pairwise(made[2:])]
    assert all(step == pytest.approx(made[2] - made[1], abs=0.11) for step in steps)
