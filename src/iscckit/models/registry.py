"""Models in a folder: which there are, and whether their files are what they were.

A model is a folder with its files and ``model.json``. Beside the models lies ``.parts``, with the
locks of those who change one and with downloads that are not whole yet. Nothing here loads a model.
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
from iscckit.models.known import FILES, TOKENIZER, WEIGHTS, Model, ModelFile, Own, known, read_card

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Own",
    "add",
    "check",
    "digest_of",
    "find",
    "installed",
    "installing",
    "locked",
    "names",
    "remove",
    "sweep",
]

_CARD: Final = "model.json"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_DRAFT: Final = re.compile(rf"\.({_NAME.pattern})-[0-9a-f]{{12}}(\.old)?")
_PRIVATE: Final = 4096  # private versions, from PRIVATE_VERSION on


def names(folder: str) -> list[str]:
    """Return what the models in a folder are called, also those whose cards cannot be read."""
    cards = Path(folder).glob(f"[!.]*/{_CARD}") if os.path.isdir(folder) else ()
    return sorted(card.parent.name for card in cards if _NAME.fullmatch(card.parent.name))


def installed(folder: str) -> list[Model]:
    """Return the models in a folder, by name.

    Raises:
        LibraryError: A model's card cannot be read.
    """
    return [read_card(Path(folder) / name / _CARD) for name in names(folder)]


def find(folder: str, name: str) -> Model:
    """Return a model of a folder.

    Raises:
        MissingDependency: It is not there.
        LibraryError: Its card cannot be read.
    """
    return read_card(_place(folder, name) / _CARD)


def check(folder: str, model: Model) -> None:
    """Read the files of a model and compare them with its card.

    Raises:
        VerificationFailed: A file is missing or has other bytes.
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
        if digest_of(path) != file.blake3:
            raise VerificationFailed(
                f"{path}: is not the file {file.name} of the model {model.name}: its BLAKE3 is "
                f"not {file.blake3}"
            )


def remove(folder: str, name: str) -> None:
    """Delete a model, also one whose card cannot be read.

    Raises:
        MissingDependency: It is not there.
        LibraryError: It cannot be deleted, has files that are no model's, or is being changed.
    """
    place = _place(folder, name)
    sweep(folder)  # or what an earlier one was replaced by would come back
    with locked(folder, name):
        try:
            _require_ours(place)
            draft = place.rename(_draft(folder, name))  # first: what is half deleted is no model
            shutil.rmtree(draft)
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
        LibraryError: They cannot be read or written, or the model is being changed.
    """
    sweep(folder)
    paths = [Path(path) for path in (weights, tokenizer) if path is not None]
    model = known(name)
    if model is None:
        model = _described(name, paths, own)
        _require_new_version(folder, model)
    elif own is not None:
        raise InvalidInput(f"{name} is a known model; give one of your own another name")
    if len(paths) != len(FILES[model.kind]):
        wanted = "weights and a tokenizer" if model.kind == "text" else "weights and no tokenizer"
        raise InvalidInput(f"the model {name} consists of {wanted}")
    with locked(folder, name), installing(folder, model) as place:
        for file, path in zip(model.files, paths, strict=True):
            try:
                shutil.copyfile(path, place / file.name)
            except OSError as error:
                raise LibraryError(f"{path}: {error.strerror or error}") from error
    return model


@contextmanager
def locked(folder: str, name: str) -> Iterator[Path]:
    """Hold the lock of one model and give the folder for parts; both are made if missing.

    Raises:
        LibraryError: Another process holds it, or the folder cannot be written.
    """
    parts = Path(folder) / ".parts"
    why = f"another process gets, adds or removes the model {name}; try later"
    with lock.locked(str(parts), why, f"{name}.lock"):
        yield parts


def sweep(folder: str) -> None:
    """Clear away what killed processes left; a model that was just being replaced comes back."""
    for path in Path(folder).glob(".*") if os.path.isdir(folder) else ():
        if draft := _DRAFT.fullmatch(path.name):
            place = Path(folder) / draft[1]
            with suppress(LibraryError, OSError), locked(folder, draft[1]):  # held: at work
                _require_ours(path)
                if draft[2] and not place.exists():
                    path.rename(place)
                else:
                    shutil.rmtree(path)


@contextmanager
def installing(folder: str, model: Model) -> Iterator[Path]:
    """Give a folder for the files of a model; they are checked and become the model afterwards.

    The caller holds the lock of the model.

    Raises:
        VerificationFailed: They are not the files of this model.
        LibraryError: The folder cannot be written.
    """
    place, draft = Path(folder) / model.name, _draft(folder, model.name)
    try:
        if place.exists():
            _require_ours(place)
        draft.mkdir(parents=True)
        yield draft
        for file in model.files:
            if digest_of(draft / file.name) != file.blake3:
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
        raise InvalidInput(
            f"{name} is not a known model, and the kind of a model of your own is not given",
            reason_code="model-kind-missing",
            model=name,
        )
    if not _NAME.fullmatch(name):
        raise InvalidInput("a model's name has up to 64 lower-case letters, digits, - and .")
    files = tuple(
        ModelFile(file, digest_of(path), path.stat().st_size)
        for file, path in zip((WEIGHTS, TOKENIZER), paths, strict=False)
    )
    told = f"{own.kind} {own.capacity} {own.overlap} {own.side} " + " ".join(
        file.blake3 for file in files
    )
    version = PRIVATE_VERSION + int.from_bytes(sha256(told.encode()).digest()[:4]) % _PRIVATE
    return Model(name, own.kind, version, files, own.licence, own.provenance, own.capacity,
                 own.overlap, own.side)  # fmt: skip


def _require_new_version(folder: str, model: Model) -> None:
    for name in names(folder):
        with suppress(LibraryError):  # a card that cannot be read is no other model's hindrance
            other = read_card(Path(folder) / name / _CARD)
            if name != model.name and other.version == model.version:
                raise InvalidInput(f"the model {name} has the version {model.version} already")


def _place(folder: str, name: str) -> Path:
    """Return the folder of an installed model."""
    place = Path(folder) / name
    if not folder or not _NAME.fullmatch(name) or not (place / _CARD).is_file():
        raise MissingDependency(
            f"the model {name} is not installed",
            reason_code="model-missing" if known(name) else "own-model-missing",
            model=name,
        )
    return place


def _draft(folder: str, name: str) -> Path:
    """Return a new name for what is no model yet, or no longer."""
    return Path(folder) / f".{name}-{token_hex(6)}"


def _require_ours(place: Path) -> None:
    """Refuse to delete a folder that is none of a model."""
    foreign = {path.name for path in place.iterdir()} - {_CARD, WEIGHTS, TOKENIZER}
    if foreign:
        raise LibraryError(f"{place}: {min(foreign)} is no file of a model; move it elsewhere")


def _replace(place: Path, draft: Path) -> None:
    """Make a draft the model; what was there comes back if that fails."""
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
