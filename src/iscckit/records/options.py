"""The caller's choices: how records are made, and with which models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from iscckit.errors import InvalidInput
from iscckit.media.content_values import Limits, Profile
from iscckit.models.device import Device

__all__ = ["Options", "Semantics"]


@dataclass(frozen=True, slots=True)
class Semantics:
    """The models for Semantic-Codes.

    Attributes:
        models: Folder with the installed models; empty if there is no such folder.
        device: Device on which the models run; ``auto`` takes a GPU if one can be used.
        text: Name of the model for texts.
        image: Name of the model for pictures.
    """

    models: str
    device: Device = "auto"
    text: str = "iscc-sct"
    image: str = "iscc-sci"


@dataclass(frozen=True, slots=True)
class Options:
    """The caller's choices for a record.

    Attributes:
        bits: Length of the units, 64 to 256 in steps of 32. The composite code always has 64 of
            each.
        units: Whether the record lists the units.
        granular: Whether the record lists granular features.
        byte_offsets: Whether features of texts count bytes of UTF-8 instead of characters.
        mixed: Whether containers get a Mixed-Code of their parts.
        name: Title for the Meta-Code; by default the title in the file, or else the file name
            without extension.
        description: Text that distinguishes works of the same name.
        meta: A Data-URL or a JSON object; it replaces the description in the Meta-Code.
        extract_meta: Whether the metadata in the file (title, creator, licence...) go into the
            record, and its title, description and meta into the Meta-Code where the caller
            gives none.
        semantic: The models for Semantic-Codes; None makes no Semantic-Codes.
        profile: The rules by which content becomes pixels and text.
        limits: Limits of one file.
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
