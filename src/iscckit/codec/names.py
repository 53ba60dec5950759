"""What units are called in words, and which question each of them answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iscckit.codec.unit import MainType, SubType

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
    """Return the kind of ``unit`` as the standard names it, for example ``Content-Code Image``."""
    name = _NAMES[unit.maintype]
    if unit.maintype in (MainType.SEMANTIC, MainType.CONTENT):
        modality = _MODALITIES.get(SubType(unit.subtype)) if unit.subtype <= 7 else None
        return f"{name} {modality or unit.subtype}"
    return name
