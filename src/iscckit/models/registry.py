"""The models in a folder: list, find, check, add and remove them.

A model is a folder with its files and ``model.json``. The folder ``.parts`` beside the models has
a lock for each model and incomplete downloads. Nothing here loads a model.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import PRIVATE_VERSION
from iscckit.errors import InvalidInput, LibraryError, MissingDependency, VerificationFailed
from iscckit.files import lock
from iscckit.models.model_card import (
    FILES,
    TOKENIZER,
    WEIGHTS,
    CustomModel,
    Model,
    ModelFile,
    find_known,
    read_card,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "CustomModel",
    "add",
    "check",
    "find",
    "hash_file",
    "list_installed",
    "list_names",
    "lock_model",
    "remove",
    "stage_model",
    "sweep",
]

_CARD: Final = "model.json"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_DRAFT: Final = re.compile(rf"\.({_NAME.pattern})-[0-9a-f]{{12}}(\.old)?")
_PRIVATE: Final = 4096  # the number of private versions, from PRIVATE_VERSION on


def list_names(folder: str) -> list[str]:
    """Return the names of the models in a folder, including those with unreadable cards."""
    cards = Path(folder).glob(f"[!.]*/{_CARD}") if os.path.isdir(folder) else ()
    return sorted(card.parent.name for card in cards if _NAME.fullmatch(card.parent.name))


def list_installed(folder: str) -> list[Model]:
    """Return the models in a folder, sorted by name.

    Raises:
        LibraryError: The card of a model cannot be read.
    """
    return [read_card(Path(folder) / name / _CARD) for name in list_names(folder)]


def find(folder: str, name: str) -> Model:
    """Return the installed model of this name.

    Raises:
        MissingDependency: The model is not installed (``model-missing``, ``own-model-missing``).
        LibraryError: Its card cannot be read.
    """
    return read_card(_model_folder(folder, name) / _CARD)


def check(folder: str, model: Model) -> None:
    """Compare the files of a model with its card.

    Raises:
        VerificationFailed: A file is missing (``model-file-missing``) or has other bytes.
    """
    for file in model.files:
        path = Path(folder) / model.name / file.name
        if not path.is_file():
            raise VerificationFailed(
                f"{path}: is missing",
                reason_code="model-file-missing",
                path=str(path),
                model=model.name,
            )
        if hash_file(path) != file.blake3:
            raise VerificationFailed(
                f"{path}: is not the file {file.name} of the model {model.name}: its BLAKE3 is "
                f"not {file.blake3}"
            )


def remove(folder: str, name: str) -> None:
    """Delete a model, even if its card cannot be read.

    Raises:
        MissingDependency: The model is not installed.
        LibraryError: The model cannot be deleted, another process changes it, or its folder has
            foreign files.
    """
    place = _model_folder(folder, name)
    sweep(folder)  # else a predecessor of the model would return
    with lock_model(folder, name):
        try:
            _require_ours(place)
            # The rename comes first, so that a half-deleted folder does not count as a model.
            draft = place.rename(_draft_path(folder, name))
            shutil.rmtree(draft)
        except OSError as error:
            raise LibraryError(f"{place}: {error.strerror or error}") from error


def add(
    folder: str,
    name: str,
    weights: str,
    tokenizer: str | None = None,
    own: CustomModel | None = None,
) -> Model:
    """Copy the files of a model into a folder, all or none, and return the model.

    Args:
        folder: The folder of models; created if it is missing.
        name: The name of a known model, whose files must be the known ones, or a new name.
        weights: The path of an ONNX file.
        tokenizer: The path of a ``tokenizer.json`` of the package tokenizers; for text models.
        own: The description of a custom model; None for a known one.

    Raises:
        InvalidInput: The name is malformed, a file or ``own`` is missing or superfluous, or
            another model has the same private version.
        VerificationFailed: The files of a known model have other bytes.
        LibraryError: The files cannot be read or written, or another process changes the model.
    """
    sweep(folder)
    paths = [Path(path) for path in (weights, tokenizer) if path is not None]
    model = find_known(name)
    if model is None:
        model = _describe(name, paths, own)
        _require_new_version(folder, model)
    elif own is not None:
        raise InvalidInput(f"{name} is a known model; give one of your own another name")
    if len(paths) != len(FILES[model.kind]):
        wanted = "weights and a tokenizer" if model.kind == "text" else "weights and no tokenizer"
        raise InvalidInput(f"the model {name} consists of {wanted}")
    with lock_model(folder, name), stage_model(folder, model) as place:
        for file, path in zip(model.files, paths, strict=True):
            try:
                shutil.copyfile(path, place / file.name)
            except OSError as error:
                raise LibraryError(f"{path}: {error.strerror or error}") from error
    return model


@contextmanager
def lock_model(folder: str, name: str) -> Iterator[Path]:
    """Hold the lock of a model and give the folder for its incomplete downloads.

    Raises:
        LibraryError: Another process holds the lock, or the folder is read-only.
    """
    parts = Path(folder) / ".parts"
    why = f"another process gets, adds or removes the model {name}; try later"
    with lock.hold_lock(str(parts), why, f"{name}.lock"):
        yield parts


def sweep(folder: str) -> None:
    """Delete the drafts of killed processes; a model that was being replaced returns."""
    for path in Path(folder).glob(".*") if os.path.isdir(folder) else ():
        if draft := _DRAFT.fullmatch(path.name):
            place = Path(folder) / draft[1]
            # A locked draft is in use.
            with suppress(LibraryError, OSError), lock_model(folder, draft[1]):
                _require_ours(path)
                if draft[2] and not place.exists():
                    path.rename(place)
                else:
                    shutil.rmtree(path)


@contextmanager
def stage_model(folder: str, model: Model) -> Iterator[Path]:
    """Give a temporary folder for the files of a model; at the end they become the model.

    The caller holds the lock of the model.

    Raises:
        VerificationFailed: The files are not those of the model.
        LibraryError: The folder cannot be written.
    """
    place, draft = Path(folder) / model.name, _draft_path(folder, model.name)
    try:
        if place.exists():
            _require_ours(place)
        draft.mkdir(parents=True)
        yield draft
        for file in model.files:
            if hash_file(draft / file.name) != file.blake3:
                raise VerificationFailed(
                    f"this is not the file {file.name} of the model {model.name}: its BLAKE3 is "
                    f"not {file.blake3}"
                )
        (draft / _CARD).write_text(json.dumps(asdict(model), indent=1) + "\n", encoding="utf-8")
        _replace(place, draft)
    except OSError as error:
        raise LibraryError(f"{folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def hash_file(path: Path) -> str:
    """Return the BLAKE3 digest of a file, hexadecimal.

    Raises:
        LibraryError: The file cannot be read.
    """
    from blake3 import blake3

    try:
        return blake3(max_threads=blake3.AUTO).update_mmap(path).hexdigest()
    except OSError as error:
        raise LibraryError(f"{path}: {error.strerror or error}") from error


def _describe(name: str, paths: list[Path], own: CustomModel | None) -> Model:
    """Return a custom model. Its private version is derived from its files and settings."""
    if own is None:
        raise InvalidInput(
            f"{name} is not a known model, and the kind of a model of your own is not given",
            reason_code="model-kind-missing",
            model=name,
        )
    if not _NAME.fullmatch(name):
        raise InvalidInput("a model's name has up to 64 lower-case letters, digits, - and .")
    files = tuple(
        ModelFile(file, hash_file(path), path.stat().st_size)
        for file, path in zip((WEIGHTS, TOKENIZER), paths, strict=False)
    )
    digests = " ".join(file.blake3 for file in files)
    told = f"{own.kind} {own.capacity} {own.overlap} {own.side} {digests}"
    version = PRIVATE_VERSION + int.from_bytes(sha256(told.encode()).digest()[:4]) % _PRIVATE
    return Model(name, own.kind, version, files, own.licence, own.provenance, own.capacity,
                 own.overlap, own.side)  # fmt: skip


def _require_new_version(folder: str, model: Model) -> None:
    for name in list_names(folder):
        with suppress(LibraryError):  # a damaged card does not affect other models
            other = read_card(Path(folder) / name / _CARD)
            if name != model.name and other.version == model.version:
                raise InvalidInput(f"the model {name} has the version {model.version} already")


def _model_folder(folder: str, name: str) -> Path:
    """Return the folder of an installed model."""
    place = Path(folder) / name
    if not folder or not _NAME.fullmatch(name) or not (place / _CARD).is_file():
        raise MissingDependency(
            f"the model {name} is not installed",
            reason_code="model-missing" if find_known(name) else "own-model-missing",
            model=name,
        )
    return place


def _draft_path(folder: str, name: str) -> Path:
    """Return a new path for files that are not a model yet, or no longer."""
    return Path(folder) / f".{name}-{token_hex(6)}"


def _require_ours(place: Path) -> None:
    """Raise an error if a folder has files that do not belong to a model."""
    if foreign := {path.name for path in place.iterdir()} - {_CARD, WEIGHTS, TOKENIZER}:
        raise LibraryError(f"{place}: {min(foreign)} does not belong to a model; move it elsewhere")


def _replace(place: Path, draft: Path) -> None:
    """Move a draft to the place of the model; the old model returns if that fails."""
    old = draft.with_name(f"{draft.name}.old")
    try:
        if place.exists():
            place.rename(old)
        draft.rename(place)
    except BaseException:
        if old.exists() and not place.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
