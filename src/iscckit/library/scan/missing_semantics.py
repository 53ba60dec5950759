"""Known files that lack a Semantic-Code which could be made now."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import MainType
from iscckit.errors import IsccError

if TYPE_CHECKING:
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.models.known import ModelKind
    from iscckit.records.options import Semantics

__all__ = ["without_meaning"]

_PACKAGES: Final[dict[ModelKind, tuple[str, ...]]] = {
    "text": ("onnxruntime", "tokenizers", "semantic_text_splitter"),
    "image": ("onnxruntime",),
}


def without_meaning(catalog: Catalog, semantic: Semantics | None) -> set[str]:
    """Return the paths of files that lack a Semantic-Code of the chosen model."""
    if semantic is None:
        return set()
    folder = semantic.models
    modes = {
        "text": _version(folder, semantic.text, "text"),
        "image": _version(folder, semantic.image, "image"),
    }
    return {
        item.path
        for item in catalog.items()
        if item.state == "present"
        and modes.get(item.mode or "") is not None
        and any(unit.maintype == MainType.CONTENT for unit in item.units)  # else it has no content
        and not any(
            unit.maintype == MainType.SEMANTIC and unit.version == modes[item.mode or ""]
            for unit in item.units
        )
    }


def _version(folder: str, name: str, kind: ModelKind) -> int | None:
    """Return the version of the units of a model; None if it cannot be used."""
    from iscckit.models.registry import find  # noqa: PLC0415 (for those who ask for it)

    if any(find_spec(package) is None for package in _PACKAGES[kind]):
        return None
    try:
        model = find(folder, name)
    except IsccError:
        return None
    return model.version if model.kind == kind else None
