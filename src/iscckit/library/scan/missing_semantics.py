"""The files that lack a Semantic-Code although a model could make it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.codec.unit import MainType

if TYPE_CHECKING:
    from iscckit.library.catalog.catalog import Catalog
    from iscckit.models.model_card import ModelKind
    from iscckit.records.options import Semantics

__all__ = ["without_meaning"]


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
    from iscckit.models.availability import usable_model  # only with models

    model = usable_model(folder, name, kind)
    return None if model is None else model.version
