"""What this service is."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from iscckit.version import VERSION

if TYPE_CHECKING:
    from iscckit.record import JsonValue
    from iscckit.server.context import Context

__all__ = ["about_values"]


def about_values(context: Context) -> dict[str, JsonValue]:
    """Return versions, and what the service allows."""
    limits = cast("dict[str, JsonValue]", asdict(context.settings.allowance))
    return {"version": VERSION, "iso": "24138:2024", "limits": limits}
