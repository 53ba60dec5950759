"""Dissections of codes: what the REST interface and the page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.codec.explain import explain, inspection
from iscckit.errors import InvalidCode
from iscckit.server.http.problems import problem_of

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue

__all__ = ["inspect_code"]


def inspect_code(code: str, pointer: str = "") -> dict[str, JsonValue]:
    """Return the dissection of a code.

    Raises:
        Problem: It cannot be read.
    """
    found = inspection(code)
    if "form" not in found:
        try:
            explain(code)
        except InvalidCode as error:
            raise problem_of(error, pointer) from error
    return found
