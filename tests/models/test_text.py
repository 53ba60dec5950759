"""Texts to vectors: every stage against NumPy, and the whole against iscc-sct on one model."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer
from tools import small_models

from iscckit.errors import InvalidInput
from iscckit.models.registry import CustomModel, add, find
from iscckit.models.text import pool, split, text_vectors
from iscckit.units.semantic import document_vector, semantic_text_code

LINES = (Path(__file__).parents[2] / "samples" / "gettysburg-hay.txt").read_text(encoding="utf-8")
TEXTS = [
    "This is some sample text. It can be a longer document or even an entire book.",
    "a",
    " \n",
    LINES,
    LINES.replace("\n", " ") * 6,
    "你好世界。这是一个测试。" * 80,
    "word " * 1700,
    "no-space" * 150,
    "\r\n\r\n".join(["First paragraph, of some length.", "Zweiter Absatz äöü.", "😀 third"] * 40),
]

# Runs iscc-sct on a model of ours; its folders go where the test says.
PEER = """
import json, sys
import numpy as np
import iscc_sct as sct
from iscc_sct import code_semantic_text as peer
sct.MODEL_PATH = sys.argv[1]
found = []
for text in json.load(sys.stdin):
    splits = peer.split_text(text)
    vectors = peer.embed_chunks([chunk for _, chunk in splits])
    code = peer.gen_text_code_semantic(text, bits=256)["iscc"]
    found.append([splits, vectors.tolist(), code])
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def peers(text_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> list:  # type: ignore[type-arg]
    home = str(tmp_path_factory.mktemp("home"))
    environment = {"HOME": home, "ISCC_SCT_MODEL_DIR": home, "PATH": "", "XDG_DATA_HOME": home}
    done = subprocess.run(
        [sys.executable, "-c", PEER, str(text_weights)],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_chunks_vectors_and_codes_are_those_of_iscc_sct(
    models: str,
    peers: list,  # type: ignore[type-arg]
) -> None:
    found = text_vectors(TEXTS, models, find(models, "small-text"), "cpu")
    flipped = 0
    for text, ours, (splits, vectors, code) in zip(TEXTS, found, peers, strict=True):
        assert [(at, text[at : at + size]) for at, size in ours.places] == [
            (at, chunk) for at, chunk in splits
        ]
        theirs = np.array(vectors, np.float32)
        assert np.abs(ours.vectors - theirs).max() < 1e-5
        mean = document_vector(ours.vectors)
        certain = np.abs(mean) > 1e-6
        flipped += int((~certain).sum())
        body = semantic_text_code(mean, bits=256)
        assert str(body) == code or not certain[:256].all()
    assert flipped == 0


@pytest.mark.parametrize("text", TEXTS[:4])
def test_a_text_does_not_depend_on_its_neighbours(models: str, text: str) -> None:
    model = find(models, "small-text")
    alone = text_vectors([text], models, model, "cpu")[0]
    among = text_vectors(["before", text, "after " * 200], models, model, "cpu")[1]
    assert np.array_equal(alone.vectors, among.vectors)


def test_one_chunk_is_what_numpy_says(models: str) -> None:
    text = "Hello World"
    ids = np.array(Tokenizer.from_file(str(small_models.TOKENIZER)).encode(text).ids)
    mean = np.tanh(small_models.token_table()[ids % small_models.TOKENS].astype(np.float64)).mean(
        axis=0
    )
    ours = text_vectors([text], models, find(models, "small-text"), "cpu")[0]
    assert ours.places == ((0, 11),)
    assert np.allclose(ours.vectors[0], mean / np.linalg.norm(mean), atol=1e-6)


@given(st.integers(1, 3), st.integers(1, 6), st.data())
def test_pooling_counts_what_the_mask_says(rows: int, tokens: int, data: st.DataObject) -> None:
    numbers = st.floats(-1, 1, width=32)
    values = np.array(
        data.draw(st.lists(numbers, min_size=rows * tokens * 4, max_size=rows * tokens * 4)),
        np.float32,
    ).reshape(rows, tokens, 4)
    mask = np.array(
        data.draw(st.lists(st.integers(0, 1), min_size=rows * tokens, max_size=rows * tokens))
    ).reshape(rows, tokens)
    ours = pool(values, mask)
    for row in range(rows):
        kept = values[row][mask[row] == 1].astype(np.float64)
        mean = kept.sum(axis=0) / max(len(kept), 1e-9)
        length = max(float(np.linalg.norm(mean)), 1e-9)
        assert np.allclose(ours[row], mean / length, atol=1e-4)


PARTS = ["word ", "x", "ü ", "\n", "\n\n", "Satz. ", "長い文。"]


@cache
def counter() -> Tokenizer:
    found = Tokenizer.from_file(str(small_models.TOKENIZER))
    found.no_truncation()
    found.no_padding()
    return found


@settings(max_examples=5)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=60), st.integers(1, 300))
def test_long_texts_are_cut_as_if_every_stretch_were_counted(parts: list[str], times: int) -> None:
    text = ("".join(parts) * times)[:8600]
    plain = TextSplitter.from_huggingface_tokenizer(counter(), 127, 48, trim=False)
    assert split(text, counter(), 127, 48) == plain.chunk_indices(text)


def test_an_empty_text_is_refused(models: str) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        text_vectors(["one", ""], models, find(models, "small-text"), "cpu")


def test_a_model_of_pictures_takes_no_text(tmp_path: Path, image_weights: Path) -> None:
    folder = str(tmp_path)
    model = add(
        folder, "wrong", str(image_weights), str(small_models.TOKENIZER), CustomModel("text")
    )
    with pytest.raises(InvalidInput, match="not tokens"):
        text_vectors(["text"], folder, model, "cpu")


def test_numbers_that_are_not_finite_make_no_code(tmp_path: Path) -> None:
    table = small_models.token_table()
    table[:] = np.nan
    weights = small_models.save_text_model(tmp_path / "nan.onnx", table)
    folder = str(tmp_path / "models")
    model = add(folder, "nan", str(weights), str(small_models.TOKENIZER), CustomModel("text"))
    vectors = text_vectors(["text"], folder, model, "cpu")[0].vectors
    with pytest.raises(InvalidInput, match="not finite"):
        document_vector(vectors)


def test_a_file_that_is_no_tokenizer_is_named(tmp_path: Path, text_weights: Path) -> None:
    wrong = tmp_path / "tokenizer.json"
    wrong.write_text("{}", encoding="utf-8")
    folder = str(tmp_path / "models")
    model = add(folder, "wrong", str(text_weights), str(wrong), CustomModel("text"))
    with pytest.raises(InvalidInput, match="cannot be read as a tokenizer"):
        text_vectors(["text"], folder, model, "cpu")


def test_all_tokens_of_a_long_chunk_count(tmp_path: Path, text_weights: Path) -> None:
    plain = tmp_path / "tokenizer.json"
    counter().save(str(plain))  # says nothing of how long its input may be
    folder = str(tmp_path / "models")
    own = CustomModel("text", capacity=400)
    model = add(folder, "long", str(text_weights), str(plain), own)
    ids = np.array(counter().encode("word " * 200 + "end").ids)
    table = small_models.token_table()[ids % small_models.TOKENS].astype(np.float64)
    mean = np.tanh(table).mean(axis=0)
    ours = text_vectors(["word " * 200 + "end"], folder, model, "cpu")[0]
    assert len(ids) > 200
    assert np.allclose(ours.vectors, mean / np.linalg.norm(mean), atol=1e-5)


def test_a_tokenizer_that_cuts_chunks_is_refused(tmp_path: Path, text_weights: Path) -> None:
    short = Tokenizer.from_file(str(small_models.TOKENIZER))
    short.enable_truncation(64)
    path = tmp_path / "tokenizer.json"
    short.save(str(path))
    folder = str(tmp_path / "models")
    model = add(folder, "short", str(text_weights), str(path), CustomModel("text"))
    with pytest.raises(InvalidInput, match="cuts texts after 64 tokens"):
        text_vectors(["text"], folder, model, "cpu")
