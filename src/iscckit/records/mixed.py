"""From the parts of a container to its Mixed-Code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iscckit.records.content import with_content
from iscckit.records.features import picture_features
from iscckit.records.options import Options
from iscckit.records.record import PartCode, Record
from iscckit.units.mixed import mixed_code
from iscckit.units.quality import MEANINGS, UNDECIDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.codec.unit import Unit
    from iscckit.media.readers.container import Part

__all__ = ["with_parts", "with_pictures"]

_BITS: Final = 256  # at which parts are made and compared: shorter codes then are prefixes
_LEAST: Final = 2  # parts of a Mixed-Code


def with_parts(record: Record, found: Iterable[Part], options: Options) -> Record:
    """Return ``record`` with its parts and their Mixed-Code, or with the reason for none.

    Left out of the code, with the reason, are parts without Content-Code, those whose quality
    flag says that their code means nothing, and those that an earlier part equals in 256 bits.

    Args:
        record: With its Data- and Instance-Code.
        found: The parts.
        options: The length of all codes, and what features are wanted.

    Source:
        ISO 24138:2024, Content-Code Mixed; IEP-0007.
    """
    codes: list[PartCode] = []
    units: dict[Unit, str] = {}
    whole = record
    for part in found:
        code, made = _coded(record, part, options)
        if part.whole:  # its size and features are those of the container
            whole = replace(made, units=record.units, flags=(), missing=record.missing, mode=None)
        if code.unit is not None and code.unit in units:
            code = replace(code, reason=f"the same as {units[code.unit]}")
        elif code.unit is not None and not code.reason:
            units[code.unit] = part.name
        codes.append(code)
    parts = tuple(_shortened(code, options.bits) for code in codes)
    if len(units) < _LEAST:
        which = f": {next(iter(units.values()))}" if units else ""
        reason = f"it takes two parts that count, found {len(units)}{which}"
        return replace(record, parts=parts, missing={**record.missing, "mixed": reason})
    unit = mixed_code(list(units), bits=_BITS).shorten(options.bits)
    pictures = picture_features(codes) if options.granular else ()
    return replace(
        whole,
        mode="mixed",
        units=(unit, *record.units),
        parts=parts,
        features=(*whole.features, *pictures),
    )


def with_pictures(record: Record, found: Iterable[Part]) -> Record:
    """Return ``record`` with the features of those parts that are pictures."""
    features = picture_features([_coded(record, part, Options())[0] for part in found])
    return replace(record, features=(*record.features, *features))


def _coded(record: Record, part: Part, options: Options) -> tuple[PartCode, Record]:
    """Return the code of one part at full length, and the record of its content."""
    if part.content is None:
        return PartCode(part.name, part.mediatype, None, part.reason, part.page), record
    blank = replace(record, units=(), missing={}, extractor=part.content.extractor)
    made = with_content(
        blank,
        part.content,
        _BITS,
        granular=options.granular and part.whole,
        byte_offsets=options.byte_offsets,
    )
    unit = made.units[0] if made.units else None
    doubts = [MEANINGS[flag] for flag in made.flags if flag in UNDECIDING]
    reason = made.missing.get("content", doubts[0] if doubts else "")
    return PartCode(part.name, part.mediatype, unit, reason, part.page), made


def _shortened(code: PartCode, bits: int) -> PartCode:
    return code if code.unit is None else replace(code, unit=code.unit.shorten(bits))
