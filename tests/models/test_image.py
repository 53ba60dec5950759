"""Pictures to vectors: the tensor and the vector of iscc-sci, on a model of ours."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tools import small_models

from iscckit.errors import InvalidInput
from iscckit.media.content_values import Source
from iscckit.media.readers.semantic_pixels import decode_semantic_pixels
from iscckit.models.image import image_vectors, to_tensor
from iscckit.models.registry import CustomModel, add, find
from iscckit.units.semantic import semantic_image_code

SAMPLES = Path(__file__).parents[2] / "samples"

# Runs iscc-sci on a model of ours; its folders go where the test says.
PEER = """
import json, sys
import numpy as np
from PIL import Image
import iscc_sci as sci
from iscc_sci import code_semantic_image as peer
sci.get_model = lambda: sys.argv[1]
found = []
for number, path in enumerate(sys.argv[3:]):
    array = peer.preprocess_image(Image.open(path))
    np.save(f"{sys.argv[2]}/{number}.npy", array)
    digest, features = peer.soft_hash_image_semantic(array, bits=256)
    code = peer.gen_image_code_semantic(array, bits=256)["iscc"]
    found.append([features.tolist(), code])
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return real pictures, some of them turned, bordered, transparent or of other modes."""
    folder = tmp_path_factory.mktemp("pictures")
    rocket = Image.open(SAMPLES / "rocket.jpg")
    small = rocket.resize((200, 133))
    bordered = Image.new("RGB", (260, 200), (250, 250, 250))
    bordered.paste(small, (30, 33))
    clear = small.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(small.size))
    exif = rocket.getexif()
    exif[0x0112] = 6
    made = {
        "bordered.png": bordered,
        "clear.png": clear,
        "palette.gif": small.convert("P"),
        "grey.png": small.convert("L"),
        "cmyk.tiff": small.convert("CMYK"),
        "grey-clear.png": clear.convert("LA"),
    }
    for name, picture in made.items():
        picture.save(folder / name)
    small.save(folder / "turned.jpg", exif=exif)
    return [SAMPLES / "cat.jpg", SAMPLES / "cat-small.webp", *sorted(folder.iterdir())]


TYPES = {".jpg": "jpeg", ".webp": "webp", ".png": "png", ".gif": "gif", ".tiff": "tiff"}


def pixels_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return decode_semantic_pixels(Source(file, str(path), f"image/{TYPES[path.suffix]}"))


def test_tensors_vectors_and_codes_are_those_of_iscc_sci(
    models: str, image_weights: Path, pictures: list[Path], tmp_path: Path
) -> None:
    home = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", PEER, str(image_weights), home, *map(str, pictures)],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": home, "XDG_DATA_HOME": home, "PATH": ""},
    )
    found = image_vectors(
        [pixels_of(path) for path in pictures], models, find(models, "small-image"), "cpu"
    )
    for number, (path, ours, (vector, code)) in enumerate(
        zip(pictures, found, json.loads(done.stdout), strict=True)
    ):
        theirs = np.load(tmp_path / f"{number}.npy")
        assert np.array_equal(to_tensor(pixels_of(path), 512), theirs), path.name
        assert np.abs(ours - np.array(vector, np.float32)).max() < 1e-5
        assert str(semantic_image_code(ours, bits=256)) == code


def test_a_vector_is_what_numpy_says(models: str) -> None:
    grey = bytes([255, 0, 128]) * (512 * 512)
    means = np.repeat(np.array([1.0, -1.0, (128 / 255 - 0.5) / 0.5]), 256)
    ours = image_vectors([grey], models, find(models, "small-image"), "cpu")[0]
    assert np.allclose(ours, means @ small_models.picture_weights().astype(np.float64), atol=1e-3)


def test_a_picture_of_another_size_is_refused(models: str) -> None:
    with pytest.raises(InvalidInput, match="512 x 512"):
        image_vectors([b"\0" * 12], models, find(models, "small-image"), "cpu")


def test_weights_of_another_shape_are_named(tmp_path: Path) -> None:
    weights = small_models.save_image_model(
        tmp_path / "other.onnx", small_models.picture_weights(), side=256
    )
    folder = str(tmp_path / "models")
    model = add(folder, "other", str(weights), own=CustomModel("image"))
    with pytest.raises(InvalidInput, match="does not take this input"):
        image_vectors([bytes(3 * 512 * 512)], folder, model, "cpu")
    model = add(folder, "fits", str(weights), own=CustomModel("image", side=256))
    assert image_vectors([bytes(3 * 256 * 256)], folder, model, "cpu")[0].shape == (256,)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"no model")
    folder = str(tmp_path / "models")
    model = add(folder, "wrong", str(wrong), own=CustomModel("image"))
    with pytest.raises(InvalidInput, match="cannot be loaded as a model"):
        image_vectors([bytes(3 * 512 * 512)], folder, model, "cpu")
