"""The names of units, and the question that each kind of unit answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import PRIVATE_VERSION, MainType, SubType

if TYPE_CHECKING:
    from iscckit.codec.unit import Unit

__all__ = ["QUESTIONS", "unit_name"]

QUESTIONS: Final = {
    MainType.META: "same title?",
    MainType.SEMANTIC: "same meaning?",
    MainType.CONTENT: "same content?",
    MainType.DATA: "same bytes?",
    MainType.INSTANCE: "same file?",
    MainType.ID: "same declaration?",
    MainType.FLAKE: "same identifier?",
}

_NAMES: Final = {
    MainType.META: "Meta-Code",
    MainType.SEMANTIC: "Semantic-Code",
    MainType.CONTENT: "Content-Code",
    MainType.DATA: "Data-Code",
    MainType.INSTANCE: "Instance-Code",
    MainType.ID: "ISCC-ID",
    MainType.FLAKE: "Flake-Code",
}
_MODALITIES: Final = {
    SubType.TEXT: "Text",
    SubType.IMAGE: "Image",
    SubType.AUDIO: "Audio",
    SubType.VIDEO: "Video",
    SubType.MIXED: "Mixed",
}


def unit_name(unit: Unit) -> str:
    """Return the kind of ``unit`` as the standard names it, for example ``Content-Code Image``.

    The name of a Semantic-Code of a private model has its version.
    """
    name = _NAMES[unit.maintype]
    if unit.maintype not in (MainType.SEMANTIC, MainType.CONTENT):
        return name
    modality = _MODALITIES.get(SubType(unit.subtype)) if unit.subtype <= 7 else None
    name = f"{name} {modality or unit.subtype}"
    if unit.maintype == MainType.SEMANTIC and unit.version >= PRIVATE_VERSION:
        return f"{name} (model of your own, version {unit.version})"
    return name
