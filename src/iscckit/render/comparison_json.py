"""What was compared, in JSON: the same from the command, the service and its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.render.comparison_wording import NOTES, comparison_sentence, unpaired_sentence
from iscckit.render.part_wording import part_sentence

if TYPE_CHECKING:
    from iscckit.comparison.agreement import UnitComparison, Unpaired
    from iscckit.comparison.part import Part
    from iscckit.comparison.verdict import Comparison
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record

__all__ = ["add_sides", "comparison_json", "pair_json", "part_json", "side_values"]


def comparison_json(found: Comparison) -> dict[str, JsonValue]:
    """Return a comparison in JSON types with its sentences, without the rule."""
    return {
        "verdict": found.verdict,
        "sentence": comparison_sentence(found),
        "part": None if found.part is None else part_json(found.part),
        "units": [pair_json(pair) for pair in found.units],
        "unpaired": [_unpaired_json(each) for each in found.unpaired],
        "problems": list(found.problems),
        "rules": None if found.rules is None else list(found.rules),
    }


def part_json(part: Part) -> dict[str, JsonValue]:
    """Return a shared part in JSON types, with its place in words."""
    return {**part.to_dict(), "sentence": part_sentence(part)}


def pair_json(pair: UnitComparison) -> dict[str, JsonValue]:
    """Return the agreement of two units in JSON types, with its note in words."""
    return {**pair.to_dict(), "note": NOTES[pair.note] if pair.note else None}


def _unpaired_json(alone: Unpaired) -> dict[str, JsonValue]:
    unit, reason = alone.unit, unpaired_sentence(alone)
    return {"side": alone.side, "unit": unit.name, "code": unit.code, "reason": reason}


def side_values(given: str, record: Record | None = None) -> dict[str, JsonValue]:
    """Return one side of a comparison in JSON types.

    Args:
        given: What was to be compared, as the user named it: a code, or the name of a file.
        record: That of the file; None of a code.
    """
    if record is None:
        return {"input": given}
    return {
        "input": given,
        "mediatype": record.mediatype,
        "iscc": record.iscc,
        "units": [str(unit) for unit in record.units],
        "missing": {str(unit): why for unit, why in record.missing.items()},
        "quality": list(record.flags),
    }


def add_sides(
    found: Comparison, a: dict[str, JsonValue], b: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    """Return a comparison in JSON types, with what was compared; ``a`` and ``b`` are sides."""
    return {"a": a, "b": b, **comparison_json(found)}
