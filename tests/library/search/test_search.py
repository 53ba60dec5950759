"""Each kind of query finds what was planted, explains it, and finds nothing that is not there."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from types import FrameType

import pytest
from PIL import Image, ImageOps
from tools.planted import SAMPLES, clip, film_clip

from iscckit.algorithms.text import text_clean
from iscckit.codec.unit import MainType, SubType, Unit
from iscckit.errors import InvalidCode, InvalidInput
from iscckit.library.catalog.item import Item, Stat
from iscckit.library.library import Library
from iscckit.library.scan.scan import open_writer
from iscckit.library.search.filter import Filter
from iscckit.library.search.match import (
    Answer,
    EqualBits,
    Match,
    Region,
    TextSpan,
    TimeSpan,
)
from iscckit.media.content_values import TextContent
from iscckit.records.create import create, create_with_content


@pytest.fixture
def opened(library: str) -> Library:
    return Library.open(library)


def names(answer: Answer) -> list[str]:
    return [Path(match.item.path).name for match in answer.matches]


def of(answer: Answer, name: str) -> Match:
    return next(match for match in answer.matches if Path(match.item.path).name == name)


def test_the_same_file_comes_first_and_is_certain(opened: Library) -> None:
    answer = opened.search(SAMPLES / "cat.jpg")
    assert {match.item.path.rsplit("/", 1)[1] for match in answer.matches[:2]} == {
        "cat.jpg",
        "same cat.jpg",
    }
    assert [match.verdict for match in answer.matches] == ["identical", "identical", "near"]
    assert answer.matches[0].score == 1.0
    assert 0.99 < of(answer, "cat-small.webp").score <= 1.0


def test_a_code_or_a_unit_finds_what_it_is_of(opened: Library) -> None:
    record = create(SAMPLES / "cat.jpg")
    assert "cat.jpg" in names(opened.search(record.iscc))
    content = next(unit for unit in record.units if "IMAGE" in unit.type_id)
    assert {"cat.jpg", "cat-small.webp"} <= set(names(opened.search(str(content))))
    with pytest.raises(InvalidCode):
        opened.search("no code", kind="code")


def test_a_title_finds_the_file_of_that_name(opened: Library) -> None:
    assert names(opened.search("gettysburg hay"))[0] == "gettysburg-hay.txt"


@pytest.mark.parametrize("turn", range(8))
def test_all_eight_orientations_are_found_and_named(
    opened: Library, tmp_path: Path, turn: int
) -> None:
    path = tmp_path / "turned.png"
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        turned = ImageOps.mirror(picture) if turn >= 4 else picture
        turned.rotate(90 * (turn % 4), expand=True).save(path)
    match = of(opened.search(path), "rocket.jpg")
    assert match.relation == ("near" if turn == 0 else "part")
    if turn:
        assert match.passage is not None
        assert match.passage.place == Region(turn=turn if turn >= 4 else 4 - turn)
        assert isinstance(match.passage.agreement, EqualBits)


def test_a_crop_is_found_with_its_place(opened: Library, tmp_path: Path) -> None:
    path = tmp_path / "crop.png"
    with Image.open(SAMPLES / "rocket.jpg") as picture:
        width, height = picture.size
        picture.crop((int(0.15 * width), int(0.15 * height), width, height)).save(path)
    match = of(opened.search(path), "rocket.jpg")
    assert match.relation == "part"
    assert match.passage is not None
    assert isinstance(match.passage.place, Region)
    assert match.passage.place.box == pytest.approx([0.15, 0.15, 1, 1], abs=0.01)


def test_a_picture_in_a_pdf_finds_the_pdf_and_its_page(opened: Library) -> None:
    answer = opened.search(SAMPLES / "rocket.jpg")
    match = of(answer, "with a rocket.pdf")
    assert match.relation == "part"
    assert match.picture == "page 10 picture 1"
    assert match.passage is not None
    assert isinstance(match.passage.place, Region)
    assert match.passage.place.box is None


def snippets(path: Path, length: int, count: int) -> list[tuple[int, str]]:
    text = text_clean(create_with_content(path)[1].text)  # type: ignore[union-attr]
    chosen = random.Random(length)
    starts = [chosen.randrange(len(text) - length) for _ in range(count)]
    return [(start, text[start : start + length]) for start in starts]


@pytest.mark.parametrize("name", ["demo.epub", "paper.pdf", "gettysburg-hay.txt"])
def test_a_verbatim_snippet_of_80_characters_finds_document_and_offset(
    opened: Library, archive: Path, name: str
) -> None:
    right = 0
    for _, text in snippets(archive / name, 80, 25):
        match = of(opened.search(text, kind="text"), name)
        assert match.passage is not None
        assert isinstance(match.passage.place, TextSpan)
        start = match.passage.place.start
        right += any(abs(start - place) <= 96 for place in places_of(archive / name, text))
    assert right >= 23  # a phrase that occurs twice may be found at its other place


def places_of(path: Path, part: str) -> list[int]:
    text = text_clean(create_with_content(path)[1].text)  # type: ignore[union-attr]
    places, at = [], text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places


def test_a_snippet_of_a_pdf_names_the_page(opened: Library, archive: Path) -> None:
    content = create_with_content(archive / "paper.pdf")[1]
    assert isinstance(content, TextContent)
    pages = content.pages
    for number in (1, 4, 8):
        text = pages[number - 1]
        match = of(opened.search(text[300:600], kind="text"), "paper.pdf")
        assert match.page == number


def test_an_edited_snippet_of_300_characters_is_found(opened: Library, archive: Path) -> None:
    chosen = random.Random(5)
    for _, text in snippets(archive / "paper.pdf", 300, 20):
        words = text.split(" ")
        for _ in range(2):  # two words replaced
            words[chosen.randrange(len(words))] = "something"
        assert "paper.pdf" in names(opened.search(" ".join(words), kind="text"))


def test_a_clip_of_ten_seconds_finds_the_sound_and_the_time(
    opened: Library, tmp_path: Path
) -> None:
    for start in (0.7, 2.9, 4.3):
        path = clip(SAMPLES / "song.opus", tmp_path / f"{start}.wav", start, start + 10)
        match = of(opened.search(path), "song.opus")
        assert match.passage is not None
        assert match.passage.kind == "sound"
        assert isinstance(match.passage.place, TimeSpan)
        assert match.passage.place.start == pytest.approx(start, abs=0.6)


def test_a_clip_of_a_film_finds_the_film_and_the_time(
    opened: Library, archive: Path, tmp_path: Path
) -> None:
    for start in (3.1, 21.7, 40.2):
        path = film_clip(archive / "demo.mp4", tmp_path / f"{start}.avi", start, start + 10)
        answer = opened.search(path)
        match = of(answer, "demo.mp4")
        assert match.passage is not None
        assert match.passage.kind == "frame"
        place = match.passage.place
        assert isinstance(place, TimeSpan)
        assert place.start - place.query_start == pytest.approx(start, abs=1.0)


@pytest.mark.parametrize(
    "query",
    [
        "A sentence that nobody wrote into any of these files, however long one looks for it here.",
        "ISCC:EAASKDNZNYGUUF5A",
    ],
)
def test_what_is_not_there_is_not_found(opened: Library, query: str) -> None:
    answer = opened.search(query)
    assert answer.matches == ()
    assert answer.false_hits < 0.1


def test_another_picture_is_not_found(opened: Library, tmp_path: Path) -> None:
    path = tmp_path / "other.png"
    chosen = random.Random(3)
    noise = Image.frombytes("L", (40, 40), chosen.randbytes(1600)).resize((400, 400))
    noise.save(path)
    assert opened.search(path).matches == ()


def test_filters_leave_out_what_they_say(opened: Library, archive: Path) -> None:
    query = SAMPLES / "cat.jpg"
    assert names(opened.search(query, which=Filter(mode="audio"))) == []
    inside = opened.search(query, which=Filter(folder=str(archive / "copies")))
    assert names(inside) == ["same cat.jpg"]
    assert names(opened.search(query, which=Filter(since=4e9))) == []
    assert len(names(opened.search(query, which=Filter(until=4e9)))) == 3
    assert len(names(opened.search(query, limit=1))) == 1


def test_nothing_to_look_for_is_an_error(opened: Library) -> None:
    with pytest.raises(InvalidInput):
        opened.search("  ")


def test_matches_have_a_json_form(opened: Library) -> None:
    found = opened.search(SAMPLES / "cat.jpg").matches[2].to_dict()
    assert found["relation"] == "near"
    assert isinstance(found["units"], list)
    assert "<table>" in opened._repr_html_()


def test_the_number_of_files_counts_those_with_a_data_code(tmp_path: Path) -> None:
    unit = Unit(MainType.CONTENT, SubType.TEXT, bytes(range(32)))
    data = Unit(MainType.DATA, 0, bytes(range(32)))
    instance = Unit(MainType.INSTANCE, 0, bytes(range(32)))
    with open_writer(str(tmp_path)) as catalog, catalog.transaction():
        for number, units in enumerate(((unit, data, instance), (unit, data), (unit, instance))):
            stat = Stat(number, 0, 0, 0)
            catalog.add(Item(0, f"/{number}", stat, "present", units=units, datahash=b"x" * 34))
        catalog.add(Item(0, "/3", Stat(3, 0, 0, 0), "present", units=(instance,)))
    answer = Library.open(tmp_path).search(str(unit))
    assert answer.items == 2
    assert [match.item.path for match in answer.matches] == ["/0", "/1", "/2"]


STEPS = [
    "query", "search", "candidates", "crops", "passages", "comparisons", "evidence", "ranking",
    "make_matches",
]  # fmt: skip


def walk(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Return each function that was called in the library: the step it is in, and its module."""
    calls: list[tuple[str, str]] = []
    step = ""

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal step
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith(("iscckit.library.", "iscckit.index.")):
            name = module.rpartition(".")[2]
            if module.startswith("iscckit.library.search.") and name in STEPS:
                step = name
            calls.append((step, module))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", ["crop.png", "clip.wav", "text.txt"])
def test_a_search_goes_one_way_through_its_steps(
    opened: Library, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if name == "crop.png":
        with Image.open(SAMPLES / "rocket.jpg") as picture:
            picture.crop((90, 40, 600, 400)).save(path)
    elif name == "clip.wav":
        clip(SAMPLES / "song.opus", path, 1, 11)
    else:
        path.write_text((SAMPLES / "gettysburg-hay.txt").read_text()[200:700])
    answers: list[Answer] = []
    calls = walk(lambda: answers.append(opened.search(path)))
    assert answers[0].matches
    entered = [step for step, _ in calls if step]
    assert [step for step, _ in groupby(entered)] == STEPS
    index = {step for step, module in calls if ".index." in module}
    assert index == {"search", "candidates"}  # the search opens the partitions, one step asks them
