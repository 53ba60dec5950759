"""Which models the service has. It uses what is installed, and never gets any by itself."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError, LibraryError, MissingDependency
from iscckit.models.known import KNOWN, Model
from iscckit.models.registry import find, installed

if TYPE_CHECKING:
    from iscckit.models.known import ModelKind
    from iscckit.records.options import Semantics

__all__ = ["kinds_of", "models_of", "usable"]

_KINDS: Final[dict[ModelKind, str]] = {"text": "texts", "image": "pictures"}
_PACKAGES: Final = ("onnxruntime", "tokenizers", "semantic_text_splitter")


def kinds_of(chosen: Semantics) -> frozenset[ModelKind]:
    """Return for what there is a model, and the packages that run it."""
    if _lacks_packages():
        return frozenset()
    found: set[ModelKind] = set()
    for kind, name in (("text", chosen.text), ("image", chosen.image)):
        try:
            model = find(chosen.models, name)
        except IsccError:
            continue
        if model.kind == kind:
            found.add(model.kind)
    return frozenset(found)


def usable(chosen: Semantics) -> Semantics | None:
    """Return the same if a model is there; None if nothing can be asked of it."""
    return chosen if kinds_of(chosen) else None


def models_of(chosen: Semantics) -> dict[str, str]:
    """Return the models in the folder and those that are wanted, each with what is to be said."""
    try:
        models = {model.name: _told(model, chosen) for model in installed(chosen.models)}
    except IsccError:
        models = {}  # each name below says what is wrong with it
    for name in (*(model.name for model in KNOWN), chosen.text, chosen.image):
        if name not in models:
            models[name] = _state(chosen, name)
    return dict(sorted(models.items()))


def _state(chosen: Semantics, name: str) -> str:
    try:
        return _told(find(chosen.models, name), chosen)
    except MissingDependency as error:
        return str(error).removeprefix(f"the model {name} is ")
    except LibraryError:  # whose message names the folder, which is nobody's business
        return "cannot be read: add it again"


def _told(model: Model, chosen: Semantics) -> str:
    version = f"private version {model.version}" if model.version else "version 0"
    words = [f"for {_KINDS[model.kind]}", version]
    if _lacks_packages():
        words.append("cannot run: pip install 'iscckit[semantic]'")
    elif model.name not in (chosen.text, chosen.image):
        words.append("not in use")
    return ", ".join(words)


def _lacks_packages() -> bool:
    return any(find_spec(name) is None for name in _PACKAGES)
