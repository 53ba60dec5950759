"""Cursors: where a list goes on. Clients hand them back as they got them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final

from pydantic import Field

from iscckit.server.http.problems import Problem

__all__ = ["Cursor", "Limit", "cursor_of", "number_of"]

_MARK: Final = "after:"

Cursor = Annotated[
    str,
    Field(max_length=64, pattern="^[A-Za-z0-9_=-]*$", description="``next`` of the page before."),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="Entries of a page at most.")]


def cursor_of(number: int) -> str:
    """Return the cursor that leads to what comes after ``number``."""
    return urlsafe_b64encode(f"{_MARK}{number}".encode()).decode()


def number_of(cursor: str) -> int:
    """Return the number that a cursor was made of; 0 of an empty one.

    Raises:
        Problem: It is none of ours.
    """
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor.encode()).decode()
        number = int(text.removeprefix(_MARK)) if text.startswith(_MARK) else -1
    except ValueError:
        number = -1
    if not 0 <= number < 1 << 62:
        detail = "this is no cursor of this list; leave it out to begin anew"
        raise Problem("invalid-input", detail, errors=[("/cursor", detail)])
    return number
