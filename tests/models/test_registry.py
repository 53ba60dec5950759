"""Models in a folder: whole or not there, and what they were when they were installed."""

from pathlib import Path

import pytest

from iscckit.codec.unit import PRIVATE_VERSION
from iscckit.errors import InvalidInput, LibraryError, MissingDependency, VerificationFailed
from iscckit.models.known import KNOWN
from iscckit.models.registry import Own, add, check, find, installed, remove


@pytest.fixture
def weights(tmp_path: Path) -> str:
    path = tmp_path / "some.onnx"
    path.write_bytes(b"weights")
    return str(path)


def test_a_model_of_ones_own_has_a_private_version_that_follows_from_its_files(
    tmp_path: Path, weights: str
) -> None:
    one = add(str(tmp_path / "a"), "mine", weights, own=Own("image", licence="MIT"))
    again = add(str(tmp_path / "b"), "other-name", weights, own=Own("image"))
    assert one.version == again.version >= PRIVATE_VERSION
    assert (
        add(str(tmp_path / "c"), "mine", weights, own=Own("image", side=224)).version != one.version
    )
    assert find(str(tmp_path / "a"), "mine") == one
    assert installed(str(tmp_path / "a")) == [one]


def test_two_names_for_one_model_are_refused(tmp_path: Path, weights: str) -> None:
    add(str(tmp_path / "a"), "mine", weights, own=Own("image"))
    with pytest.raises(InvalidInput, match="mine has the version"):
        add(str(tmp_path / "a"), "twin", weights, own=Own("image"))


def test_other_files_are_no_known_model_and_leave_nothing(tmp_path: Path, weights: str) -> None:
    with pytest.raises(VerificationFailed, match="BLAKE3"):
        add(str(tmp_path / "a"), "iscc-sci", weights)
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../up", "A", "a/b", ".hidden", "x" * 65])
def test_what_is_no_name_is_refused(tmp_path: Path, weights: str, name: str) -> None:
    with pytest.raises(InvalidInput, match="name"):
        add(str(tmp_path / "a"), name, weights, own=Own("image"))
    with pytest.raises(MissingDependency):
        find(str(tmp_path), name)


def test_a_text_model_needs_its_tokenizer(tmp_path: Path, weights: str) -> None:
    with pytest.raises(InvalidInput, match="tokenizer"):
        add(str(tmp_path / "a"), "mine", weights, own=Own("text"))
    with pytest.raises(InvalidInput, match="no tokenizer"):
        add(str(tmp_path / "a"), "mine", weights, weights, Own("image"))


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="iscc models get iscc-sct"):
        find(str(tmp_path), "iscc-sct")
    with pytest.raises(MissingDependency, match="iscc models add mine FILE"):
        find(str(tmp_path), "mine")


def test_changed_and_missing_files_are_found(tmp_path: Path, weights: str) -> None:
    folder = str(tmp_path / "a")
    model = add(folder, "mine", weights, own=Own("image"))
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
    add(folder, "mine", weights, own=Own("image"))
    Path(weights).write_bytes(b"new weights")
    model = add(folder, "mine", weights, own=Own("image"))
    check(folder, model)
    remove(folder, "mine")
    assert list((tmp_path / "a").iterdir()) == []


def test_a_damaged_card_is_named(tmp_path: Path, weights: str) -> None:
    folder = str(tmp_path / "a")
    add(folder, "mine", weights, own=Own("image"))
    (tmp_path / "a" / "mine" / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"model\.json"):
        find(folder, "mine")


def test_known_models_state_licence_provenance_and_checksum() -> None:
    for model in KNOWN:
        assert model.licence
        assert model.provenance
        assert model.version == 0
        assert all(len(file.blake3) == 64 and file.url for file in model.files)
