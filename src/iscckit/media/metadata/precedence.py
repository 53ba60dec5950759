"""From raw tags to metadata fields: the first source with a value fills the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from iscckit.media.metadata.fields import (
    RIGHTS_FIELDS,
    Metadata,
    clean_lines,
    sanitize,
    sanitize_lines,
)

__all__ = ["FIELD_CHARACTERS", "FileMetadata", "Precedence", "as_reference", "choose"]

# Metadata field: names of its sources, in order. A name ("XMP dc:title") is the key of a raw tag.
Precedence = Mapping[str, tuple[str, ...]]

_OLDER: Final = ("IPTC ", "EXIF ", "PNG ")  # sources that ``embed`` does not write
FIELD_CHARACTERS: Final = 262_144  # more than the longest Data-URL that ``meta`` may hold


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """The metadata of a file, and where it was found.

    Attributes:
        metadata: The metadata fields.
        origin: The source of each field with a value, for example ``XMP dc:title``.
        others: Values of blocks beside XMP (IPTC, EXIF, text of PNG) that contradict the field that
            counts, by the name of their source.
        first: The first value of fields whose source has several, which are joined.
        damage: Reasons why blocks of metadata could not be read.
        signals: All statements about what is reserved, as they stand in the file: the source, such
            as ``XMP plus:DataMining``, and the value. A field has only the first of them.
    """

    metadata: Metadata = field(default_factory=Metadata)
    origin: Mapping[str, str] = field(default_factory=dict)
    damage: tuple[str, ...] = ()
    first: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    signals: tuple[tuple[str, str], ...] = ()


def choose(
    tags: Mapping[str, str],
    precedence: Precedence,
    *,
    plain: Callable[[str], str] | None = None,
    damage: tuple[str, ...] = (),
    signals: Iterable[tuple[str, str]] = (),
) -> FileMetadata:
    """Return the fields of ``tags``: each field has the value of its first source with one.

    Args:
        tags: The raw values by source.
        precedence: The sources of each field, in order.
        plain: Function that turns a raw value into plain text; by default ``sanitize``, and for
            descriptions ``sanitize_lines``. Name and description in the fields of iscckit and the
            SDK are plain text already.
        damage: Reasons to be passed on.
        signals: Statements to be passed on, without those that say nothing.
    """
    values: dict[str, str] = {}
    origin: dict[str, str] = {}
    others: dict[str, str] = {}
    for name, sources in precedence.items():
        for source in sources:
            if name in values and not source.startswith(_OLDER):
                continue
            clean = plain or _choose_cleaner(name, source)
            value = clean(tags.get(source, "")[:FIELD_CHARACTERS])
            if value and name not in values:
                values[name], origin[name] = value, source
            elif value and sanitize(value) != sanitize(values[name]):
                others[source] = value
    kept = [(source, value.strip()[:FIELD_CHARACTERS]) for source, value in signals]
    told = tuple((source, value) for source, value in kept if value)
    return FileMetadata(Metadata(**values), origin, damage, others=others, signals=told)


def _choose_cleaner(name: str, source: str) -> Callable[[str], str]:
    if name in RIGHTS_FIELDS:
        return _clean_line  # an address may hold what looks like an entity
    own = "iscc" in source
    if name == "description":
        return clean_lines if own else sanitize_lines
    return _clean_line if name == "name" and own else sanitize


def _clean_line(value: str) -> str:
    return " ".join(clean_lines(value).split())


def as_reference(found: FileMetadata) -> Metadata:
    """Return the fields as the reference SDK reads them.

    It has the first of several values, knows no text chunks of PNG, and puts texts on one line,
    except for tags of sound and video.
    """
    fields = {}
    for name, value in found.metadata.as_dict().items():
        origin = found.origin.get(name, "")
        if name in found.first:
            fields[name] = found.first[name]
        elif name in ("name", "description") and not origin.startswith("tag "):
            fields[name] = sanitize(value) if "iscc" in origin else " ".join(value.split())
        elif not origin.startswith("PNG "):
            fields[name] = value
        if origin.startswith("PNG "):
            fields.pop(name, None)
    return Metadata(**fields)
