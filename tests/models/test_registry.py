"""Models in a folder: whole or not there, and what they were when they were installed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from iscckit.codec.unit import PRIVATE_VERSION
from iscckit.errors import InvalidInput, LibraryError, MissingDependency, VerificationFailed
from iscckit.models.model_card import KNOWN
from iscckit.models.registry import (
    CustomModel,
    add,
    check,
    find,
    list_installed,
    list_names,
    lock_model,
    remove,
    sweep,
)

# Adds a model again. At the second rename, by which the draft becomes the model, it ends at once,
# or the draft is moved away under its feet.
INTERRUPTED = """
import os, sys
from iscckit.models.registry import CustomModel, add
folder, weights, how = sys.argv[1:]
def at(event, details):
    if event == "os.rename" and os.path.basename(details[1]) == "mine":
        if how == "killed":
            os._exit(9)
        if not os.path.exists(folder + "/away"):
            os.rename(details[0], folder + "/away")
sys.addaudithook(at)
add(folder, "mine", weights, own=CustomModel("image"))
"""


def seen(folder: Path) -> list[str]:
    """Return what is in a folder of models beside the folder of locks."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".parts")


@pytest.fixture
def weights(tmp_path: Path) -> str:
    path = tmp_path / "some.onnx"
    path.write_bytes(b"weights")
    return str(path)


def test_a_model_of_ones_own_has_a_private_version_that_follows_from_its_files(
    tmp_path: Path, weights: str
) -> None:
    one = add(str(tmp_path / "a"), "mine", weights, own=CustomModel("image", licence="MIT"))
    again = add(str(tmp_path / "b"), "other-name", weights, own=CustomModel("image"))
    assert one.version == again.version >= PRIVATE_VERSION
    assert (
        add(str(tmp_path / "c"), "mine", weights, own=CustomModel("image", side=224)).version
        != one.version
    )
    assert find(str(tmp_path / "a"), "mine") == one
    assert list_installed(str(tmp_path / "a")) == [one]


def test_two_names_for_one_model_are_refused(tmp_path: Path, weights: str) -> None:
    add(str(tmp_path / "a"), "mine", weights, own=CustomModel("image"))
    with pytest.raises(InvalidInput, match="mine has the version"):
        add(str(tmp_path / "a"), "twin", weights, own=CustomModel("image"))


def test_other_files_are_no_known_model_and_leave_nothing(tmp_path: Path, weights: str) -> None:
    with pytest.raises(VerificationFailed, match="BLAKE3"):
        add(str(tmp_path / "a"), "iscc-sci", weights)
    assert seen(tmp_path / "a") == []


@pytest.mark.parametrize("name", ["", "../up", "A", "a/b", ".hidden", "x" * 65])
def test_what_is_no_name_is_refused(tmp_path: Path, weights: str, name: str) -> None:
    with pytest.raises(InvalidInput, match="name"):
        add(str(tmp_path / "a"), name, weights, own=CustomModel("image"))
    with pytest.raises(MissingDependency):
        find(str(tmp_path), name)


def test_a_text_model_needs_its_tokenizer(tmp_path: Path, weights: str) -> None:
    with pytest.raises(InvalidInput, match="tokenizer"):
        add(str(tmp_path / "a"), "mine", weights, own=CustomModel("text"))
    with pytest.raises(InvalidInput, match="no tokenizer"):
        add(str(tmp_path / "a"), "mine", weights, weights, CustomModel("image"))


def test_a_missing_model_is_named_and_known_or_not(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="iscc-sct is not installed") as known:
        find(str(tmp_path), "iscc-sct")
    assert (known.value.reason_code, known.value.facts) == ("model-missing", {"model": "iscc-sct"})
    with pytest.raises(MissingDependency, match="mine is not installed") as own:
        find(str(tmp_path), "mine")
    assert (own.value.reason_code, own.value.facts) == ("own-model-missing", {"model": "mine"})


def test_changed_and_missing_files_are_found(tmp_path: Path, weights: str) -> None:
    folder = str(tmp_path / "a")
    model = add(folder, "mine", weights, own=CustomModel("image"))
    check(folder, model)
    file = tmp_path / "a" / "mine" / "weights.onnx"
    file.write_bytes(b"Weights")
    with pytest.raises(VerificationFailed, match="is not the file"):
        check(folder, model)
    file.unlink()
    with pytest.raises(VerificationFailed, match="is missing"):
        check(folder, model)


def test_a_model_is_replaced_in_one_step_and_removed(tmp_path: Path, weights: str) -> None:
    folder = str(tmp_path / "a")
    add(folder, "mine", weights, own=CustomModel("image"))
    Path(weights).write_bytes(b"new weights")
    model = add(folder, "mine", weights, own=CustomModel("image"))
    check(folder, model)
    assert seen(tmp_path / "a") == ["mine"]
    remove(folder, "mine")
    assert seen(tmp_path / "a") == []


def test_a_damaged_card_is_named(tmp_path: Path, weights: str) -> None:
    folder = str(tmp_path / "a")
    add(folder, "mine", weights, own=CustomModel("image"))
    (tmp_path / "a" / "mine" / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"model\.json"):
        find(folder, "mine")


@pytest.mark.parametrize("damage", ["{", "[]", '"x"', "null", "[" * 100_000, '{"files": 1}'])
def test_a_model_with_a_damaged_card_is_added_again_or_removed_and_hinders_no_other(
    tmp_path: Path, weights: str, damage: str
) -> None:
    folder = str(tmp_path / "a")
    card = tmp_path / "a" / "mine" / "model.json"
    mine = add(folder, "mine", weights, own=CustomModel("image"))
    card.write_text(damage, encoding="utf-8")
    with pytest.raises(LibraryError, match=r"model\.json"):
        list_installed(folder)
    add(folder, "other", weights, own=CustomModel("image", side=224))
    assert list_names(folder) == ["mine", "other"]
    assert add(folder, "mine", weights, own=CustomModel("image")) == find(folder, "mine") == mine
    card.write_text(damage, encoding="utf-8")
    remove(folder, "mine")
    assert list_names(folder) == seen(tmp_path / "a") == ["other"]


def test_no_folder_of_anything_else_is_deleted(tmp_path: Path, weights: str) -> None:
    place = tmp_path / "a" / "mine"
    place.mkdir(parents=True)
    (place / "model.json").write_text("{}", encoding="utf-8")
    (place / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"thesis\.txt does not belong to a model"):
        remove(str(tmp_path / "a"), "mine")
    with pytest.raises(LibraryError, match=r"thesis\.txt does not belong to a model"):
        add(str(tmp_path / "a"), "mine", weights, own=CustomModel("image"))
    stale = place.rename(tmp_path / "a" / ".mine-0123456789ab")
    sweep(str(tmp_path / "a"))
    assert (stale / "thesis.txt").exists()


def test_a_model_that_another_process_changes_is_left_alone(tmp_path: Path, weights: str) -> None:
    folder = str(tmp_path / "a")
    add(folder, "mine", weights, own=CustomModel("image"))
    draft = tmp_path / "a" / ".mine-0123456789ab"
    draft.mkdir()
    with lock_model(folder, "mine"):
        for change in (
            lambda: remove(folder, "mine"),
            lambda: add(folder, "mine", weights, own=CustomModel("image")),
        ):
            with pytest.raises(LibraryError, match="another process"):
                change()
        add(folder, "other", weights, own=CustomModel("image", side=224))
        assert draft.exists()
    add(folder, "other", weights, own=CustomModel("image", side=224))
    assert seen(tmp_path / "a") == ["mine", "other"]


@pytest.mark.parametrize("how", ["killed", "failed"])
def test_a_replacement_that_ends_halfway_keeps_the_old_model(
    tmp_path: Path, weights: str, how: str
) -> None:
    place = tmp_path / "a"
    old = add(str(place), "mine", weights, own=CustomModel("image"))
    Path(weights).write_bytes(b"new weights")
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(place), weights, how],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if how == "killed":
        assert ended.returncode == 9
        assert list_names(str(place)) == []
        draft, aside = seen(place)
        assert aside == f"{draft}.old"
        sweep(str(place))
        assert seen(place) == ["mine"]
    else:
        assert "LibraryError" in ended.stderr
        assert seen(place) == ["away", "mine"]
    check(str(place), old)
    assert find(str(place), "mine") == old


def test_what_a_killed_process_left_goes_when_a_model_is_added(
    tmp_path: Path, weights: str
) -> None:
    place = tmp_path / "a"
    for name in (".gone-0123456789ab", ".mine-0123456789ab", ".mine-0123456789ab.old"):
        (place / name).mkdir(parents=True)
        (place / name / "weights.onnx").write_bytes(b"half")
    kept = place / ".mine-of-another-kind"
    kept.mkdir()
    model = add(str(place), "mine", weights, own=CustomModel("image"))
    check(str(place), model)
    assert seen(place) == [kept.name, "mine"]


def test_known_models_state_licence_provenance_and_checksum() -> None:
    for model in KNOWN:
        assert model.licence
        assert model.provenance
        assert model.version == 0
        assert all(len(file.blake3) == 64 and file.url for file in model.files)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "../elsewhere"),
        ("name", []),
        ("version", 0),
        ("version", 7),
        ("version", "600"),
        ("version", 600.5),
        ("kind", "video"),
        ("kind", ["image"]),
        ("licence", 3),
        ("side", "512"),
        ("side", 1 << 20),
        ("files", []),
        ("files", [{"name": 7, "blake3": ""}]),
        ("files", [{"name": "../weights.onnx", "blake3": ""}]),
        ("files", [{"name": "weights.onnx", "blake3": "", "size": "big"}]),
    ],
)
def test_a_card_that_was_tampered_with_is_refused(
    tmp_path: Path, weights: str, field: str, value: object
) -> None:
    folder = str(tmp_path / "a")
    add(folder, "mine", weights, own=CustomModel("image"))
    card = tmp_path / "a" / "mine" / "model.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {field: value}), encoding="utf-8")
    with pytest.raises(LibraryError, match=r"model\.json"):
        find(folder, "mine")
