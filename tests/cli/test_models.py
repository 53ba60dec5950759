"""``iscc models`` and ``--semantic``: the whole path with files added by hand."""

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from tools import small_models

from iscckit.cli.main import main
from iscckit.models import model_card
from iscckit.models.registry import hash_file

PICTURE = str(Path(__file__).parents[2] / "samples" / "cat.jpg")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    small_models.main(place)
    return place


def test_a_model_of_ones_own_is_added_used_verified_and_removed(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--models", str(tmp_path)]
    weights = str(files / "image.onnx")
    assert main(["models", "add", "mine", weights, "--kind", "image", *folder]) == 0
    assert "private version" in capsys.readouterr().out
    assert main(["models", "verify", *folder]) == 0
    arguments = ["--semantic", *folder, "--image-model", "mine", PICTURE]
    assert main(["create", "--json", "--units", *arguments]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(record["units"]) == 5
    (tmp_path / "mine" / "weights.onnx").write_bytes(b"other")
    assert main(["models", "verify", "mine", *folder]) == 3
    assert main(["models", "remove", "mine", *folder]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [".parts"]


def test_a_damaged_card_is_named_and_the_others_go_on(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--models", str(tmp_path)]
    added = ["models", "add", "broken", str(files / "image.onnx"), "--kind", "image", *folder]
    assert main(added) == 0
    (tmp_path / "broken" / "model.json").write_text("{", encoding="utf-8")
    assert main(["models", "add", "whole", *added[3:], "--side", "224"]) == 0
    capsys.readouterr()
    for arguments, code in ((["list"], 1), (["verify"], 3), (["verify", "broken", "whole"], 3)):
        assert main(["models", *arguments, *folder]) == code
        told = capsys.readouterr()
        assert "whole" in told.out
        assert "broken" not in told.out
        assert str(Path("broken", "model.json")) in told.err
    assert main(added) == 0
    assert main(["models", "verify", *folder]) == 0
    (tmp_path / "broken" / "model.json").write_text("{", encoding="utf-8")
    assert main(["models", "remove", "broken", *folder]) == 0
    assert main(["models", "list", *folder]) == 0


def test_a_known_model_that_is_there_is_not_downloaded_again(
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    weights = files / "image.onnx"
    content = replace(model_card.KNOWN[1].files[0], blake3=hash_file(weights), size=None)
    import_module("iscckit.cli.models")  # else the command would keep the table of this test
    monkeypatch.setattr(model_card, "KNOWN", (replace(model_card.KNOWN[1], files=(content,)),))
    folder = ["--models", str(tmp_path)]
    assert main(["models", "add", "iscc-sci", str(weights), *folder]) == 0
    capsys.readouterr()
    nowhere = ["--mirror", "http://127.0.0.1:9/m"]
    assert main(["models", "get", "iscc-sci", *nowhere, *folder]) == 0
    assert "already" in capsys.readouterr().out
    (tmp_path / "iscc-sci" / "weights.onnx").write_bytes(b"damaged")
    assert main(["models", "get", "iscc-sci", *nowhere, *folder]) == 1


def test_the_variable_names_the_folder(
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ISCCKIT_MODELS", str(tmp_path))
    assert main(["models", "add", "mine", str(files / "image.onnx"), "--kind", "image"]) == 0
    capsys.readouterr()
    assert main(["models", "list", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["name"], each["installed"]) for each in told] == [
        ("iscc-sct", False),
        ("iscc-sci", False),
        ("mine", True),
    ]
    assert all(each["licence"] and each["provenance"] for each in told[:2])


def test_files_of_a_known_model_must_be_the_known_ones(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = str(files / "image.onnx")
    assert main(["models", "add", "iscc-sci", weights, "--models", str(tmp_path)]) == 3
    assert "BLAKE3" in capsys.readouterr().err
    assert main(["models", "add", "iscc-sct", weights, "--models", str(tmp_path)]) == 2


def test_a_missing_model_is_a_note_and_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", "--semantic", "--models", str(tmp_path), PICTURE]) == 0
    assert "iscc models get iscc-sci" in capsys.readouterr().out
