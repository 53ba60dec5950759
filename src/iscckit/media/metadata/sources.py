"""From raw tags to fields: the first source of a table that is there fills its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from iscckit.media.metadata.fields import Metadata, sanitize

__all__ = ["FIELD_CHARACTERS", "FileMetadata", "Precedence", "choose"]

# The name of a source, as people know it ("XMP dc:title"), is also the key of a raw tag.
Precedence = Mapping[str, tuple[str, ...]]

FIELD_CHARACTERS: Final = 262_144  # a Data-URL of the most that ``meta`` may hold has fewer


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """What a file says about itself, and where it says so.

    Attributes:
        metadata: The fields.
        origin: The source of each field that is set, for example ``XMP dc:title``.
        damage: Blocks of metadata that could not be read, each with its reason.
    """

    metadata: Metadata = field(default_factory=Metadata)
    origin: Mapping[str, str] = field(default_factory=dict)
    damage: tuple[str, ...] = ()


def choose(
    tags: Mapping[str, str],
    precedence: Precedence,
    *,
    plain: Callable[[str], str] = sanitize,
    damage: tuple[str, ...] = (),
) -> FileMetadata:
    """Return the fields that ``tags`` fill: for each field the first source that says something.

    Args:
        tags: The raw values by their source.
        precedence: The sources of each field, the first one first.
        plain: Makes a raw value a plain one.
        damage: Passed on.
    """
    values: dict[str, str] = {}
    origin: dict[str, str] = {}
    for name, sources in precedence.items():
        for source in sources:
            value = plain(tags.get(source, "")[:FIELD_CHARACTERS])
            if value:
                values[name], origin[name] = value, source
                break
    return FileMetadata(Metadata(**values), origin, damage)
