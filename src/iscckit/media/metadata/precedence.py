"""From raw tags to metadata fields: the first source with a value fills the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from iscckit.media.metadata.fields import Metadata, sanitize

__all__ = ["FIELD_CHARACTERS", "FileMetadata", "Precedence", "choose"]

# Metadata field: names of its sources, in order. A name ("XMP dc:title") is the key of a raw tag.
Precedence = Mapping[str, tuple[str, ...]]

FIELD_CHARACTERS: Final = 262_144  # more than the longest Data-URL that ``meta`` may hold


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """The metadata of a file, and where it was found.

    Attributes:
        metadata: The metadata fields.
        origin: The source of each field with a value, for example ``XMP dc:title``.
        damage: Reasons why blocks of metadata could not be read.
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
    """Return the fields of ``tags``: each field has the value of its first source with one.

    Args:
        tags: The raw values by source.
        precedence: The sources of each field, in order.
        plain: Function that turns a raw value into plain text.
        damage: Reasons to be passed on.
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
