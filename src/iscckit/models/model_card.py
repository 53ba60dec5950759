"""Models: what describes one, its card on disk, and the known models of the ISCC project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from iscckit.codec.unit import PRIVATE_VERSION
from iscckit.errors import InvalidInput, LibraryError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "FILES",
    "KNOWN",
    "TOKENIZER",
    "WEIGHTS",
    "CustomModel",
    "Model",
    "ModelFile",
    "ModelKind",
    "find_known",
    "read_card",
]

ModelKind = Literal["text", "image"]

WEIGHTS: Final = "weights.onnx"
TOKENIZER: Final = "tokenizer.json"
FILES: Final = {"text": (WEIGHTS, TOKENIZER), "image": (WEIGHTS,)}  # in the order of Model.files
_BINARIES: Final = "https://github.com/iscc/iscc-binaries/releases/download/v1.0.0"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model.

    Attributes:
        name: The name of the file in the folder of the model.
        blake3: The BLAKE3 digest of the file, hexadecimal.
        size: The size in bytes; None if unknown.
        url: The address of the file; empty for a custom model.
    """

    name: str
    blake3: str
    size: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that makes vectors of texts or pictures.

    Attributes:
        name: The name of the model and of its folder.
        kind: The kind of content that the model takes.
        version: The Version field of its units: 0 for a known model, a private one for a custom
            model.
        files: The weights, and for a text model the tokenizer after them.
        licence: The licence of the weights.
        provenance: The origin in words.
        capacity: The most tokens of a chunk of text, without special ones.
        overlap: The most tokens that neighbouring chunks share.
        side: The side of the square to which a picture is scaled, in pixels.
    """

    name: str
    kind: ModelKind
    version: int
    files: tuple[ModelFile, ...]
    licence: str = ""
    provenance: str = ""
    capacity: int = 127
    overlap: int = 48
    side: int = 512


@dataclass(frozen=True, slots=True)
class CustomModel:
    """The description of a custom model by its user; the attributes are those of ``Model``.

    Raises:
        InvalidInput: A number is out of range.
    """

    kind: ModelKind
    licence: str = ""
    provenance: str = ""
    capacity: int = 127
    overlap: int = 48
    side: int = 512

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.capacity <= 8192:
            raise InvalidInput("capacity must be 1 to 8192 tokens, and overlap less than that")
        if not 16 <= self.side <= 2048:
            raise InvalidInput(f"side must be 16 to 2048 pixels, got {self.side}")


KNOWN: Final = (
    Model(
        name="iscc-sct",
        kind="text",
        version=0,
        files=(
            ModelFile(
                WEIGHTS,
                "d4f763474f9be35ce5358637c87935ee11ba396b9196f73b95ab97da0cef8749",
                None,  # about 450 MB
                f"{_BINARIES}/iscc-sct-v0.2.0.onnx",
            ),
            ModelFile(
                TOKENIZER,
                "bb64a20ac363c0669830ae3a084406ed2ee1dcaaff3675e07fbc7090e34df060",
                9_081_590,
                "https://raw.githubusercontent.com/iscc/iscc-sct/v0.2.1/iscc_sct/tokenizer.json",
            ),
        ),
        licence="Apache-2.0",
        provenance="paraphrase-multilingual-MiniLM-L12-v2 of sentence-transformers, as iscc-sct "
        "0.2.2 uses it",
    ),
    Model(
        name="iscc-sci",
        kind="image",
        version=0,
        files=(
            ModelFile(
                WEIGHTS,
                "9f24dd3d0440eaa07adf121b21a1cbd8518fe36048b9d8a72b606d8a6416e8a3",
                104_790_555,
                f"{_BINARIES}/iscc-sci-v0.1.0-w16.onnx",
            ),
        ),
        licence="MIT",
        provenance="first place of the ISC21 descriptor track, EfficientNetV2-M, as iscc-sci "
        "0.4.1 uses it",
    ),
)


def find_known(name: str) -> Model | None:
    """Return the known model of this name, or None."""
    return next((model for model in KNOWN if model.name == name), None)


def read_card(card: Path) -> Model:
    """Return the model that a file ``model.json`` describes.

    Raises:
        LibraryError: The card cannot be read, or iscckit did not write it (``model-card-damaged``).
    """
    try:
        fields = json.loads(card.read_text(encoding="utf-8"))
        files = tuple(ModelFile(**file) for file in fields.pop("files"))
        model = Model(files=files, **fields)
        standard = find_known(card.parent.name)
        is_valid = _is_valid_custom(model) if standard is None else model == standard
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _make_damage_error(card, f"cannot be read ({error})") from error
    if model.name != card.parent.name or not is_valid:
        raise _make_damage_error(card, "is not what iscckit wrote")
    return model


def _make_damage_error(card: Path, reason: str) -> LibraryError:
    return LibraryError(
        f"{card}: {reason}",
        reason_code="model-card-damaged",
        path=str(card),
        model=card.parent.name,
    )


def _is_valid_custom(model: Model) -> bool:
    """Tell whether ``registry.add`` may have written a card; JSON may hold anything."""
    # Making the value checks the limits of its numbers.
    CustomModel(model.kind, capacity=model.capacity, overlap=model.overlap, side=model.side)
    texts = [model.licence, model.provenance, *(file.blake3 for file in model.files)]
    numbers = [model.version, model.capacity, model.overlap, model.side]
    numbers += [file.size or 0 for file in model.files]
    return (
        tuple(file.name for file in model.files) == FILES[model.kind]
        and model.version >= PRIVATE_VERSION
        and all(type(text) is str for text in texts)
        and all(type(number) is int for number in numbers)
    )
