"""What a model is, how its card says so, and the models that are known."""

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
    "Model",
    "ModelFile",
    "ModelKind",
    "Own",
    "known",
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
        name: In the model's folder.
        blake3: Of its bytes, hexadecimal.
        size: In bytes; None if unknown.
        url: Where it can be had; empty of models of one's own.
    """

    name: str
    blake3: str
    size: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    Attributes:
        name: What it is called.
        kind: What goes in.
        version: Of the units that it makes: 0 for the known ones, a private one for others.
        files: The weights first, of text models the tokenizer second.
        licence: Of the weights.
        provenance: Where it comes from, in words.
        capacity: Tokens of a chunk of text, without special ones.
        overlap: Tokens that neighbouring chunks share at most.
        side: Pixels of the square that a picture becomes.
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
class Own:
    """What whoever adds a model of their own says about it; attributes as those of ``Model``."""

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


def known(name: str) -> Model | None:
    """Return the known model of this name, or None."""
    return next((model for model in KNOWN if model.name == name), None)


def read_card(card: Path) -> Model:
    """Return what the file ``model.json`` in the folder of a model says.

    Raises:
        LibraryError: It cannot be read, or nothing here writes such a card.
    """
    try:
        fields = json.loads(card.read_text(encoding="utf-8"))
        files = tuple(ModelFile(**file) for file in fields.pop("files"))
        model = Model(files=files, **fields)
        standard = known(card.parent.name)
        ours = _is_own(model) if standard is None else model == standard
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _damaged(card, f"cannot be read ({error})") from error
    if model.name != card.parent.name or not ours:
        raise _damaged(card, "is not what iscckit wrote")
    return model


def _damaged(card: Path, reason: str) -> LibraryError:
    return LibraryError(
        f"{card}: {reason}",
        reason_code="model-card-damaged",
        path=str(card),
        model=card.parent.name,
    )


def _is_own(model: Model) -> bool:
    """Tell whether a card says what ``add`` writes; JSON may hold anything."""
    Own(model.kind, capacity=model.capacity, overlap=model.overlap, side=model.side)  # its limits
    texts = [model.licence, model.provenance, *(file.blake3 for file in model.files)]
    numbers = [model.version, model.capacity, model.overlap, model.side]
    numbers += [file.size or 0 for file in model.files]
    return (
        tuple(file.name for file in model.files) == FILES[model.kind]
        and model.version >= PRIVATE_VERSION
        and all(type(text) is str for text in texts)
        and all(type(number) is int for number in numbers)
    )
