"""The models of the service. It uses installed models and never downloads one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError, LibraryError, MissingDependency
from iscckit.models.availability import EXTRA, missing_packages, usable_model
from iscckit.models.model_card import KNOWN, Model
from iscckit.models.registry import find, list_installed
from iscckit.server.http.problems import WAYS_OUT, way_out

if TYPE_CHECKING:
    from iscckit.models.model_card import ModelKind
    from iscckit.records.options import Semantics

__all__ = ["kinds_of", "models_of", "usable"]

_KINDS: Final[dict[ModelKind, str]] = {"text": "texts", "image": "pictures"}


def kinds_of(chosen: Semantics) -> frozenset[ModelKind]:
    """Return for which content a model and the packages that run it are installed."""
    names: dict[ModelKind, str] = {"text": chosen.text, "image": chosen.image}
    return frozenset(
        kind for kind, name in names.items() if usable_model(chosen.models, name, kind) is not None
    )


def usable(chosen: Semantics) -> Semantics | None:
    """Return ``chosen`` if one of its models is installed for a kind of content, otherwise None."""
    return chosen if kinds_of(chosen) else None


def models_of(chosen: Semantics) -> dict[str, str]:
    """Return the models in the folder and those that are wanted, each with what is to be said."""
    try:
        models = {
            model.name: _describe_model(model, chosen) for model in list_installed(chosen.models)
        }
    except IsccError:
        models = {}  # each name below says what is wrong with it
    for name in (*(model.name for model in KNOWN), chosen.text, chosen.image):
        if name not in models:
            models[name] = _state(chosen, name)
    return dict(sorted(models.items()))


def _state(chosen: Semantics, name: str) -> str:
    try:
        return _describe_model(find(chosen.models, name), chosen)
    except MissingDependency as error:
        return f"not installed; {way_out(error)}"
    except LibraryError:  # whose message names the folder, which is nobody's business
        return "cannot be read: add it again"


def _describe_model(model: Model, chosen: Semantics) -> str:
    version = f"private version {model.version}" if model.version else "version 0"
    words = [f"for {_KINDS[model.kind]}", version]
    if missing_packages(model.kind):
        words.append(f"cannot run; {WAYS_OUT['extra-missing'].format(extra=EXTRA)}")
    elif model.name not in (chosen.text, chosen.image):
        words.append("not in use")
    return ", ".join(words)
