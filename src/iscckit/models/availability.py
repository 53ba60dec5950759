"""Which models can run here: their files are installed, and the packages that run them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from iscckit.errors import IsccError
from iscckit.models.registry import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscckit.models.model_card import Model, ModelKind

__all__ = ["EXTRA", "PACKAGES", "missing_packages", "usable_model"]

EXTRA: Final = "semantic"  # the optional dependency group that installs the packages
PACKAGES: Final[Mapping[ModelKind, tuple[str, ...]]] = {
    "text": ("onnxruntime", "tokenizers", "semantic_text_splitter"),
    "image": ("onnxruntime",),
}


def missing_packages(kind: ModelKind) -> list[str]:
    """Return the packages that models of this kind need and that are not installed."""
    return [name for name in PACKAGES[kind] if find_spec(name) is None]


def usable_model(folder: str, name: str, kind: ModelKind) -> Model | None:
    """Return an installed model of a kind; None if it or a package is missing.

    The files of the model are not compared with its card; that is done when it is loaded.
    """
    if missing_packages(kind):
        return None
    try:
        model = find(folder, name)
    except IsccError:
        return None
    return model if model.kind == kind else None
