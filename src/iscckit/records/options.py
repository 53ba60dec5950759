"""What the caller of the pipeline may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from iscckit.errors import InvalidInput
from iscckit.media.base import Limits, Profile

if TYPE_CHECKING:
    from iscckit.models.runtime import Device

__all__ = ["Options", "Semantics"]


@dataclass(frozen=True, slots=True)
class Semantics:
    """With which models Semantic-Codes are made.

    Attributes:
        models: The folder that ``iscc models`` keeps them in; empty if there is none.
        device: Where they run; ``auto`` takes a GPU if there is one that can be used.
        text: Name of the model for texts.
        image: Name of the model for pictures.
    """

    models: str
    device: Device = "auto"
    text: str = "iscc-sct"
    image: str = "iscc-sci"


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller may choose.

    Attributes:
        bits: Length of the units, 64 to 256 in steps of 32. The composite code always has 64 of
            each.
        units: Whether the record lists the units.
        granular: Whether it lists granular features.
        byte_offsets: Whether those of texts count bytes of UTF-8 instead of characters.
        mixed: Whether containers get a Mixed-Code of their parts.
        name: Title for the Meta-Code; by default the file name without extension.
        description: Distinguishes works of the same name.
        meta: A Data-URL or a JSON object; it takes the place of the description in the code.
        extract_meta: Whether what the file says about itself (title, creator, licence...) goes
            into the record, and its title, description and meta into the Meta-Code where none
            are given.
        semantic: The models for Semantic-Codes; None makes none.
        profile: The rules by which content becomes pixels and text.
        limits: What one file may use up.
    """

    bits: int = 64
    units: bool = False
    granular: bool = False
    byte_offsets: bool = False
    mixed: bool = False
    name: str | None = None
    description: str | None = None
    meta: str | Mapping[str, object] | None = None
    extract_meta: bool = True
    semantic: Semantics | None = None
    profile: Profile = "iscckit-1"
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.bits not in range(64, 257, 32):
            raise InvalidInput(f"bits must be 64 to 256 in steps of 32, got {self.bits}")
        if self.profile not in (profiles := get_args(Profile)):
            raise InvalidInput(f"profile must be one of {', '.join(profiles)}, got {self.profile}")
