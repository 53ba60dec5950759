"""Make small ONNX models in the shapes of the real ones, for tests, documents and benchmarks.

    python tools/small_models.py FOLDER

writes ``text.onnx``, ``image.onnx`` and the tokenizer of iscc-sct. Their numbers are random: what
they say of a text or a picture means nothing, but it is the same everywhere.
"""

import shutil
import sys
from pathlib import Path

import iscc_sct
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from iscckit.models.registry import CustomModel, add
from iscckit.records.options import Semantics

TOKENIZER = Path(iscc_sct.__file__).parent / "tokenizer.json"
TOKENS = 997
COMPONENTS = 384


def token_table() -> NDArray[np.float32]:
    """Return the vectors that the model of texts gives to tokens, by token modulo TOKENS."""
    return np.random.default_rng(7).standard_normal((TOKENS, COMPONENTS)).astype(np.float32)


def picture_weights() -> NDArray[np.float32]:
    """Return what the model of pictures multiplies 16 x 16 means of each channel with."""
    return np.random.default_rng(8).standard_normal((3 * 16 * 16, 256)).astype(np.float32)


def _save(path: Path, nodes: list, inputs: list, output: list, tables: dict) -> Path:  # type: ignore[type-arg]
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(*each) for each in inputs],
        [helper.make_tensor_value_info(*output)],
        [numpy_helper.from_array(table, name) for name, table in tables.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)
    return path


def save_text_model(path: Path, table: NDArray[np.float32]) -> Path:
    """Write a model of tokens: a table, masked, through a curve."""
    node = helper.make_node
    nodes = [
        node("Mod", ["input_ids", "count"], ["row"]),
        node("Gather", ["table", "row"], ["vectors"]),
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Cast", ["token_type_ids"], ["type"], to=TensorProto.FLOAT),
        node("Add", ["mask", "type"], ["both"]),
        node("Unsqueeze", ["both", "axis"], ["weights"]),
        node("Mul", ["vectors", "weights"], ["weighted"]),
        node("Tanh", ["weighted"], ["tokens"]),
    ]
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [(name, TensorProto.INT64, ["rows", "tokens"]) for name in names]
    output = ["tokens", TensorProto.FLOAT, ["rows", "tokens", table.shape[1]]]
    tables = {"table": table, "count": np.array(len(table)), "axis": np.array([2])}
    return _save(path, nodes, inputs, output, tables)


def save_image_model(path: Path, weights: NDArray[np.float32], side: int = 512) -> Path:
    """Write a model of pictures: means of 16 x 16 fields, multiplied with a matrix."""
    node, cell = helper.make_node, side // 16
    nodes = [
        node("AveragePool", ["input"], ["means"], kernel_shape=[cell, cell], strides=[cell, cell]),
        node("Flatten", ["means"], ["flat"]),
        node("MatMul", ["flat", "weights"], ["vector"]),
    ]
    inputs = [("input", TensorProto.FLOAT, ["rows", 3, side, side])]
    output = ["vector", TensorProto.FLOAT, ["rows", weights.shape[1]]]
    return _save(path, nodes, inputs, output, {"weights": weights})


def install(place: Path) -> Semantics:
    """Make the models in a folder, install them below it, and return them for a record."""
    main(place)
    folder = str(place / "models")
    tokenizer = str(place / "tokenizer.json")
    add(folder, "small-text", str(place / "text.onnx"), tokenizer, CustomModel("text"))
    add(folder, "small-image", str(place / "image.onnx"), own=CustomModel("image"))
    return Semantics(folder, "cpu", "small-text", "small-image")


def main(folder: Path) -> None:
    """Write all files."""
    folder.mkdir(parents=True, exist_ok=True)
    save_text_model(folder / "text.onnx", token_table())
    save_image_model(folder / "image.onnx", picture_weights())
    shutil.copyfile(TOKENIZER, folder / "tokenizer.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
