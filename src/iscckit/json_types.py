"""The type of values that JSON can carry."""

from __future__ import annotations

__all__ = ["JsonValue"]

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
