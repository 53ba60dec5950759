"""What was compared, in JSON: the same from the command, the service and its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscckit.comparison.verdict import Comparison
    from iscckit.json_types import JsonValue
    from iscckit.records.record import Record

__all__ = ["labelled", "side_values"]


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


def labelled(
    found: Comparison, a: dict[str, JsonValue], b: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    """Return a comparison in JSON types, with what was compared; ``a`` and ``b`` are sides."""
    return {"a": a, "b": b, **found.to_dict()}
