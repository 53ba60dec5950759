"""Records with Semantic-Codes: from files, alone and many at a time."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.records.test_create import take_steps
from tools import small_models

from iscckit.algorithms.text import text_clean
from iscckit.codec.code import composite, decompose
from iscckit.codec.unit import MainType, SubType
from iscckit.errors import MissingDependency
from iscckit.models.registry import find
from iscckit.records.batch import create_many
from iscckit.records.create import create, create_in_steps
from iscckit.records.draft import read_draft
from iscckit.records.meta import replace_metadata
from iscckit.records.options import Options, Semantics
from iscckit.records.partial_results import (
    NotEmbeddable,
    PictureToEmbed,
    SemanticInput,
    TextToEmbed,
)
from iscckit.records.run_context import RunContext
from iscckit.records.semantic import embed_passages, run_models

SAMPLES = Path(__file__).parents[2] / "samples"
PICTURE, SPEECH = str(SAMPLES / "cat.jpg"), str(SAMPLES / "gettysburg-hay.txt")
SONG = str(SAMPLES / "song.opus")


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Semantics:
    return small_models.install(tmp_path_factory.mktemp("semantic"))


def test_texts_and_pictures_gain_a_unit_and_the_record_names_the_model(chosen: Semantics) -> None:
    for path, name in ((PICTURE, "small-image"), (SPEECH, "small-text")):
        record = create(path, Options(bits=256, semantic=chosen))
        kinds = [unit.maintype for unit in record.units]
        assert kinds == sorted(kinds)
        assert kinds.count(MainType.SEMANTIC) == 1
        assert len(record.extractor[name]) == 16
        assert not record.missing


def test_the_last_step_has_the_semantic_code_as_well(chosen: Semantics) -> None:
    options = Options(bits=128, granular=True, semantic=chosen)
    for path in (PICTURE, SPEECH):
        with open(path, "rb") as file:
            steps, record = take_steps(create_in_steps(file, options, filename=Path(path).name))
        assert record == replace(create(path, options), path=None)
        assert steps[-1].units == record.units
        assert MainType.SEMANTIC in [unit.maintype for unit in record.units]


def test_passages_have_the_places_of_the_features_and_longer_simprints(chosen: Semantics) -> None:
    text = text_clean(Path(SPEECH).read_text(encoding="utf-8"))
    found = embed_passages(text, chosen)
    listed = create(SPEECH, Options(granular=True, semantic=chosen)).features[0]
    assert tuple(each.offset for each in found) == listed.offsets
    assert tuple(each.size for each in found) == listed.sizes
    assert {len(each.body) for each in found} == {32}
    for each, simprint in zip(found, listed.simprints, strict=True):
        assert each._replace(body=each.body[:8]).text == simprint
    assert embed_passages("", chosen) == []


def read_input(path: str, options: Options) -> SemanticInput | None:
    return read_draft(path, RunContext(options)).semantic_input


def test_the_input_of_a_model_is_a_text_a_picture_or_a_reason(
    chosen: Semantics, tmp_path: Path
) -> None:
    options = Options(semantic=chosen)
    text = read_input(SPEECH, options)
    assert text == TextToEmbed(text_clean(Path(SPEECH).read_text(encoding="utf-8")))
    picture = read_input(PICTURE, options)
    side = find(chosen.models, "small-image").side
    assert isinstance(picture, PictureToEmbed)
    assert len(picture.pixels) == 3 * side * side
    assert read_input(SONG, options) is None
    assert read_input(PICTURE, Options()) is None
    nowhere = Options(semantic=Semantics(str(tmp_path)))
    reason = "the model iscc-sci is not installed"
    assert read_input(PICTURE, nowhere) == NotEmbeddable(reason)


def test_models_answer_in_the_order_of_their_inputs(chosen: Semantics) -> None:
    options = Options(semantic=chosen)
    text, picture = read_input(SPEECH, options), read_input(PICTURE, options)
    inputs = [picture, None, text, NotEmbeddable("why"), text, picture]
    found = run_models(inputs, options, chosen)
    assert [each.unit and each.unit.subtype for each in found] == [
        SubType.IMAGE,
        None,
        SubType.TEXT,
        None,
        SubType.TEXT,
        SubType.IMAGE,
    ]
    assert found[0] == found[5]
    assert found[2] == found[4]
    assert [dict(each.missing) for each in found] == [{}, {}, {}, {"semantic": "why"}, {}, {}]


def test_no_folder_of_models_is_not_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    chosen: Semantics) -> None:  # fmt: skip
    monkeypatch.chdir(chosen.models)
    assert find(".", "small-text")
    with pytest.raises(MissingDependency, match="small-text is not installed"):
        embed_passages("Ships.", replace(chosen, models=""))


def test_units_of_a_private_model_are_not_in_the_composite(chosen: Semantics) -> None:
    record = create(PICTURE, Options(semantic=chosen))
    assert record.iscc == create(PICTURE).iscc
    plain = replace_metadata(create(PICTURE), name="Mia")
    assert replace_metadata(record, name="Mia").iscc == plain.iscc
    standard = [unit._replace(version=0) for unit in record.units]
    assert [unit.maintype for unit in decompose(composite(standard))] == [0, 1, 2, 3, 4]


def test_a_song_has_no_meaning_and_lacks_nothing(chosen: Semantics) -> None:
    record = create(SONG, Options(semantic=chosen))
    assert not record.missing
    assert MainType.SEMANTIC not in [unit.maintype for unit in record.units]


def test_a_missing_model_costs_only_its_unit(tmp_path: Path) -> None:
    record = create(PICTURE, Options(semantic=Semantics(str(tmp_path))))
    assert record.iscc == create(PICTURE).iscc
    assert record.missing == {"semantic": "the model iscc-sci is not installed"}
    told = json.loads(record.to_json())
    assert "iscc-sci is not installed" in told["properties"]["missing"]["semantic"]


def test_many_files_give_what_each_gives_alone(chosen: Semantics, tmp_path: Path) -> None:
    options = Options(bits=256, granular=True, semantic=chosen)
    paths = [PICTURE, str(tmp_path / "none"), SONG, SPEECH, str(SAMPLES / "paper.pdf")]
    results = list(create_many(paths, options, jobs=2))
    assert [result.path for result in results] == paths
    assert results[1].error is not None
    for result in results:
        if result.record is not None:
            assert result.record == create(result.path, options)


def test_passages_that_overlap_carry_their_places(chosen: Semantics) -> None:
    text = Path(SPEECH).read_text(encoding="utf-8").strip()
    record = create(SPEECH, Options(granular=True, semantic=chosen))
    found = next(each for each in record.features if each.maintype == "semantic")
    assert record.features[0] is found
    assert len(found.simprints) == len(found.offsets) == len(found.sizes) > 2
    assert found.offsets[0] == 0
    assert found.offsets[-1] + found.sizes[-1] == len(text)
    assert all(len(simprint) == 11 for simprint in found.simprints)


def test_byte_offsets_are_those_of_the_utf8(chosen: Semantics, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Größe ist hier größer als Länge. " * 40, encoding="utf-8")
    plain, in_bytes = (
        create(path, Options(granular=True, byte_offsets=flag, semantic=chosen)).features[0]
        for flag in (False, True)
    )
    text = path.read_text(encoding="utf-8").strip()
    for at, size, byte, count in zip(
        plain.offsets, plain.sizes, in_bytes.offsets, in_bytes.sizes, strict=True
    ):
        assert len(text[: int(at)].encode()) == byte
        assert len(text[int(at) : int(at) + int(size)].encode()) == count
