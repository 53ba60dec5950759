"""From the parts of a container to its Mixed-Code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iscckit.media.archive import ENCRYPTED
from iscckit.records.content import code_content
from iscckit.records.features import picture_features
from iscckit.records.partial_results import ContentFacts
from iscckit.records.record import PartCode
from iscckit.units.mixed import mixed_code
from iscckit.units.quality import MEANINGS, UNDECIDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscckit.codec.unit import Unit
    from iscckit.media.readers.parts import Part
    from iscckit.records.options import Options
    from iscckit.records.record import FeatureSet

__all__ = ["code_parts", "code_pictures"]

_BITS: Final = 256  # length at which parts are coded and compared; shorter codes are prefixes
_LEAST: Final = 2  # parts of a Mixed-Code


def code_parts(found: Iterable[Part], options: Options) -> ContentFacts:
    """Make the Mixed-Code of the parts of a container, or give the reason why there is none.

    A part is left out of the code, with its reason, if it has no Content-Code, if its quality flag
    says that its code decides nothing, or if an earlier part has the same 256 bits.

    Args:
        found: The parts, in the order of the container.
        options: Their ``bits``, ``profile``, ``granular`` and ``byte_offsets`` count.

    Source:
        ISO 24138:2024, Content-Code Mixed; IEP-0007.
    """
    codes: list[PartCode] = []
    units: dict[Unit, str] = {}
    whole = ContentFacts()
    for part in found:
        code, facts = _code_part(part, options)
        if part.whole:  # its size and features are those of the container
            whole = facts
        if code.unit is not None and code.unit in units:
            code = replace(code, reason=f"the same as {units[code.unit]}")
        elif code.unit is not None and not code.reason:
            units[code.unit] = part.name
        codes.append(code)
    parts = tuple(_shorten(code, options.bits) for code in codes)
    if len(units) < _LEAST:
        which = f": {next(iter(units.values()))}" if units else ""
        reason = f"it takes two parts that count, found {len(units)}{which}{_count_locked(codes)}"
        return ContentFacts(parts=parts, missing={"mixed": reason})
    pictures = picture_features(codes) if options.granular else ()
    return whole._replace(
        mode="mixed",
        unit=mixed_code(list(units), bits=_BITS).shorten(options.bits),
        decoded=None,
        flags=(),
        features=(*whole.features, *pictures),
        parts=parts,
        missing={},
    )


def _count_locked(codes: list[PartCode]) -> str:
    locked = sum(code.reason.endswith(ENCRYPTED) for code in codes)
    return f"; {locked} of {len(codes)} are encrypted, and need a password" if locked else ""


def code_pictures(found: Iterable[Part], options: Options) -> tuple[FeatureSet, ...]:
    """Return the features of those parts that are pictures."""
    return picture_features([_code_part(part, options)[0] for part in found])


def _code_part(part: Part, options: Options) -> tuple[PartCode, ContentFacts]:
    """Return the code of one part at full length, and what is known of its content."""
    if part.content is None:
        return PartCode(part.name, part.mediatype, None, part.reason, part.page), ContentFacts()
    chosen = replace(options, bits=_BITS, granular=options.granular and part.whole)
    facts = code_content(part.content, chosen)
    doubts = [MEANINGS[flag] for flag in facts.flags if flag in UNDECIDING]
    reason = facts.missing.get("content", doubts[0] if doubts else "")
    return PartCode(part.name, part.mediatype, facts.unit, reason, part.page), facts


def _shorten(code: PartCode, bits: int) -> PartCode:
    return code if code.unit is None else replace(code, unit=code.unit.shorten(bits))
