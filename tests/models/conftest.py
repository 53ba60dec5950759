"""Models for the tests, made by the tests: see small_models.py and sentence_model.py in tools."""

from pathlib import Path

import pytest
from tools import small_models

from iscckit.models.registry import CustomModel, add


@pytest.fixture(scope="session")
def text_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_models.save_text_model(
        tmp_path_factory.mktemp("onnx") / "text.onnx", small_models.token_table()
    )


@pytest.fixture(scope="session")
def image_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_models.save_image_model(
        tmp_path_factory.mktemp("onnx") / "image.onnx", small_models.picture_weights()
    )


@pytest.fixture(scope="session")
def models(
    tmp_path_factory: pytest.TempPathFactory, text_weights: Path, image_weights: Path
) -> str:
    """Return a folder with one model of each kind, ``small-text`` and ``small-image``."""
    folder = str(tmp_path_factory.mktemp("models"))
    add(folder, "small-text", str(text_weights), str(small_models.TOKENIZER), CustomModel("text"))
    add(folder, "small-image", str(image_weights), own=CustomModel("image"))
    return folder
