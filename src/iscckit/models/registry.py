"""Models in a folder: which there are, and whether their files are what they were.

A model is a folder with its files and ``model.json``. Nothing here loads one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import PRIVATE_VERSION
from iscckit.errors import InvalidInput, LibraryError, MissingDependency, VerificationFailed
from iscckit.models.known import TOKENIZER, WEIGHTS, Model, ModelFile, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscckit.models.known import ModelKind

__all__ = ["Own", "add", "check", "digest_of", "find", "installed", "installing", "remove"]

_CARD: Final = "model.json"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_PRIVATE: Final = 4096  # private versions, from PRIVATE_VERSION on


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


def installed(folder: str) -> list[Model]:
    """Return the models in a folder, by name.

    Raises:
        LibraryError: A model's card cannot be read.
    """
    cards = sorted(Path(folder).glob(f"[!.]*/{_CARD}")) if os.path.isdir(folder) else []
    return [_read_card(card) for card in cards]


def find(folder: str, name: str) -> Model:
    """Return a model of a folder.

    Raises:
        MissingDependency: It is not there; the message says how to get it.
        LibraryError: Its card cannot be read.
    """
    card = Path(folder) / name / _CARD
    if not folder or not _NAME.fullmatch(name) or not card.is_file():
        how = f"iscc models get {name}" if known(name) else f"iscc models add {name} FILE"
        raise MissingDependency(f"the model {name} is not installed: {how}")
    return _read_card(card)


def check(folder: str, model: Model) -> None:
    """Read the files of a model and compare them with its card.

    Raises:
        VerificationFailed: A file is missing or has other bytes.
    """
    for file in model.files:
        path = Path(folder) / model.name / file.name
        if not path.is_file():
            raise VerificationFailed(f"{path}: is missing; get or add the model again")
        if digest_of(path) != file.blake3:
            raise VerificationFailed(
                f"{path}: is not the file {file.name} of the model {model.name}: its BLAKE3 is "
                f"not {file.blake3}"
            )


def remove(folder: str, name: str) -> None:
    """Delete a model.

    Raises:
        MissingDependency: It is not there.
        LibraryError: It cannot be deleted.
    """
    place = Path(folder) / find(folder, name).name
    try:
        (place / _CARD).unlink()  # first: what is half deleted is no model
        shutil.rmtree(place)
    except OSError as error:
        raise LibraryError(f"{place}: {error.strerror or error}") from error


def add(
    folder: str, name: str, weights: str, tokenizer: str | None = None, own: Own | None = None
) -> Model:
    """Copy the files of a model into a folder: all of them, or nothing.

    Args:
        folder: Of models; made if there is none.
        name: Of a known model, whose files must then be the known ones, or a new name.
        weights: An ONNX file.
        tokenizer: A ``tokenizer.json`` as the package tokenizers reads it; for text models.
        own: About a model that is not a known one.

    Raises:
        InvalidInput: The name is no name, something is missing or too much, or another model has
            the same private version.
        VerificationFailed: The files of a known model are other ones.
        LibraryError: They cannot be read or written.
    """
    paths = [Path(path) for path in (weights, tokenizer) if path is not None]
    model = known(name)
    if model is None:
        model = _described(name, paths, own)
        for other in installed(folder):
            if other.version == model.version and other.name != name:
                raise InvalidInput(
                    f"the model {other.name} has the version {other.version} already"
                )
    elif own is not None:
        raise InvalidInput(f"{name} is a known model; give one of your own another name")
    if len(paths) != (2 if model.kind == "text" else 1):
        wanted = "weights and a tokenizer" if model.kind == "text" else "weights and no tokenizer"
        raise InvalidInput(f"the model {name} consists of {wanted}")
    with installing(folder, model) as place:
        for file, path in zip(model.files, paths, strict=True):
            try:
                shutil.copyfile(path, place / file.name)
            except OSError as error:
                raise LibraryError(f"{path}: {error.strerror or error}") from error
    return model


@contextmanager
def installing(folder: str, model: Model) -> Iterator[Path]:
    """Give a folder for the files of a model; they are checked and become the model afterwards.

    Raises:
        VerificationFailed: They are not the files of this model.
        LibraryError: The folder cannot be written.
    """
    draft = Path(folder) / f".{model.name}-{token_hex(6)}"
    try:
        draft.mkdir(parents=True)
        yield draft
        for file in model.files:
            if digest_of(draft / file.name) != file.blake3:
                raise VerificationFailed(
                    f"this is not the file {file.name} of the model {model.name}: its BLAKE3 is "
                    f"not {file.blake3}"
                )
        (draft / _CARD).write_text(json.dumps(asdict(model), indent=1) + "\n", encoding="utf-8")
        place = Path(folder) / model.name
        if place.exists():
            place.rename(draft.with_name(f"{draft.name}.old"))
        draft.rename(place)
    except OSError as error:
        raise LibraryError(f"{folder}: {error.strerror or error}") from error
    finally:
        for leftover in (draft, draft.with_name(f"{draft.name}.old")):
            shutil.rmtree(leftover, ignore_errors=True)


def digest_of(path: Path) -> str:
    """Return the BLAKE3 of a file, hexadecimal.

    Raises:
        LibraryError: It cannot be read.
    """
    from blake3 import blake3  # noqa: PLC0415

    try:
        return blake3(max_threads=blake3.AUTO).update_mmap(path).hexdigest()
    except OSError as error:
        raise LibraryError(f"{path}: {error.strerror or error}") from error


def _described(name: str, paths: list[Path], own: Own | None) -> Model:
    """Return the card of a model of one's own. Its version follows from its files."""
    if own is None:
        raise InvalidInput(f"{name} is not a known model; say with its kind that it is your own")
    if not _NAME.fullmatch(name):
        raise InvalidInput("a model's name has up to 64 lower-case letters, digits, - and .")
    names = (WEIGHTS, TOKENIZER)
    files = tuple(
        ModelFile(file, digest_of(path), path.stat().st_size)
        for file, path in zip(names, paths, strict=False)
    )
    told = f"{own.kind} {own.capacity} {own.overlap} {own.side} " + " ".join(
        file.blake3 for file in files
    )
    version = PRIVATE_VERSION + int.from_bytes(sha256(told.encode()).digest()[:4]) % _PRIVATE
    return Model(name, own.kind, version, files, own.licence, own.provenance, own.capacity,
                 own.overlap, own.side)  # fmt: skip


def _read_card(card: Path) -> Model:
    try:
        fields = json.loads(card.read_text(encoding="utf-8"))
        files = tuple(ModelFile(**file) for file in fields.pop("files"))
        model = Model(files=files, **fields)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LibraryError(f"{card}: cannot be read ({error}); add the model again") from error
    standard = known(model.name)
    plain = all(os.path.basename(file.name) == file.name != "" for file in files)
    own = model.version >= PRIVATE_VERSION if standard is None else model == standard
    if model.name != card.parent.name or not plain or not own:
        raise LibraryError(f"{card}: is not what iscc models wrote; add the model again")
    return model
