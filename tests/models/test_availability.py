"""Which models can run here."""

from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import pytest

from iscckit.models import availability
from iscckit.models.availability import EXTRA, PACKAGES, missing_packages, usable_model
from iscckit.models.model_card import CustomModel
from iscckit.models.registry import add


@pytest.fixture
def folder(tmp_path: Path) -> str:
    weights = tmp_path / "weights.onnx"
    weights.write_bytes(b"weights")
    add(str(tmp_path / "models"), "mine", str(weights), own=CustomModel("image"))
    return str(tmp_path / "models")


def test_the_extra_installs_all_packages_of_models() -> None:
    extra = {
        line.split(">=")[0].split(";")[0].strip().replace("-", "_")
        for line in requires("iscckit") or ()
        if f"extra == '{EXTRA}'" in line.replace('"', "'")
    }
    assert {name for names in PACKAGES.values() for name in names} == extra


def test_a_model_is_usable_for_its_kind_only(folder: str) -> None:
    assert find_spec("onnxruntime"), "the tests need the packages of models"
    model = usable_model(folder, "mine", "image")
    assert model is not None
    assert model.name == "mine"
    assert usable_model(folder, "mine", "text") is None
    assert usable_model(folder, "other", "image") is None


def test_without_its_packages_no_model_is_usable(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = {**PACKAGES, "image": ("a_package_that_nobody_has",)}
    monkeypatch.setattr(availability, "PACKAGES", lacking)
    assert missing_packages("image") == ["a_package_that_nobody_has"]
    assert usable_model(folder, "mine", "image") is None
